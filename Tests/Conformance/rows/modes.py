"""What mode, limit, time and the token's own file decide beyond the rows of the tables."""

from conformlib.table import row
from peerlib.report import require
from rows.returning import joined


@row("relaxed: a recovery wants the join state")
def relaxed_wants_state(case):
    case.make("relaxed", limit=0, count=1, bound=case.key)
    case.machine.hold(case.key)
    case.refused("join state verification failed", code="PERMISSION_DENIED")
    case.locked()


@row("limit reached: a rejoin with the certificate costs nothing")
def rejoin_at_limit(case):
    first = joined(case, "standard", limit=1)
    case.joins(generation=2, instance=first.instance, count=1)
    case.machine.forget()
    case.refused("no recovery attempts remaining", code="PERMISSION_DENIED")


@row("certificate that has ended: a recovery", clocked=True)
def certificate_ended(case):
    first = joined(case, "standard", limit=2)
    case.machine.follows_clock = True
    case.authority.move_clock(7200)
    attempt = case.joins(generation=1, count=2)
    require(attempt.instance != first.instance, "another instance")
    case.authority.move_clock(4 * 7200)
    case.refused("no recovery attempts remaining", code="PERMISSION_DENIED")


@row("rotate_after arrives: the next join rotates, and only that", clocked=True)
def rotation_arrives(case):
    case.make(bound=case.key, rotate_after=case.authority.now() + 600)
    case.machine.hold(case.key)
    case.machine.follows_clock = True
    case.joins(generation=1)
    case.equal(case.status("bound_public_key"), case.line(case.key), "bound_public_key")
    case.authority.move_clock(601)
    case.joins(generation=2)
    rotated = case.status("bound_public_key")
    require(rotated != case.line(case.key), "another key to be bound")
    case.joins(generation=3)
    case.equal(case.status("bound_public_key"), rotated, "bound_public_key")


@row("must_register_before arrives: the secret admits nobody", clocked=True)
def registration_ends(case):
    case.make("standard", registration_secret="s-of-the-row", must_register_before=case.authority.now() + 600)
    case.authority.move_clock(601)
    case.refused("a valid registration secret is required", secret="s-of-the-row")
    case.authority.move_clock(0)
    case.joins(generation=1, count=1, secret="s-of-the-row")


@row("key registered: secret and must_register_before mean nothing")
def key_comes_first(case):
    case.make("standard", initial=case.key, registration_secret="s-of-the-row", must_register_before=case.start)
    case.equal(case.status("registration_secret"), "", "registration_secret")
    case.machine.hold(case.key)
    case.joins(generation=1, count=1)


@row("token removed and given back: the machine goes on")
def given_back(case):
    first = joined(case, "standard")
    resource = case.resource()
    case.authority.tctl("rm", f"token/{case.token}")
    # An agent keeps the certificate that is still good; nobody joins.
    attempt = case.machine.join()
    require("token expired or not found" in attempt.message, f"to be refused, but: {attempt}")
    case.authority.create(resource)
    case.joins(generation=2, instance=first.instance, count=1)


@row("bot that is gone: refused when certificates are made, nothing is spent")
def no_bot(case):
    bot = f"gone-{case.machine.name}"
    resource = {"kind": "bot", "version": "v1", "metadata": {"name": bot}, "spec": {"roles": ["login"]}}
    case.authority.create(resource)
    case.make("standard", initial=case.key, bot=bot)
    case.machine.hold(case.key)
    case.authority.tctl("rm", f"bot/{bot}")
    case.refused(f"the bot {bot} of this token does not exist", code="PERMISSION_DENIED")
    case.authority.create(resource)
    case.joins(generation=1, count=1)
