"""The order of the authority's checks, and results that never arrive."""

from conformlib.table import row
from peerlib.between import Between, LosesResult, OtherKey
from peerlib.report import require
from rows.returning import joined


@row("first join over the limit: refused before any challenge")
def first_over_limit(case):
    case.make("standard", limit=1, count=1, initial=case.key)
    case.machine.hold(case.key)
    between = Between()
    case.refused("no recovery attempts remaining", between=between)
    case.asked(between, challenges=0, rotations=0)


@row("recovery over the limit: refused after the challenge, before lock and join state")
def recovery_over_limit(case):
    case.make("standard", limit=2, count=2, bound=case.key)
    case.machine.hold(case.key, case.other)
    case.machine.show(b"asdf")
    case.authority.tctl("lock", "--join-token", case.token, "--message", "locked by the row")
    between = Between()
    case.refused("no recovery attempts remaining", between=between)
    case.asked(between, challenges=1, rotations=0)
    case.refused("validating challenge response", between=OtherKey(case.other))
    case.locked("locked by the row")


@row("lock: seen after the proof, before the join state")
def lock_after_proof(case):
    case.make("standard", limit=3, count=1, bound=case.key)
    case.machine.hold(case.key, case.other)
    case.machine.show(b"asdf")
    case.authority.tctl("lock", "--join-token", case.token, "--message", "locked by the row")
    case.refused("locked by the row")
    # Whoever does not have the key learns nothing of the lock, and makes none.
    refusal = case.refused("validating challenge response", between=OtherKey(case.other))
    require("locked" not in refusal.message, f"nothing of the lock in: {refusal.message}")
    case.locked("locked by the row")


@row("rotation: asked for after the join state")
def rotation_after_state(case):
    case.make("standard", limit=3, count=1, bound=case.key, rotate_after=case.start)
    case.machine.hold(case.key)
    case.machine.show(b"asdf")
    between = Between()
    case.refused("join state verification failed", between=between)
    case.asked(between, challenges=1, rotations=0)


@row("first join with a certificate: a bad parameter")
def first_with_certificate(case):
    joined(case)
    case.make(initial=case.key)
    case.refused("cannot perform first bound keypair join with existing credentials", code="INVALID_ARGUMENT")


@row("mode insecure, or the counter at 0: no join state is read")
def no_state_wanted(case):
    for mode, count in (("insecure", 1), ("standard", 0)):
        case.make(mode, limit=1, count=count, bound=case.key)
        case.machine.forget()
        case.machine.hold(case.key)
        case.machine.show(b"asdf")
        case.joins(generation=1, count=count + 1)


@row("file without status: the token forgets its machine")
def recreated(case):
    joined(case, "standard")
    case.make("standard")
    case.machine.forget()
    case.machine.show(None)
    case.refused("a valid registration secret is required")
    case.joins(generation=1, count=1, secret=case.status("registration_secret"))


def loses(case, **how):
    """The authority commits the join, and the client never hears of it."""
    case.refused("", changes=True, between=LosesResult(), **how)


@row("lost first join: joins by its secret again, counted once")
def lost_first_join(case):
    case.make("standard", registration_secret="s-of-the-row")
    loses(case, secret="s-of-the-row")
    case.equal(case.count(), 1, "recovery_count")
    case.joins(generation=1, count=1, secret="s-of-the-row")
    case.locked()


@row("lost recovery: recovers again, counted once")
def lost_recovery(case):
    joined(case, "standard", limit=2)
    case.machine.forget()
    loses(case)
    case.joins(generation=1, count=2)
    case.locked()


@row("lost rejoin: rejoins as the same instance")
def lost_rejoin(case):
    first = joined(case, "standard")
    loses(case)
    case.joins(instance=first.instance, count=1)
    case.joins(instance=first.instance, count=1)
    case.locked()


@row("lost rotation: joins with whichever key is bound")
def lost_rotation(case):
    case.make(bound=case.key, rotate_after=case.start)
    case.machine.hold(case.key)
    loses(case)
    case.joins()
    require(case.status("bound_public_key") != case.line(case.key), "another key to be bound")
    case.joins()
    case.locked()
