#!/usr/bin/env python3
"""Joins an authority with the bound-keypair method, using grpcio and cryptography only.

Keeps bound key, join state and identity in --state and uses a stored, unexpired identity for the next join. Prints one line of
JSON about what it got. Exit codes: 0 joined, 1 refused (JSON with code and message on stderr), 2 usage, 3 the authority broke the
protocol, 4 unreachable.
"""

import argparse
import pathlib
import sys

from peerlib import report, state as stored

import grpc
from peerlib.between import LIES
from peerlib.client import DOMAIN, Client


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
    parser.add_argument("--lie", choices=LIES, help="sign with another key, or sign other bytes")
    return parser.parse_args()


def run(options) -> int:
    state = stored.State(options.state)
    secret = options.registration_secret
    if options.registration_secret_file:
        secret = pathlib.Path(options.registration_secret_file).read_text().strip()
    trust = pathlib.Path(options.ca).read_bytes()
    client = Client(options.address, trust, state, options.alpn, options.server_name)
    found = client.join(
        options.token, secret, options.anonymous, options.method, options.ttl,
        LIES[options.lie]() if options.lie else None,
    )
    if options.use:
        client.call()
    report.say(**found)
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
