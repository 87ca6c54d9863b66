"""What a hostile authority may do: each lie has a name, and is told in one place of the conversation."""

import time

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from teleport.join.v1 import joinservice_pb2 as pb

from . import keys

LIES = {
    "method": "answers with a method that nobody knows",
    "challenge": "asks for a key that the client never had",
    "huge challenge": "sends a challenge of one megabyte",
    "endless": "asks for one proof after the other",
    "certificate": "issues for another key",
    "validity": "issues for a time that is over",
    "no certificates": "sends a result without any",
    "no state": "sends a result without a join state",
    "bound key": "says that it bound a key that the client never had",
    "host": "sends the result of another kind of client",
    "truncated": "sends a result that lacks its last bytes",
    "no result": "ends the join with success before its result",
    "hang up": "closes the connection before its result",
    "output key": "joins honestly, and later issues for another key",
    "output validity": "joins honestly, and later issues for a time that is over",
}


class Lie:
    """The one lie of an authority; an honest one has none."""

    def __init__(self, name: str | None):
        self.name = name

    def __eq__(self, name) -> bool:
        return self.name == name

    def challenge(self, token, public) -> tuple[str, pb.JoinResponse]:
        """The challenge for a key, or what stands in its place: its words, and the message."""
        if self == "challenge":
            public = ed25519.Ed25519PrivateKey.generate().public_key()
        text, _ = token.challenge(public)
        if self == "huge challenge":
            text += " " * (1 << 20)
        question = pb.BoundKeypairChallenge(public_key=keys.authorized_key(public), challenge=text)
        return text, pb.JoinResponse(challenge=pb.Challenge(bound_keypair_challenge=question))

    def issue(self, authority, tls_key, ssh_key, end: float, prefix: str = "", **fields):
        """Certificates as asked for, or others. `prefix` is that of the lies that count here."""
        if self == prefix + "key" or self == prefix + "certificate":
            tls_key = ssh_key = ec.generate_private_key(ec.SECP256R1()).public_key()
        if self == prefix + "validity":
            end = time.time() - 30
        return authority.issue(tls_key, ssh_key, end, **fields)

    def result(self, result: pb.BotResult) -> pb.JoinResponse | bytes:
        """The result, or what stands in its place; bytes are sent as they are."""
        if self == "no certificates":
            result.ClearField("certificates")
        if self == "no state":
            result.bound_keypair_result.ClearField("join_state")
        if self == "bound key":
            foreign = ed25519.Ed25519PrivateKey.generate().public_key()
            result.bound_keypair_result.public_key = keys.authorized_key(foreign)
        if self == "host":
            host = pb.HostResult(certificates=result.certificates)
            return pb.JoinResponse(result=pb.Result(host_result=host))
        response = pb.JoinResponse(result=pb.Result(bot_result=result))
        return response.SerializeToString()[:-20] if self == "truncated" else response
