"""The join service of the Python authority."""

import threading
import time

import grpc
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from teleport.join.v1 import joinservice_pb2 as pb

from . import keys
from .authority import blob
from .binding import Refused
from .lies import Lie


class JoinService:
    def __init__(self, authority, token, suite: str, lie: Lie, caller, peer, tell):
        self.authority, self.token, self.suite, self.lie = authority, token, suite, lie
        self.caller, self.peer, self.tell = caller, peer, tell
        self._one_at_a_time = threading.Lock()

    def register(self, server):
        """Offers the service. A response that is bytes already is sent as it is."""
        method = grpc.stream_stream_rpc_method_handler(
            self.Join, pb.JoinRequest.FromString,
            lambda response: response if isinstance(response, bytes) else response.SerializeToString(),
        )
        name = pb.DESCRIPTOR.services_by_name["JoinService"].full_name
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(name, {"Join": method}),)
        )

    def Join(self, requests, context):
        with self._one_at_a_time:
            steps, peer = [], self.peer(context)
            seen = {
                "steps": steps, "alpn": peer.alpn, "server_name": peer.server_name,
                "certificate": peer.certificate is not None,
            }
            try:
                result = yield from self._join(requests, context, steps)
                # The client may go as soon as it has its result, and nothing here runs after that.
                self.tell(event="join", ok=True, **seen, **self._summary())
                if self.lie == "hang up":
                    peer.hang_up()
                if self.lie != "no result":
                    yield self.lie.result(result)
            except Refused as refusal:
                self.tell(event="join", ok=False, **seen, reason=str(refusal))
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
        self.ttl = bot.expires.seconds - int(time.time())
        caller = self.caller(context)
        bound = yield from self._prove(requests, init, caller, steps)
        if caller:
            token.renew(caller["instance"], caller["generation"])
        else:
            token.recover()
        token.bound_key, token.secret = bound, ""
        return self._result(tls_key, ssh_key, bot.expires.seconds)

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
            suited = ec.EllipticCurvePublicKey if self.suite == "fips-v1" else ed25519.Ed25519PublicKey
            if not isinstance(public, suited):
                raise Refused(f"a bound key of {self.suite} is none of {type(public)}")
        while True:
            text, question = self.lie.challenge(token, public)
            yield question
            solution = self._next(requests, "solution", steps)
            token.check_solution(public, text, solution.bound_keypair_challenge_solution.solution)
            if self.lie != "endless":
                break
        if token.bound_key is not None:
            token.check_state(init.previous_join_state)
        return public

    def _client_keys(self, bot):
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
        wanted = rsa.RSAPublicKey if self.suite == "legacy" else ec.EllipticCurvePublicKey
        if not isinstance(tls_key, wanted):
            raise Refused(f"a key of {self.suite} is none of {type(tls_key)}")
        return tls_key, ssh_key

    def _result(self, tls_key, ssh_key, end):
        token, authority = self.token, self.authority
        tls, line = self.lie.issue(
            authority, tls_key, ssh_key, end, instance=token.instance,
            generation=str(token.generation), join_token=token.name,
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
        bound = pb.BoundKeypairResult(
            join_state=token.join_state(), public_key=keys.authorized_key(token.bound_key)
        )
        return pb.BotResult(certificates=certificates, bound_keypair_result=bound)

    def _summary(self):
        token = self.token
        return {
            "instance": token.instance, "generation": token.generation,
            "recoveries": token.recoveries, "ttl": self.ttl,
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
        known = type(request)()
        known.CopyFrom(request)
        known.DiscardUnknownFields()
        if known.ByteSize() != request.ByteSize():
            raise Refused(f"{kind} holds fields that the protocol does not have")
        return getattr(request, kind)


def _challenge(**payload):
    return pb.JoinResponse(challenge=pb.Challenge(**payload))
