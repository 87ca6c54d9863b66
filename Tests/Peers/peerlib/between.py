"""What stands between a client and the authority in a join: it sees every message and may change it.

The Python client has one inside, a relay (relay.py) puts one before any other client. The plain one changes nothing.
"""

import json

from cryptography.hazmat.primitives.asymmetric import ed25519
from teleport.join.v1 import joinservice_pb2 as pb

from . import keys


class Between:
    def __init__(self):
        self.challenges = self.rotations = 0
        # What the authority asked last to be signed, as it asked it.
        self.question = None

    def answered(self, response: pb.JoinResponse):
        """A message of the authority on its way to the client."""
        kind = response.challenge.WhichOneof("payload")
        if kind == "bound_keypair_challenge":
            self.challenges += 1
            self.question = pb.BoundKeypairChallenge()
            self.question.CopyFrom(response.challenge.bound_keypair_challenge)
            self.challenge(response.challenge.bound_keypair_challenge)
        elif kind:
            self.rotations += 1

    def challenge(self, question: pb.BoundKeypairChallenge):
        """May change what the client is asked to sign."""

    def asked(self, request: pb.JoinRequest):
        """A message of the client on its way to the authority. May change it."""


class Forger(Between):
    """Signs in the client's place, with a key that nobody knows."""

    def asked(self, request):
        answer = request.solution.WhichOneof("payload")
        if self.question and (answer == "bound_keypair_challenge_solution" or request.HasField("giving_up")):
            forged = keys.sign_jws(ed25519.Ed25519PrivateKey.generate(), self.question.challenge.encode())
            request.solution.bound_keypair_challenge_solution.solution = forged.encode()


class OtherKey(Between):
    """Has the client sign with another of its keys than the one that is asked for."""

    def __init__(self, key):
        super().__init__()
        self.key = key

    def challenge(self, question):
        question.public_key = keys.authorized_key(self.key.public_key())


class OtherWords(Between):
    """Has the client sign a document in which some claims are others; a function makes one of what was there."""

    def __init__(self, **claims):
        super().__init__()
        self.claims = claims

    def challenge(self, question):
        claims = json.loads(question.challenge)
        for name, other in self.claims.items():
            claims[name] = other(claims[name]) if callable(other) else other
        question.challenge = json.dumps(claims)


class NoNewKey(Between):
    """Gives up in the client's place when a new key is asked for."""

    def asked(self, request):
        if request.solution.WhichOneof("payload") == "bound_keypair_rotation_response":
            request.giving_up.reason = pb.GivingUp.REASON_CHALLENGE_SOLUTION_FAILED
            request.giving_up.msg = "no new key can be made"


class OldKey(Between):
    """Offers the bound key where a new one is asked for."""

    def asked(self, request):
        if request.solution.WhichOneof("payload") == "bound_keypair_rotation_response":
            request.solution.bound_keypair_rotation_response.public_key = self.question.public_key


class Lost(Exception):
    """A message did not arrive."""


class LosesResult(Between):
    """Keeps the client from hearing that it joined."""

    def answered(self, response):
        if response.HasField("result"):
            raise Lost("the result was lost")
        super().answered(response)


class Role(Between):
    """Joins as something else than a bot."""

    def __init__(self, role: str):
        super().__init__()
        self.role = role

    def asked(self, request):
        if request.HasField("client_init"):
            request.client_init.system_role = self.role


LIES = {"key": Forger, "signature": lambda: OtherWords(nonce="0" * 32)}
