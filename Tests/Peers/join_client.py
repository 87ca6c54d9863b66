#!/usr/bin/env python3
"""Joins an authority with the bound-keypair method, using grpcio and cryptography only.

Keeps bound key, join state and identity in --state and uses a stored, unexpired identity for the next join. Prints one line of
JSON about what it got. Exit codes: 0 joined, 1 refused (JSON with code and message on stderr), 2 usage, 3 the authority broke the
protocol, 4 unreachable.
"""

import argparse
import pathlib
import sys
import time

from peerlib import issued, keys, report, state as stored

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from peerlib.ceremony import Ceremony
from peerlib.report import require
from peerlib.tunnel import Tunnel
from teleport.legacy.client.proto import authservice_pb2 as auth
from teleport.legacy.client.proto import authservice_pb2_grpc as auth_rpc

DOMAIN = "teleport.cluster.local"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True, help="host:port of the authority")
    parser.add_argument("--ca", required=True, help="PEM file with the authorities to trust")
    parser.add_argument("--server-name", default=DOMAIN, help="name to verify (default %(default)s)")
    parser.add_argument("--token", required=True, help="name of the join token")
    parser.add_argument("--state", required=True, help="directory for keys, join state and identity")
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--registration-secret", default="", help="the secret itself")
    secret.add_argument("--registration-secret-file", help="file with the secret")
    parser.add_argument("--key", help="PEM private key that was registered beforehand")
    parser.add_argument("--method", help="ask for this method (default: whatever the token says)")
    parser.add_argument("--ttl", type=int, default=3600, help="wished life in seconds")
    parser.add_argument(
        "--alpn",
        choices=["h2", "teleport-proxy-grpc", "teleport-auth"],
        default="h2",
        help="protocol to offer before h2 (default %(default)s)",
    )
    parser.add_argument("--anonymous", action="store_true", help="do not use a stored identity")
    parser.add_argument("--use", action="store_true", help="make a call with the identity after the join")
    parser.add_argument(
        "--lie",
        choices=["signature", "key", "state", "no new key", "old key"],
        help="sign other bytes or with another key, sign the join state oneself, refuse to make a new key or offer the old one",
    )
    return parser.parse_args()


def channel(options, state, anonymous) -> tuple[grpc.Channel, bool, Tunnel | None]:
    """An open channel, whether it is authenticated, and the tunnel it goes through if any."""
    identity = None if anonymous else state.identity()
    if identity:
        end = x509.load_pem_x509_certificate(identity[0]).not_valid_after_utc.timestamp()
        identity = identity if end > time.time() else None
    if identity:
        certificate, key, authorities = identity
        roots = b"".join(authorities)
        name = state.cluster().encode().hex() + "." + DOMAIN
    else:
        certificate = key = None
        roots = pathlib.Path(options.ca).read_bytes()
        name = options.server_name
    if options.alpn == "h2":
        credentials = grpc.ssl_channel_credentials(roots, key, certificate)
        overridden = [("grpc.ssl_target_name_override", name)]
        return grpc.secure_channel(options.address, credentials, overridden), bool(identity), None
    offered = [options.alpn + ("@" + name if options.alpn == "teleport-auth" else ""), "h2"]
    tunnel = Tunnel(options.address, name, roots, offered, identity and (certificate, key))
    # The tunnel is loopback's; what leaves it is TLS.
    return grpc.insecure_channel(tunnel.address), bool(identity), tunnel


def use(options, state):
    """The first call with the new identity, which tells the authority that it arrived."""
    opened, authenticated, _ = channel(options, state, anonymous=False)
    require(authenticated, "the identity is not usable")
    with opened:
        grpc.channel_ready_future(opened).result(timeout=20)
        auth_rpc.AuthServiceStub(opened).Ping(auth.PingRequest(), timeout=20)


def identity_key(suite: str):
    if suite in ("balanced-v1", "fips-v1", "hsm-v1"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def run(options) -> int:
    state = stored.State(options.state)
    secret = options.registration_secret
    if options.registration_secret_file:
        secret = pathlib.Path(options.registration_secret_file).read_text().strip()
    if options.key:
        state.write("id_bkp", pathlib.Path(options.key).read_bytes())
    opened, authenticated, tunnel = channel(options, state, options.anonymous)
    with opened:
        grpc.channel_ready_future(opened).result(timeout=20)
        ceremony = Ceremony(opened, state, options.lie)
        init = ceremony.begin(options.token, options.method)
        require(init.join_method == "bound_keypair", f"the token's method is {init.join_method}")
        key = identity_key(init.signature_algorithm_suite)
        expires = int(time.time()) + options.ttl
        result = ceremony.finish(key, expires, secret, ed25519.Ed25519PrivateKey.generate)
        found = issued.check(result.certificates, key.public_key(), expires)
        join_state = ceremony.keep(result.bound_keypair_result, found)
    state.write("tlscert", issued.pem(result.certificates.tls_cert))
    state.write("key", keys.private_pem(key))
    state.write(
        "tlscacerts", stored.MARK.join(issued.pem(ca) for ca in result.certificates.tls_ca_certs)
    )
    state.write("key-cert.pub", issued.ssh_line(result.certificates.ssh_cert))
    if options.use:
        use(options, state)
    report.say(
        **found,
        authenticated=authenticated,
        alpn=tunnel.chosen if tunnel else "h2",
        suite=init.signature_algorithm_suite,
        challenges=ceremony.challenges,
        rotations=ceremony.rotations,
        bound_public_key=result.bound_keypair_result.public_key.decode(),
        join_state=join_state,
    )
    return report.OK


def main() -> int:
    options = arguments()
    try:
        return run(options)
    except grpc.RpcError as error:
        return report.complain(report.REFUSED, code=error.code().name, message=error.details())
    except grpc.FutureTimeoutError:
        return report.complain(report.UNREACHABLE, message=f"{options.address} is not reachable")
    except (report.Violation, ValueError) as error:
        return report.complain(report.BROKEN, message=str(error))


if __name__ == "__main__":
    sys.exit(main())
