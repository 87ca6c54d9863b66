"""Machines that come back: with their certificate, and without."""

import uuid

from conformlib.table import row
from peerlib.between import OtherKey
from peerlib.report import require


def joined(case, mode="insecure", limit=1, **more):
    """The machine has joined once with its key."""
    case.make(mode, limit, initial=case.key, **more)
    case.machine.hold(case.key, case.other)
    return case.joins(generation=1, count=1)


@row("recovery")
def recovery(case):
    case.make(bound=case.key)
    case.machine.hold(case.key)
    attempt = case.joins(generation=1, count=1)
    require(attempt.instance != "asdf", "another instance")
    case.equal(case.status("bound_bot_instance_id"), attempt.instance, "bound_bot_instance_id")


@row("key without instance")
def key_without_instance(case):
    case.make(bound=case.key, instance="")
    case.machine.hold(case.key)
    case.refused("bad backend state", code="INVALID_ARGUMENT")


@row("standard second")
def standard_second(case):
    case.make("standard", limit=2, count=1, initial=case.key)
    case.machine.hold(case.key)
    case.machine.show(case.join_state(sequence=1))
    case.joins(count=2)


@row("standard no state")
def standard_no_state(case):
    case.make("standard", limit=2, count=1, bound=case.key)
    case.machine.hold(case.key)
    case.refused("join state verification failed", code="PERMISSION_DENIED")
    case.locked()
    case.machine.show(case.join_state(sequence=1))
    case.joins(count=2)


@row("standard exhausted")
def standard_exhausted(case):
    case.make("standard", limit=2, count=2, bound=case.key)
    case.machine.hold(case.key)
    case.machine.show(case.join_state(sequence=2))
    case.refused("no recovery attempts remaining", code="PERMISSION_DENIED")
    case.locked()


@row("relaxed over limit")
def relaxed_over_limit(case):
    case.make("relaxed", limit=0, count=1, bound=case.key)
    case.machine.hold(case.key)
    case.machine.show(case.join_state(sequence=1))
    case.joins(count=2)


@row("soft rejoin")
def soft_rejoin(case):
    first = joined(case)
    case.joins(generation=2, instance=first.instance, count=1)
    case.equal(case.status("bound_bot_instance_id"), first.instance, "bound_bot_instance_id")


@row("soft rejoin, wrong key")
def soft_rejoin_wrong_key(case):
    first = joined(case)
    case.refused("validating challenge response", between=OtherKey(case.other))
    case.joins(generation=2, instance=first.instance, count=1)


@row("soft rejoin, wrong instance")
def soft_rejoin_wrong_instance(case):
    first = joined(case)
    case.amend(bound_bot_instance_id=str(uuid.uuid4()))
    case.refused("bot instance mismatch", code="PERMISSION_DENIED")
    case.locked()
    case.amend(bound_bot_instance_id=first.instance)
    case.joins(generation=2, instance=first.instance)
