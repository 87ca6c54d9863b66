"""The client's side of one bound-keypair join."""

import json
import queue
import time

from cryptography.hazmat.primitives.asymmetric import ed25519
from teleport.join.v1 import joinservice_pb2 as pb
from teleport.join.v1 import joinservice_pb2_grpc as rpc

from . import keys
from .report import require

VERSION = (("version", "18.2.0"),)


class Ceremony:
    """One stream. `begin`, then `finish`, then `keep`."""

    def __init__(self, channel, state, lie: str | None):
        self.state = state
        self.lie = lie
        self.challenges = 0
        self.rotations = 0
        self._outgoing = queue.Queue()
        stub = rpc.JoinServiceStub(channel)
        self._call = stub.Join(iter(self._outgoing.get, None), metadata=VERSION, timeout=60)
        self._responses = iter(self._call)

    def begin(self, token: str, method: str | None) -> pb.ServerInit:
        init = pb.ClientInit(token_name=token, system_role="Bot")
        if method:
            init.join_method = method
        self._send(client_init=init)
        return self._receive("init")

    def finish(self, key, expires: int, secret: str, make_bound_key) -> pb.BotResult:
        """Sends the method's first message and answers until there is a result."""
        join_state = self.state.read("bkp_state") or b""
        if self.lie == "state":
            join_state = self._forged(join_state)
        init = pb.BoundKeypairInit(
            initial_join_secret="" if join_state else secret, previous_join_state=join_state
        )
        bot = init.client_params.bot_params
        bot.public_keys.public_tls_key = keys.pkix(key.public_key())
        bot.public_keys.public_ssh_key = keys.ssh_blob(key.public_key())
        bot.expires.seconds = expires
        self._send(bound_keypair_init=init)
        while True:
            response = next(self._responses)
            kind = response.WhichOneof("payload")
            if kind == "result":
                require(response.result.WhichOneof("payload") == "bot_result", "no bot result")
                self._outgoing.put(None)
                require(next(self._responses, None) is None, "messages after the result")
                return response.result.bot_result
            require(kind == "challenge", f"unexpected {kind}")
            self._answer(response.challenge, make_bound_key)

    def keep(self, result: pb.BoundKeypairResult, found: dict) -> dict:
        """Stores join state and bound key; returns the claims of the state."""
        require(result.join_state, "the result holds no join state")
        bound = keys.load_authorized_key(result.public_key)
        key = self._key_for(bound)
        require(key, "the result names a bound key that this client never had")
        self.state.write("id_bkp", keys.private_pem(key))
        self.state.write("bkp_state", result.join_state)
        claims = json.loads(keys.decode(result.join_state.decode().split(".")[1]))
        require(claims["iss"] == found["cluster"], "join state of another cluster")
        require(claims["sub"] == found["bot"], "join state of another bot")
        require(claims["bot_instance_id"] == found["instance"], "join state of another instance")
        require("exp" not in claims, "a join state does not expire")
        return claims

    @staticmethod
    def _forged(join_state: bytes) -> bytes:
        """The same words and key id, signed by somebody else."""
        header, payload, _ = join_state.decode().split(".")
        kid = json.loads(keys.decode(header))["kid"]
        other = ed25519.Ed25519PrivateKey.generate()
        return keys.sign_jws(other, keys.decode(payload), kid=kid).encode()

    def _give_up(self, text: str):
        """Tells the authority, whose refusal then ends the stream with an RpcError."""
        reason = pb.GivingUp.REASON_CHALLENGE_SOLUTION_FAILED
        self._send(giving_up=pb.GivingUp(reason=reason, msg=text))
        require(next(self._responses, None) is None, "messages after giving up")
        require(False, "a join that the client gave up ended with success")

    def _answer(self, challenge: pb.Challenge, make_bound_key):
        kind = challenge.WhichOneof("payload")
        solution = pb.ChallengeSolution()
        if kind == "bound_keypair_rotation_request":
            self.rotations += 1
            if self.lie == "no new key":
                self._give_up("no new key can be made")
            key = self.state.bound_keys()[0] if self.lie == "old key" else make_bound_key()
            self.state.remember(key)
            solution.bound_keypair_rotation_response.public_key = keys.authorized_key(
                key.public_key()
            )
        else:
            require(kind == "bound_keypair_challenge", f"unexpected challenge {kind}")
            self.challenges += 1
            signed = self._sign(challenge.bound_keypair_challenge)
            if signed is None:
                self._give_up("no matching key found")
            solution.bound_keypair_challenge_solution.solution = signed.encode()
        self._send(solution=solution)

    def _sign(self, challenge: pb.BoundKeypairChallenge) -> str | None:
        """The solution; None when the key is none of this client's."""
        public = keys.load_authorized_key(challenge.public_key)
        claims = json.loads(challenge.challenge)
        now = time.time()
        require(claims["sub"] == keys.key_id(public), "the challenge names another key")
        require(claims["nbf"] <= now + 60 and claims["exp"] >= now - 60, "challenge out of time")
        require(claims["iat"] <= now + 60 and claims["exp"] - claims["iat"] == 60, "odd times")
        require(len(bytes.fromhex(claims["nonce"])) == 16, "the nonce is not 16 bytes")
        require(claims["iss"] in (claims["aud"], *claims["aud"]), "audience is not the cluster")
        text = challenge.challenge
        key = ed25519.Ed25519PrivateKey.generate() if self.lie == "key" else self._key_for(public)
        if key is None:
            return None
        if self.lie == "signature":
            text = text.replace(claims["nonce"], "0" * 32)
        return keys.sign_jws(key, text.encode())

    def _key_for(self, public):
        wanted = keys.pkix(public)
        for key in self.state.bound_keys():
            if keys.pkix(key.public_key()) == wanted:
                return key
        return None

    def _send(self, **payload):
        self._outgoing.put(pb.JoinRequest(**payload))

    def _receive(self, kind: str):
        response = next(self._responses)
        require(response.WhichOneof("payload") == kind, f"expected {kind}")
        return getattr(response, kind)
