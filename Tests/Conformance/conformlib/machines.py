"""The two clients behind one face: the agent, and the client written in Python."""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import threading

from peerlib import keys, subject
from peerlib.between import Between, Lost
from peerlib.client import Client
from peerlib.report import Violation
from peerlib.state import State

import grpc
from cryptography import x509


@dataclasses.dataclass
class Attempt:
    """What became of one join. `code` is the gRPC status, which only the Python client shows."""

    joined: bool
    message: str = ""
    code: str | None = None
    identity: dict = dataclasses.field(default_factory=dict)
    claims: dict = dataclasses.field(default_factory=dict)

    @property
    def instance(self) -> str:
        return self.identity["instance"]

    @property
    def generation(self) -> int:
        return int(self.identity["generation"])


class Machine:
    """A client with a storage. What it got in a join it uses at once."""

    def __init__(self, authority, token: str, folder: pathlib.Path):
        self.authority, self.token, self.folder = authority, token, folder
        self.storage = State(str(folder / "storage"))
        # Whether its clock is the authority's, also where that one is moved.
        self.follows_clock = False

    def hold(self, active, *others):
        """Keeps this key for bound, and others of its history."""
        self.storage.write("id_bkp", keys.private_pem(active))
        public = keys.authorized_key(active.public_key())
        self.storage.write("id_bkp.pub", public + b"\n")
        self.remember([active, *others])

    def show(self, join_state: bytes | None):
        """Keeps this join state, or none."""
        if join_state is None:
            (self.storage.path / "bkp_state").unlink(missing_ok=True)
        else:
            self.storage.write("bkp_state", join_state)

    def forget(self):
        """Loses its certificates."""
        for file in self.storage.path.iterdir():
            if not file.name.startswith(("id_bkp", "bkp_", "history")):
                file.unlink()

    def copy(self, name: str) -> "Machine":
        """Another machine with the same storage."""
        other = self.folder.with_name(f"{self.folder.name}-{name}")
        shutil.copytree(self.folder / "storage", other / "storage")
        return type(self)(self.authority, self.token, other)

    def got(self) -> dict:
        """What the last join left in the storage."""
        certificate = x509.load_pem_x509_certificate(self.storage.read("tlscert"))
        state = self.storage.read("bkp_state")
        claims = json.loads(keys.decode(state.decode().split(".")[1])) if state else {}
        return {"identity": subject.read(certificate), "claims": claims}

    def call(self) -> str:
        """The answer to a call of the API with the stored certificate; empty when it was a good one."""
        try:
            Client(self.authority.address, self.authority.trust, self.storage).call()
        except grpc.RpcError as error:
            return error.details()
        return ""


class Agent(Machine):
    """The program `tenon`. What stands between goes into a relay: it must not know of it."""

    name = "tenon"

    def remember(self, private):
        entries = [
            {"time": "2026-01-01T00:00:00Z", "private_key": keys.private_pem(key).decode()} for key in private
        ]
        self.storage.write("bkp_key_history.json", json.dumps({"entries": entries}).encode())

    def join(self, secret="", between: Between | None = None, static_key=None) -> Attempt:
        relay, port = self.authority.relay, self.authority.port
        if between:
            relay.stand(between, self.storage)
            port = relay.port
        file = self._configure(port, secret, static_key)
        environment = {**os.environ, "SSL_CERT_FILE": str(self.authority.trust_file)}
        if self.follows_clock:
            environment.update(self.authority.clock_environment)
        with (
            subprocess.Popen(
                ["tenon", "start", "--oneshot", "-c", str(file)], env=environment, text=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            ) as running,
            open(self.folder / "log.txt", "a") as log,
        ):
            # Longer than all its own attempts together: it hangs.
            overdue = threading.Timer(180, running.kill)
            overdue.start()
            try:
                return self._follow(running, log)
            finally:
                overdue.cancel()

    def _configure(self, port: int, secret: str, static_key) -> pathlib.Path:
        """The agent's configuration, for the authority on this port."""
        method = {}
        if secret:
            method["registration_secret"] = secret
        if static_key:
            (self.folder / "static.pem").write_bytes(keys.private_pem(static_key))
            method["static_private_key_path"] = str(self.folder / "static.pem")
        onboarding = {"join_method": "bound_keypair", "token": self.token}
        if method:
            onboarding["bound_keypair"] = method
        directory = {"type": "directory", "path": str(self.folder / "out")}
        config = {
            "version": "v2", "proxy_server": f"localhost:{port}", "onboarding": onboarding,
            "storage": {"type": "directory", "path": str(self.storage.path)},
            "services": [{"type": "identity", "destination": directory}],
        }
        file = self.folder / "tbot.yaml"
        file.write_text(json.dumps(config))
        return file

    def _follow(self, running, log) -> Attempt:
        """One attempt of the agent. It may mean to try again by itself, or to go on with what it has."""
        refusal, errors = None, []
        for line in running.stderr:
            log.write(line)
            refused = re.search(r"(?:trying again|using the stored identity)  .*error=(.*)", line)
            if refused and refusal is None:
                refusal = refused[1]
                running.terminate()
            errors += re.findall(r"^ERROR: (.*)$", line)
        code = running.wait()
        if refusal is not None:
            return Attempt(False, refusal)
        if code == 0:
            return Attempt(True, **self.got())
        if code != 1 or len(errors) != 1:
            raise Violation(f"exit code {code} without one clear error: {errors}")
        return Attempt(False, errors[0])


class Python(Machine):
    """The client in Tests/Peers."""

    name = "python"

    def remember(self, private):
        self.storage.write("history", b"$".join(map(keys.private_pem, private)))

    def join(self, secret="", between: Between | None = None) -> Attempt:
        client = Client(
            self.authority.address, self.authority.trust, self.storage, clock=self.authority.now
        )
        try:
            client.join(self.token, secret, between=between)
            client.call()
        except grpc.RpcError as error:
            return Attempt(False, error.details(), error.code().name)
        except Lost as loss:
            return Attempt(False, str(loss))
        return Attempt(True, **self.got())


CLIENTS = (Agent, Python)
