"""A client of an authority: joins, and makes calls with what it got."""

import time

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from . import issued, keys, state as stored
from .between import Between
from .ceremony import Ceremony
from .report import require
from .tunnel import Tunnel

import grpc
from teleport.legacy.client.proto import authservice_pb2 as auth
from teleport.legacy.client.proto import authservice_pb2_grpc as auth_rpc

DOMAIN = "teleport.cluster.local"


class Client:
    """Keeps everything in `state`, and uses a stored, unexpired identity unless it is to be anonymous."""

    def __init__(self, address, trust: bytes, state, alpn="h2", server_name=DOMAIN, clock=time.time):
        self.address, self.trust, self.state = address, trust, state
        self.alpn, self.server_name, self.clock = alpn, server_name, clock

    def open(self, anonymous=False) -> tuple[grpc.Channel, bool, str]:
        """A channel that is ready, whether it is authenticated, and the protocol it goes over."""
        identity = None if anonymous else self.state.identity()
        if identity:
            end = x509.load_pem_x509_certificate(identity[0]).not_valid_after_utc.timestamp()
            identity = identity if end > self.clock() else None
        certificate = key = None
        roots, name = self.trust, self.server_name
        if identity:
            certificate, key, authorities = identity
            roots = b"".join(authorities)
            name = self.state.cluster().encode().hex() + "." + DOMAIN
        tunnel = None
        if self.alpn == "h2":
            credentials = grpc.ssl_channel_credentials(roots, key, certificate)
            overridden = [("grpc.ssl_target_name_override", name)]
            channel = grpc.secure_channel(self.address, credentials, overridden)
        else:
            offered = [self.alpn + ("@" + name if self.alpn == "teleport-auth" else ""), "h2"]
            tunnel = Tunnel(self.address, name, roots, offered, identity and (certificate, key))
            # The tunnel is loopback's; what leaves it is TLS.
            channel = grpc.insecure_channel(tunnel.address)
        grpc.channel_ready_future(channel).result(timeout=20)
        return channel, bool(identity), tunnel.chosen if tunnel else "h2"

    def call(self):
        """A call with the identity, which tells the authority that it arrived."""
        channel, authenticated, _ = self.open()
        with channel:
            require(authenticated, "the identity is not usable")
            auth_rpc.AuthServiceStub(channel).Ping(auth.PingRequest(), timeout=20)

    def join(self, token, secret="", anonymous=False, method=None, ttl=3600, between=None) -> dict:
        """What it got; an RpcError when it is refused, a Violation when the authority broke the protocol."""
        between = between or Between()
        channel, authenticated, alpn = self.open(anonymous)
        with channel:
            ceremony = Ceremony(channel, self.state, between, self.clock)
            init = ceremony.begin(token, method)
            require(init.join_method == "bound_keypair", f"the token's method is {init.join_method}")
            key = identity_key(init.signature_algorithm_suite)
            expires = int(self.clock()) + ttl
            result = ceremony.finish(key, expires, secret, ed25519.Ed25519PrivateKey.generate)
            found = issued.check(result.certificates, key.public_key(), expires)
            join_state = ceremony.keep(result.bound_keypair_result, found)
        self.keep(key, result.certificates)
        return {
            **found,
            "authenticated": authenticated,
            "alpn": alpn,
            "suite": init.signature_algorithm_suite,
            "challenges": between.challenges,
            "rotations": between.rotations,
            "bound_public_key": result.bound_keypair_result.public_key.decode(),
            "join_state": join_state,
        }

    def keep(self, key, certificates):
        self.state.write("tlscert", issued.pem(certificates.tls_cert))
        self.state.write("key", keys.private_pem(key))
        authorities = stored.MARK.join(issued.pem(ca) for ca in certificates.tls_ca_certs)
        self.state.write("tlscacerts", authorities)
        self.state.write("key-cert.pub", issued.ssh_line(certificates.ssh_cert))


def identity_key(suite: str):
    if suite in ("balanced-v1", "fips-v1", "hsm-v1"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)
