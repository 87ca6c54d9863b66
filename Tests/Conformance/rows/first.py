"""First joins: with a registered key, and with a secret."""

from conformlib.table import row
from peerlib.between import Between, OtherKey
from peerlib.report import require


@row("initial join")
def initial_join(case):
    case.make(initial=case.key)
    case.machine.hold(case.key)
    attempt = case.joins(generation=1, count=1)
    case.equal(case.status("bound_public_key"), case.line(case.key), "bound_public_key")
    case.equal(case.status("bound_bot_instance_id"), attempt.instance, "bound_bot_instance_id")
    case.equal(attempt.identity["join_token"], case.token, "token in the certificate")


@row("initial, wrong key")
def initial_wrong_key(case):
    case.make(initial=case.key)
    # A machine that has another key says so; one that signs with it is found out.
    case.machine.hold(case.other)
    case.refused("no matching key found|failed to complete challenge")
    case.refused("failed to complete challenge", code="PERMISSION_DENIED", between=OtherKey(case.other))
    case.machine.hold(case.key)
    case.joins(count=1)


@row("standard first")
def standard_first(case):
    case.make("standard", initial=case.key)
    case.machine.hold(case.key)
    attempt = case.joins(count=1)
    case.equal(attempt.claims["recovery_mode"], "standard", "recovery_mode in the join state")


def registers(case, secret: str):
    """The secret admits the machine: one new key, proven once, and the secret is gone."""
    between = Between()
    case.joins(generation=1, count=1, secret=secret, between=between)
    case.asked(between, challenges=1, rotations=1)
    case.equal(case.status("registration_secret"), "", "registration_secret")
    require(case.status("bound_public_key"), "a key to be bound")


def is_refused(case, secret: str):
    """The secret is refused before anything is asked."""
    between = Between()
    case.refused(
        "a valid registration secret is required", code="PERMISSION_DENIED", secret=secret, between=between
    )
    case.asked(between, challenges=0, rotations=0)


@row("registration")
def registration(case):
    case.make("standard", registration_secret="s-of-the-row")
    registers(case, "s-of-the-row")


@row("registration, wrong")
def registration_wrong(case):
    case.make("standard", registration_secret="s-of-the-row")
    is_refused(case, "t-of-the-row")
    registers(case, "s-of-the-row")


@row("registration, wrong vs generated")
def registration_wrong_generated(case):
    case.make("standard")
    is_refused(case, "t-of-the-row")
    registers(case, case.status("registration_secret"))


@row("registration, late")
def registration_late(case):
    case.make("standard", registration_secret="s-of-the-row", must_register_before=case.start)
    is_refused(case, "s-of-the-row")


@row("registration vs initial key")
def registration_and_key(case):
    case.make("standard", initial=case.key, registration_secret="s-of-the-row")
    case.machine.hold(case.other)
    case.refused(
        "failed to complete challenge", code="PERMISSION_DENIED", secret="s-of-the-row",
        between=OtherKey(case.other),
    )
    case.machine.hold(case.key)
    case.joins(count=1)
