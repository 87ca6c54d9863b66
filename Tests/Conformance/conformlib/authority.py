"""A running tenond as its operator sees it, and as somebody sees it who has its database."""

import json
import os
import pathlib
import sqlite3
import struct
import subprocess
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from peerlib import keys
from peerlib.authority import Signer
from peerlib.relay import Relay

CLUSTER, BOT = "example.test", "test"


class Authority:
    """`folder` is the one that scripts/loopback.sh gave it."""

    def __init__(self, folder: str, port: str):
        self.folder, self.port = pathlib.Path(folder), int(port)
        self.address = f"127.0.0.1:{port}"
        self.trust_file = self.folder / "trust.pem"
        self.trust = self.trust_file.read_bytes()
        held = {kind: self._record(kind) for kind in ("user", "host", "bound_keypair")}
        self.user, self.host = (
            Signer.holding(held[kind]["tls_certificate"].encode(), held[kind]["tls_key"].encode())
            for kind in ("user", "host")
        )
        self.state_key = keys.load_private(held["bound_keypair"]["jwt_key"].encode())
        self.relay = Relay(CLUSTER, self.address, self.trust, self.host, self.user)

    def _record(self, kind: str) -> dict:
        return json.loads(read(self.folder, kind))

    @property
    def standby_key(self):
        """The key that `make_standby` added."""
        return keys.load_private((self.folder / "standby.pem").read_bytes())

    def tctl(self, *words: str, given=None) -> str:
        environment = {**os.environ, "TENON_ADMIN_SOCKET": str(self.folder / "admin.sock")}
        done = subprocess.run(
            ["tctl", *words], input=given, env=environment, capture_output=True, text=True, timeout=60
        )
        if done.returncode:
            raise Refused(done.stderr.strip())
        return done.stdout

    def create(self, resource: dict):
        self.tctl("create", "-f", given=json.dumps(resource))

    def get(self, what: str) -> list:
        return json.loads(self.tctl("get", what, "--format=json"))

    def locks(self, token: str) -> list[str]:
        """The messages of the locks on a token."""
        locks = [lock["spec"] for lock in self.get("locks")]
        return [lock["message"] for lock in locks if lock["target"].get("join_token") == token]

    def audit(self, token: str) -> list[dict]:
        lines = (self.folder / "data" / "audit.jsonl").read_text().splitlines()
        return [event for event in map(json.loads, lines) if event.get("token") == token]

    # --- its clock, where clock.c gives it one -----------------------------------------------------

    def move_clock(self, seconds: int):
        """Sets its clock to this much after ours; back to ours with 0."""
        with open(self.folder / "clock", "r+b") as clock:
            clock.write(struct.pack("=q", seconds))

    @property
    def clock_environment(self) -> dict:
        """What gives another program this clock."""
        return {"LD_PRELOAD": str(self.folder.parent / "clock.so"), "TENON_TEST_CLOCK": str(self.folder / "clock")}

    def now(self) -> float:
        clock = self.folder / "clock"
        return time.time() + (struct.unpack("=q", clock.read_bytes())[0] if clock.exists() else 0)


class Refused(Exception):
    """tctl said no."""


def open_database(folder) -> sqlite3.Connection:
    return sqlite3.connect(pathlib.Path(folder) / "data" / "tenond.sqlite")


def read(folder, kind: str) -> bytes:
    with open_database(folder) as database:
        key = f"/authorities/{kind}"
        return database.execute("SELECT value FROM records WHERE key = ?", (key,)).fetchone()[0]


def make_standby(folder):
    """Gives a tenond that does not run a second trusted key for join states, as after a change of keys."""
    key = ec.generate_private_key(ec.SECP256R1())
    (pathlib.Path(folder) / "standby.pem").write_bytes(keys.private_pem(key))
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = json.loads(read(folder, "bound_keypair"))
    record["standby_jwt_keys"] = [pem.decode()]
    with open_database(folder) as database:
        changed = "UPDATE records SET value = ? WHERE key = '/authorities/bound_keypair'"
        database.execute(changed, (json.dumps(record).encode(),))
