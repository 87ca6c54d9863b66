"""Longer lives: many rejoins, copies of a machine, and who is found out."""

from conformlib.table import row
from peerlib.report import require
from rows.returning import joined


def rejoins_ten_times(case, instance: str):
    for generation in range(2, 12):
        case.joins(generation=generation, instance=instance)


@row("generations")
def generations(case):
    first = joined(case, "standard", limit=3)
    rejoins_ten_times(case, first.instance)
    case.equal(case.count(), 1, "recovery_count")


@row("generations after recovery")
def generations_after_recovery(case):
    first = joined(case, "standard", limit=3)
    case.machine.forget()
    second = case.joins(generation=1, count=2)
    require(second.instance != first.instance, "another instance")
    rejoins_ten_times(case, second.instance)


@row("stale identity")
def stale_identity(case):
    joined(case, "standard", limit=3)
    stale = case.machine.copy("stale")
    case.joins(generation=2)
    case.joins(generation=3)
    case.refused("generation mismatch", machine=stale)
    locked = "have been locked due to a certificate generation mismatch"
    case.locked(locked)
    for machine in (stale, case.machine):
        require("access denied" in machine.call(), f"a call to be refused: {machine.call()!r}")
        case.refused(f"access denied|{locked}", machine=machine)
        machine.forget()
        case.refused(locked, machine=machine)
    case.locked(locked)


@row("cloned storage")
def cloned_storage(case):
    joined(case, "standard", limit=9)
    clone = case.machine.copy("clone")
    for count in (2, 3):
        case.machine.forget()
        case.joins(generation=1, count=count)
    clone.forget()
    case.refused("join state verification failed", machine=clone)
    locked = "failed to verify its join state"
    case.locked(locked)
    for machine in (clone, case.machine, clone):
        case.refused(f"access denied|{locked}", machine=machine)
        machine.forget()
        case.refused(locked, machine=machine)
    case.locked(locked)


@row("clone used first")
def clone_used_first(case):
    joined(case, "standard", limit=9)
    attacker = case.machine.copy("attacker")
    attacker.forget()
    case.joins(machine=attacker, generation=1, count=2)
    case.refused("join state verification failed")
    locked = "failed to verify its join state"
    case.locked(locked)
    for machine in (attacker, case.machine):
        require("access denied" in machine.call(), f"a call to be refused: {machine.call()!r}")
        machine.forget()
        case.refused(locked, machine=machine)
    case.locked(locked)
