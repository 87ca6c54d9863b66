"""What this authority does not serve, and how it says so: joins of hosts, and scopes."""

from conformlib.authority import Refused
from conformlib.table import row
from peerlib.between import Role
from peerlib.report import require
from rows.returning import joined


def joins_as_host(case, **how):
    """Refused with the same words whatever else is wrong, and whether the token is for such hosts or not."""
    case.refused("the token does not allow the role", between=Role("Instance"), **how)
    case.refused("joins bots, no other roles", code="UNIMPLEMENTED", between=Role("Node"), **how)
    case.locked()


@row("host registration [v19]")
def host_registration(case):
    case.make("standard", registration_secret="s-of-the-row", roles=["Node", "Bot"])
    joins_as_host(case, secret="s-of-the-row")


@row("host recovery [v19]")
def host_recovery(case):
    case.make(bound=case.key, roles=["Node", "Bot"])
    case.machine.hold(case.key)
    joins_as_host(case)


@row("host exhausted [v19]")
def host_exhausted(case):
    case.make("standard", limit=1, count=1, bound=case.key, roles=["Node", "Bot"])
    case.machine.hold(case.key)
    joins_as_host(case)


def is_unknown(case, words: str, **resource):
    """The authority takes no resource like that."""
    try:
        case.authority.create({**case.resource(), **resource})
    except Refused as refusal:
        require(words in str(refusal), f"{words!r} in: {refusal}")
        return
    require(False, f"to be refused: {words}")


@row("host token bound to bot, bot token bound to host [v19]")
def kinds_mixed(case):
    joined(case, roles=["Node", "Bot"])
    # A token that a bot is bound to, with the bot's certificate and without.
    joins_as_host(case)
    case.machine.forget()
    joins_as_host(case)
    # A token that a host is bound to cannot be there.
    is_unknown(
        case, "bound_host_id: is not a known key", status={"bound_keypair": {"bound_host_id": "8b1f9d2c"}}
    )


@row("scoped bot [v19]")
def scoped_bot(case):
    joined(case)
    is_unknown(case, 'unknown key "scope"', scope="/somewhere")


@row("scoped bot, same scope / other scope / state lacks scope [v19]")
def scoped_state(case):
    # Every bot has no scope here, and so has every join state.
    attempt = joined(case, "standard", limit=9)
    require(not [name for name in attempt.claims if "scope" in name], "a join state without a scope")
    is_unknown(case, 'unknown key "scope"', scope="/somewhere")
