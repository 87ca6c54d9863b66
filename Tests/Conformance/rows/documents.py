"""The documents: challenges and their answers, join states. The authority's clock is the rows'."""

import json

from conformlib.authority import CLUSTER
from conformlib.table import row
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from peerlib import keys
from peerlib.between import Between, OtherKey, OtherWords
from peerlib.report import require
from rows import states


def bound(case):
    """Bound, and nothing but the key counts."""
    case.make(bound=case.key)
    case.machine.hold(case.key, case.other)


def answers_wrongly(case, between: Between, words: str, code: str | None = None):
    bound(case)
    case.refused("validating challenge response: .*" + words, code=code, between=between)
    case.asked(between, challenges=1, rotations=0)
    case.locked()


@row("challenge issued", clocked=True)
def challenge_issued(case):
    bound(case)
    between, began = Between(), int(case.authority.now())
    case.joins(between=between)
    claims = json.loads(between.question.challenge)
    case.equal((claims["iss"], claims["aud"]), (CLUSTER, CLUSTER), "iss, aud")
    case.equal(claims["sub"], keys.key_id(case.key.public_key()), "sub")
    case.equal(len(bytes.fromhex(claims["nonce"])), 16, "bytes in the nonce")
    case.equal((claims["exp"] - claims["iat"], claims["iat"] - claims["nbf"]), (60, 10), "exp - iat, iat - nbf")
    require(began <= claims["iat"] <= case.authority.now(), "iat to be now")
    again = Between()
    case.joins(between=again)
    require(json.loads(again.question.challenge)["nonce"] != claims["nonce"], "another nonce each time")


@row("correct answer", clocked=True)
def correct_answer(case):
    made = (
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP256R1()),
        rsa.generate_private_key(65537, 2048),
    )
    for key in made:
        case.make(bound=key)
        case.machine.forget()
        case.machine.hold(key)
        case.joins(generation=1)


@row("signed by another key", clocked=True)
def signed_by_another_key(case):
    answers_wrongly(case, OtherKey(case.other), "signature")


class Later(Between):
    """Lets time pass at the authority before the answer arrives."""

    def __init__(self, authority, seconds: int):
        super().__init__()
        self.authority, self.seconds = authority, seconds

    def challenge(self, question):
        self.authority.move_clock(self.seconds)


@row("clock + 10 min", clocked=True)
def ten_minutes_later(case):
    answers_wrongly(case, Later(case.authority, 600), "token is expired")


@row("clock - 100 s", clocked=True)
def clock_set_back(case):
    answers_wrongly(case, Later(case.authority, -100), "token not valid yet")


@row("iat, exp or nbf altered then signed", clocked=True)
def times_altered(case):
    for name in ("iat", "exp", "nbf"):
        altered = OtherWords(**{name: lambda value: value + 1})
        answers_wrongly(case, altered, "invalid challenge document", "PERMISSION_DENIED")


@row("nonce altered", clocked=True)
def nonce_altered(case):
    answers_wrongly(case, OtherWords(nonce="0" * 32), "invalid nonce", "PERMISSION_DENIED")


@row("sub, iss, aud altered", clocked=True)
def names_altered(case):
    for name, words in (("sub", "subject"), ("iss", "issuer"), ("aud", "audience")):
        answers_wrongly(case, OtherWords(**{name: "other"}), f"invalid {words} claim")


def shows(case, state: bytes):
    """The state is as good as the one of the last join."""
    states.bound(case)
    case.machine.show(state)
    case.joins(generation=1, count=2)
    case.locked()


@row("join state, active CA key", clocked=True)
def active_key(case):
    shows(case, case.join_state())


@row("join state, standby CA key", clocked=True)
def standby_key(case):
    shows(case, case.join_state(by=case.authority.standby_key))


@row("mode or limit differ between state and token", clocked=True)
def mode_and_limit(case):
    shows(case, case.join_state(recovery_mode="insecure", recovery_limit=99))


@row("asdf", clocked=True)
def no_token(case):
    states.bound(case)
    states.locks(case, b"asdf", "parsing serialized join state")


@row("count differs", clocked=True)
def count_differs(case):
    states.bound(case)
    states.locks(case, case.join_state(sequence=2), "recovery counter mismatch")


@row("instance differs", clocked=True)
def instance_differs(case):
    states.bound(case)
    states.locks(case, case.join_state(instance="other"), "bot instance mismatch")


@row("untrusted signer", clocked=True)
def untrusted_signer(case):
    states.bound(case)
    states.locks(case, case.join_state(by=case.other), "join state could not be verified")


@row("clock - 10 min", clocked=True)
def ten_minutes_before(case):
    states.bound(case)
    state = case.join_state()
    case.authority.move_clock(-600)
    states.locks(case, state, "token not valid yet")


@row("other cluster", clocked=True)
def other_cluster(case):
    states.bound(case)
    states.locks(case, case.join_state(iss="other.test"), "invalid issuer claim")


@row("other bot", clocked=True)
def other_bot(case):
    states.bound(case)
    states.locks(case, case.join_state(sub="other"), "invalid subject claim")
