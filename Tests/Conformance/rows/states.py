"""Join states that are not those of the last join: each locks the token, once."""

from conformlib.table import row

FAILED = "join state verification failed"


def bound(case, count=1, limit=3):
    case.make("standard", limit=limit, count=count, bound=case.key)
    case.machine.hold(case.key)


def locks(case, state: bytes, reason: str):
    """The state is refused for this reason and locks the token; trying again changes nothing."""
    case.machine.show(state)
    case.refused(FAILED, code="PERMISSION_DENIED")
    case.locked("failed to verify its join state")
    case.locked(reason)
    events = [e["event"] for e in case.authority.audit(case.token)]
    case.equal(events.count("bound_keypair.join_state_verification_failed"), 1, "audit events")
    case.refused("failed to verify its join state")
    case.locked(reason)


@row("counter mismatch")
def counter_mismatch(case):
    bound(case, count=2)
    locks(case, case.join_state(sequence=1), "recovery counter mismatch")


@row("invalid JWT")
def invalid_jwt(case):
    bound(case)
    locks(case, b"asdf", "parsing serialized join state")


@row("foreign signature")
def foreign_signature(case):
    bound(case)
    locks(case, case.join_state(by=case.other), "join state could not be verified")


@row("wrong instance in state")
def wrong_instance(case):
    bound(case)
    locks(case, case.join_state(instance="other"), "bot instance mismatch")


@row("wrong cluster in state")
def wrong_cluster(case):
    bound(case)
    state = case.join_state(iss="wrong-cluster", aud="wrong-cluster")
    locks(case, state, "invalid issuer claim")


@row("bot with host_id in state [v19]")
def host_in_state(case):
    bound(case)
    locks(case, case.join_state(host_id="8b1f9d2c"), "host mismatch")
