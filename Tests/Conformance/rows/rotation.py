"""New keys in the place of bound ones."""

from conformlib.table import row
from peerlib.between import Between, NoNewKey, OldKey

MINUTE = 60


def due(case, **more):
    """A bound key, and a new one wanted since half an hour, unless it is said otherwise."""
    case.make(bound=case.key, **{"rotate_after": case.start + 30 * MINUTE, **more})
    case.machine.hold(case.key)


def rotates(case):
    between = Between()
    case.joins(between=between)
    case.asked(between, challenges=2, rotations=1)
    bound = case.status("bound_public_key")
    case.equal(bound == case.line(case.key), False, "the old key to be bound still")
    case.equal(case.status("last_rotated_at") > "2026", True, "a time of the rotation")
    # The machine took the new key into use.
    again = Between()
    case.joins(generation=2, between=again)
    case.asked(again, challenges=1, rotations=0)


def does_not_rotate(case):
    between = Between()
    case.joins(between=between)
    case.asked(between, challenges=1, rotations=0)
    case.equal(case.status("bound_public_key"), case.line(case.key), "bound_public_key")


@row("first rotation")
def first_rotation(case):
    due(case)
    rotates(case)


@row("rotation not due")
def rotation_not_due(case):
    due(case, rotate_after=case.start + 90 * MINUTE)
    does_not_rotate(case)


@row("second rotation")
def second_rotation(case):
    due(case, rotate_after=case.start + 10 * MINUTE, last_rotated_at=case.start)
    rotates(case)


@row("second not due")
def second_not_due(case):
    due(case, rotate_after=case.start + 10 * MINUTE, last_rotated_at=case.start + 20 * MINUTE)
    does_not_rotate(case)


@row("rotation refused by client")
def refused_by_client(case):
    due(case)
    if case.is_agent:
        # A key outside the storage cannot be replaced by the agent.
        case.refused("requesting (a )?new|rotat", static_key=case.key)
    case.refused("requesting (a )?new", between=NoNewKey())
    case.equal(case.status("bound_public_key"), case.line(case.key), "bound_public_key")
    rotates(case)


@row("registration while a rotation is due")
def registration_and_rotation(case):
    case.make("standard", registration_secret="s-of-the-row", rotate_after=case.start)
    between = Between()
    case.joins(generation=1, count=1, secret="s-of-the-row", between=between)
    case.asked(between, challenges=2, rotations=2)
    case.joins(generation=2)


@row("rotation reuse")
def reuse(case):
    due(case)
    between = OldKey()
    case.refused("public key may not be reused after rotation", code="INVALID_ARGUMENT", between=between)
    case.asked(between, challenges=2, rotations=1)
    rotates(case)
