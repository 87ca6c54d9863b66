"""One machine that joins: its storage, its destination, its token, and runs of the agent."""

import json
import os
import subprocess
import time

from control import Control

SECRET = "a-secret-of-the-campaign"
# What the identity consists of in the storage; without it the machine has to recover.
IDENTITY = ("key", "key.pub", "tlscert", "key-cert.pub", "tlscacerts", "sshcacerts", "tokenhash")


class Machine:
    """`mode` is the token's recovery mode, `limit` its limit. `key` says what it joins by: "secret" by a
    registration secret, "registered" by a key registered beforehand, "static" by one outside the storage.
    """

    def __init__(self, folder, name, authority, shim, mode, limit=1, key="secret"):
        os.makedirs(folder)
        self.folder, self.name, self.authority = folder, name, authority
        self.mode, self.key = mode, key
        self.storage, self.out = f"{folder}/storage", f"{folder}/out"
        self.static_key = f"{folder}/static.pem"
        self.control = Control(f"{folder}/control", shim)
        self.log = f"{folder}/agent.log"
        bound = {"recovery": {"mode": mode, "limit": limit}}
        bound["onboarding"] = (
            {"registration_secret": SECRET}
            if key == "secret"
            else {"initial_public_key": self._register()}
        )
        authority.apply(
            {
                "kind": "token",
                "version": "v2",
                "metadata": {"name": name},
                "spec": {
                    "roles": ["Bot"],
                    "bot_name": "machine",
                    "join_method": "bound_keypair",
                    "bound_keypair": bound,
                },
            }
        )

    def _environment(self):
        return os.environ | {"SSL_CERT_FILE": self.authority.trust}

    def _register(self):
        ended = subprocess.run(
            ["tbot", "keypair", "create", "--format", "json"]
            + (
                ["--static", "--static-key-path", self.static_key]
                if self.key == "static"
                else ["--storage", self.storage]
            )
            + [f"--proxy-server=localhost:{self.authority.relay.port}"],
            capture_output=True,
            text=True,
            check=True,
            env=self._environment(),
        )
        return json.loads(ended.stdout)["public_key"]

    def _configure(self, with_secret, oneshot):
        onboarding = {"join_method": "bound_keypair", "token": self.name}
        if self.key == "static":
            onboarding["bound_keypair"] = {"static_private_key_path": self.static_key}
        elif with_secret and self.key == "secret":
            onboarding["bound_keypair"] = {"registration_secret": SECRET}
        destination = {"type": "directory", "path": self.out}
        path = f"{self.folder}/tbot.yaml"
        with open(path, "w", encoding="ascii") as file:
            json.dump(
                {
                    "version": "v2",
                    "oneshot": oneshot,
                    "proxy_server": f"localhost:{self.authority.relay.port}",
                    "onboarding": onboarding,
                    "storage": {"type": "directory", "path": self.storage},
                    "services": [{"type": "identity", "destination": destination}],
                },
                file,
            )
        return path

    def start(self, with_secret=True, oneshot=True):
        """Starts one run of the agent. Its words are appended to `log`."""
        path = self._configure(with_secret, oneshot)
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                ["tbot", "start", "-c", path],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment() | self.control.environment,
            )

    def run(self, with_secret=True, limit=60):
        """One run to its end: exit code (None when it had to be ended), its words, its seconds."""
        before = self.log_size()
        began = time.monotonic()
        process = self.start(with_secret)
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = None
        return status, self.words(before), time.monotonic() - began

    def log_size(self):
        return os.path.getsize(self.log) if os.path.exists(self.log) else 0

    def words(self, since):
        with open(self.log, "rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace")

    def forget_identity(self):
        """What a machine is left with that was away for longer than its certificates are valid."""
        for name in IDENTITY:
            path = f"{self.storage}/{name}"
            if os.path.exists(path):
                os.unlink(path)

    def ask_for_rotation(self):
        token = self.authority.token(self.name)
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        token["spec"]["bound_keypair"]["rotate_after"] = moment
        self.authority.apply(token)

    def under(self, blow):
        """The folder that a blow against the agent's calls is about; empty: all of them."""
        if blow.only_output:
            return self.out
        return self.storage if blow.only_join else ""

    def has_joined(self):
        """Whether the storage shows a join, so that the registration secret is of no use any more."""
        return os.path.exists(f"{self.storage}/bkp_state")
