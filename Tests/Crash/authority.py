"""One tenond on loopback behind a relay, which may be killed and comes back on its data folder."""

import json
import os
import socket
import subprocess
import time

from control import Control
from relay import Relay

CLUSTER = "crash.test"


class Authority:
    """Runs until `stop`. Agents reach it at localhost, `relay.port`."""

    def __init__(self, folder, suite, shim):
        os.makedirs(folder)
        self.folder, self.suite = folder, suite
        self.control = Control(f"{folder}/control", shim)
        self.socket = f"{folder}/admin.sock"
        self.trust = f"{folder}/trust.pem"
        self.users = f"{folder}/users.pem"
        self.port = _free_port()
        self.relay = Relay(self.port)
        self._log = open(f"{folder}/tenond.log", "ab")
        self.starts = 0
        self._start()
        self.wait()
        for path, kind in ((self.trust, "tls-host"), (self.users, "tls-user")):
            with open(path, "w", encoding="ascii") as file:
                file.write(self.tctl("auth", "export", f"--type={kind}"))
        self.apply(
            {
                "kind": "role",
                "version": "v7",
                "metadata": {"name": "login"},
                "spec": {"allow": {"logins": ["somebody"]}},
            },
            {
                "kind": "bot",
                "version": "v1",
                "metadata": {"name": "machine"},
                "spec": {"roles": ["login"]},
            },
        )

    def _start(self):
        self.starts += 1
        address = f"localhost:{self.relay.port}"
        self.process = subprocess.Popen(
            ["tenond", "start", "--data-dir", f"{self.folder}/data", "--cluster-name", CLUSTER]
            + ["--listen", f"127.0.0.1:{self.port}", "--public-addr", address]
            + ["--admin-socket", self.socket, "--suite", self.suite],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env=os.environ | self.control.environment,
        )

    def kill(self):
        self.process.kill()

    def revive(self):
        """Starts it again if it has ended; says whether it had."""
        if self.process.poll() is None:
            return False
        self._start()
        return True

    def wait(self):
        """Returns once it answers. It is started again on the way as often as a fault ends it."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            self.revive()
            try:
                with socket.socket(socket.AF_UNIX) as admin:
                    admin.connect(self.socket)
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.005)
        raise RuntimeError(f"tenond does not answer; see {self.folder}/tenond.log")

    def tctl(self, *arguments, given=None):
        """Standard output of one tctl command that has to succeed."""
        ended = subprocess.run(
            ["tctl", *arguments],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"TENON_ADMIN_SOCKET": self.socket},
        )
        if ended.returncode != 0:
            raise RuntimeError(f"tctl {' '.join(arguments)}: {ended.stderr.strip()}")
        return ended.stdout

    def apply(self, *resources):
        documents = "\n---\n".join(json.dumps(resource) for resource in resources)
        self.tctl("create", "-f", "-", given=documents)

    def token(self, name):
        return json.loads(self.tctl("get", f"token/{name}", "--format=json"))[0]

    def locks(self, token):
        """Why a token is locked: the reasons in the authority's words."""
        return [
            lock["spec"].get("message") or "locked"
            for lock in json.loads(self.tctl("get", "locks", "--format=json"))
            if lock["spec"]["target"].get("join_token") == token
        ]

    def stop(self):
        self.control.disarm()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
