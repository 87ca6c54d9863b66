"""The join service of the Python authority."""

import threading
import time

import grpc
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from teleport.join.v1 import joinservice_pb2 as pb
from teleport.join.v1 import joinservice_pb2_grpc as rpc

from . import keys
from .authority import blob
from .binding import Refused


class JoinService(rpc.JoinServiceServicer):
    def __init__(self, authority, token, suite: str, lie: str | None, caller, tell):
        self.authority, self.token, self.suite, self.lie = authority, token, suite, lie
        self.caller, self.tell = caller, tell
        self._one_at_a_time = threading.Lock()

    def Join(self, requests, context):
        with self._one_at_a_time:
            steps = []
            try:
                yield from self._join(requests, context, steps)
                self.tell(event="join", ok=True, steps=steps, **self._summary())
            except Refused as refusal:
                self.tell(event="join", ok=False, steps=steps, reason=str(refusal))
                context.abort(grpc.StatusCode.PERMISSION_DENIED, str(refusal))

    def _join(self, requests, context, steps):
        token = self.token
        first = self._next(requests, "client_init", steps)
        if first.token_name != token.name or first.system_role != "Bot":
            raise Refused("token expired or not found")
        if first.HasField("join_method") and first.join_method != "bound_keypair":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the token has another join method")
        versions = [v for k, v in context.invocation_metadata() if k == "version"]
        if len(versions) != 1 or versions[0].startswith("v"):
            raise Refused("exactly one version without a leading v must be in the metadata")
        yield pb.JoinResponse(
            init=pb.ServerInit(
                join_method="carrier_pigeon" if self.lie == "method" else "bound_keypair",
                signature_algorithm_suite=self.suite,
            )
        )
        init = self._next(requests, "bound_keypair_init", steps)
        bot = init.client_params.bot_params
        tls_key, ssh_key = self._client_keys(bot)
        caller = self.caller(context)
        bound = yield from self._prove(requests, init, caller, steps)
        if caller:
            token.renew(caller["instance"], caller["generation"])
        else:
            token.recover()
        token.bound_key, token.secret = bound, ""
        yield self._result(tls_key, ssh_key, bot.expires.seconds)

    def _prove(self, requests, init, caller, steps):
        """Makes the client prove a key: the bound one, a registered one, or one it makes now."""
        token = self.token
        public = token.bound_key or token.initial_key
        if token.bound_key is None and caller:
            raise Refused("cannot perform first bound keypair join with existing credentials")
        if init.initial_join_secret and init.previous_join_state:
            raise Refused("a client with a join state has no business sending a secret")
        if public is None:
            token.check_secret(init.initial_join_secret)
            rotation = pb.BoundKeypairRotationRequest(signature_algorithm_suite=self.suite)
            yield _challenge(bound_keypair_rotation_request=rotation)
            solution = self._next(requests, "solution", steps)
            public = keys.load_authorized_key(solution.bound_keypair_rotation_response.public_key)
        if self.lie == "challenge":
            public = ed25519.Ed25519PrivateKey.generate().public_key()
        text, _ = token.challenge(public)
        question = pb.BoundKeypairChallenge(public_key=keys.authorized_key(public), challenge=text)
        yield _challenge(bound_keypair_challenge=question)
        solution = self._next(requests, "solution", steps)
        token.check_solution(public, text, solution.bound_keypair_challenge_solution.solution)
        if token.bound_key is not None:
            token.check_state(init.previous_join_state)
        return public

    @staticmethod
    def _client_keys(bot):
        tls_der, ssh_blob = bot.public_keys.public_tls_key, bot.public_keys.public_ssh_key
        if not bot.HasField("expires") or bot.expires.seconds == 0:
            raise Refused("the wished end is missing")
        try:
            tls_key = serialization.load_der_public_key(tls_der)
            ssh_key = keys.load_ssh_blob(ssh_blob)
        except Exception as error:
            raise Refused(f"a public key cannot be read: {error}") from error
        if keys.pkix(tls_key) != keys.pkix(ssh_key):
            raise Refused("the TLS key and the SSH key differ")
        return tls_key, ssh_key

    def _result(self, tls_key, ssh_key, end):
        token, authority = self.token, self.authority
        if self.lie == "certificate":
            tls_key = ssh_key = ec.generate_private_key(ec.SECP256R1()).public_key()
        if self.lie == "validity":
            end = time.time() - 30
        tls, line = authority.issue(
            tls_key, ssh_key, end, instance=token.instance, generation=str(token.generation),
            join_token=token.name,
        )
        certificates = pb.Certificates(
            tls_cert=tls.public_bytes(serialization.Encoding.DER),
            tls_ca_certs=[authority.user.der, authority.host.der],
            ssh_cert=blob(line),
            ssh_ca_keys=[
                keys.ssh_blob(signer.ssh_key.public_key())
                for signer in (authority.user, authority.host)
            ],
        )
        named = token.bound_key
        if self.lie == "bound key":
            named = ed25519.Ed25519PrivateKey.generate().public_key()
        bound = pb.BoundKeypairResult(
            join_state=token.join_state(), public_key=keys.authorized_key(named)
        )
        if self.lie == "host":
            return pb.JoinResponse(
                result=pb.Result(host_result=pb.HostResult(certificates=certificates))
            )
        result = pb.BotResult(certificates=certificates, bound_keypair_result=bound)
        return pb.JoinResponse(result=pb.Result(bot_result=result))

    def _summary(self):
        token = self.token
        return {
            "instance": token.instance, "generation": token.generation,
            "recoveries": token.recoveries,
            "bound_public_key": keys.authorized_key(token.bound_key).decode(),
        }

    @staticmethod
    def _next(requests, kind: str, steps: list):
        request = next(requests, None)
        found = request.WhichOneof("payload") if request else "the end"
        steps.append(found)
        if found == "giving_up":
            raise Refused(f"client gave up: {request.giving_up.msg}")
        if found != kind:
            raise Refused(f"expected {kind}, got {found}")
        return getattr(request, kind)


def _challenge(**payload):
    return pb.JoinResponse(challenge=pb.Challenge(**payload))
