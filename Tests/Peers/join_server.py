#!/usr/bin/env python3
"""A bound-keypair authority for one bot, using grpcio and cryptography only; state is in memory.

Serves joins, the API that an identity output needs, and /webapi/find on one TLS port, client certificate optional. The first line
on stdout is {"event": "ready", "address", "ca_pin"}; every join, call and heartbeat follows as one line of JSON. Runs until
SIGTERM or SIGINT, then exits with 0. Exit code 2 is wrong usage, 4 a port that cannot be opened.
"""

import argparse
import asyncio
import concurrent.futures
import pathlib
import signal
import sys

from peerlib import report, subject

import grpc
from cryptography import x509
from peerlib.api import API
from peerlib.authority import Authority
from peerlib.binding import Token
from peerlib.front import Front, tls_context
from peerlib.joining import JoinService
from peerlib.lies import LIES, Lie


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="127.0.0.1:0", help="host:port (default %(default)s)")
    parser.add_argument("--cluster", default="python.example", help="cluster (default %(default)s)")
    parser.add_argument("--bot", default="example", help="name of the bot (default %(default)s)")
    parser.add_argument("--roles", default="access", help="comma-separated roles it may impersonate")
    parser.add_argument("--token", default="example", help="name of the token (default %(default)s)")
    parser.add_argument("--suite", default="balanced-v1", help="key suite (default %(default)s)")
    parser.add_argument("--limit", type=int, default=1, help="recoveries (default %(default)s)")
    parser.add_argument("--ca-out", help="write the host authority's certificate here, PEM")
    parser.add_argument(
        "--lie",
        choices=LIES,
        help="what to do otherwise than the protocol says; peerlib/lies.py describes each",
    )
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--registration-secret", default="", help="secret of the first join")
    how.add_argument("--initial-public-key", default="", help="authorized_keys line to bind")
    return parser.parse_args()


async def serve(options) -> int:
    authority = Authority(options.cluster, options.bot, options.roles.split(","))
    token = Token(
        options.token, options.cluster, options.bot, options.registration_secret,
        options.initial_public_key, options.limit,
    )
    host, _, port = options.address.rpartition(":")
    front = None
    bound = ""

    def caller(context) -> dict | None:
        """What the client's certificate says, None without one."""
        peer = front.peer(context)
        certificate = peer and peer.identity
        return subject.read(x509.load_der_x509_certificate(certificate)) if certificate else None

    backend = grpc.server(concurrent.futures.ThreadPoolExecutor(16))
    lie = Lie(options.lie)
    peer = lambda context: front.peer(context)
    JoinService(authority, token, options.suite, lie, caller, peer, report.say).register(backend)
    API(authority, options.suite, lie, lambda: bound, caller, report.say).register(backend)
    inner = backend.add_insecure_port("127.0.0.1:0")
    backend.start()

    def discovery() -> dict:
        return {
            "cluster_name": options.cluster, "server_version": "18.2.0",
            "min_client_version": "17.0.0",
            "auth": {"type": "local", "signature_algorithm_suite": options.suite},
            "proxy": {"tls_routing_enabled": True, "ssh": {"public_addr": bound}},
        }

    front = Front(tls_context(authority.host, authority.user), options.cluster, inner, discovery)
    try:
        bound = f"{host}:{await front.start(host, int(port))}"
    except OSError as error:
        return report.complain(report.UNREACHABLE, message=str(error))
    if options.ca_out:
        pathlib.Path(options.ca_out).write_bytes(authority.host.pem)
    report.say(event="ready", address=bound, ca_pin=authority.host.pin)

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    backend.stop(0)
    return report.OK


if __name__ == "__main__":
    sys.exit(asyncio.run(serve(arguments())))
