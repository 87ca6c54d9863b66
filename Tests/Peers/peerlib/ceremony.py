"""The client's side of one bound-keypair join."""

import json
import queue

from teleport.join.v1 import joinservice_pb2 as pb
from teleport.join.v1 import joinservice_pb2_grpc as rpc

from . import keys
from .report import require

VERSION = (("version", "18.2.0"),)


class Ceremony:
    """One stream. `begin`, then `finish`, then `keep`."""

    def __init__(self, channel, state, between, clock):
        self.state, self.between, self.clock = state, between, clock
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
            # What stands between comes after the checks: it is no doing of the authority's.
            if response.challenge.HasField("bound_keypair_challenge"):
                self._check(response.challenge.bound_keypair_challenge)
            self.between.answered(response)
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
            key = make_bound_key()
            self.state.remember(key)
            solution.bound_keypair_rotation_response.public_key = keys.authorized_key(
                key.public_key()
            )
        else:
            require(kind == "bound_keypair_challenge", f"unexpected challenge {kind}")
            question = challenge.bound_keypair_challenge
            key = self._key_for(keys.load_authorized_key(question.public_key))
            if key is None:
                self._give_up("no matching key found")
            signed = keys.sign_jws(key, question.challenge.encode())
            solution.bound_keypair_challenge_solution.solution = signed.encode()
        self._send(solution=solution)

    def _check(self, question: pb.BoundKeypairChallenge):
        """A challenge as the protocol has it."""
        public = keys.load_authorized_key(question.public_key)
        claims = json.loads(question.challenge)
        now = self.clock()
        require(claims["sub"] == keys.key_id(public), "the challenge names another key")
        require(claims["nbf"] <= now + 60 and claims["exp"] >= now - 60, "challenge out of time")
        require(claims["iat"] <= now + 60 and claims["exp"] - claims["iat"] == 60, "odd times")
        require(claims["exp"] > claims["iat"] > claims["nbf"], "odd times")
        require(len(bytes.fromhex(claims["nonce"])) == 16, "the nonce is not 16 bytes")
        require(claims["iss"] in (claims["aud"], *claims["aud"]), "audience is not the cluster")

    def _key_for(self, public):
        wanted = keys.pkix(public)
        for key in self.state.bound_keys():
            if keys.pkix(key.public_key()) == wanted:
                return key
        return None

    def _send(self, **payload):
        request = pb.JoinRequest(**payload)
        self.between.asked(request)
        self._outgoing.put(request)

    def _receive(self, kind: str):
        response = next(self._responses)
        require(response.WhichOneof("payload") == kind, f"expected {kind}")
        return getattr(response, kind)
