"""One row with one client: a token of its own, a machine of its own, and words for what is expected."""

import datetime
import json
import pathlib
import re
import time

from cryptography.hazmat.primitives.asymmetric import ed25519
from peerlib import keys
from peerlib.between import Between
from peerlib.report import require

from .authority import BOT, CLUSTER


def text_of(moment: float) -> str:
    """RFC 3339."""
    return datetime.datetime.fromtimestamp(int(moment), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Case:
    def __init__(self, row: str, authority, machine, folder: pathlib.Path):
        self.authority = authority
        words = row.lower().replace("+", "plus").replace("- ", "minus ")
        self.token = re.sub(r"[^a-z0-9]+", "-", words).strip("-") + "-" + machine.name
        folder = folder / self.token
        folder.mkdir()
        self.machine = machine(authority, self.token, folder)
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.other = ed25519.Ed25519PrivateKey.generate()
        # The rows' clock stands one hour after the beginning.
        self.start = time.time() - 3600

    @property
    def is_agent(self) -> bool:
        return self.machine.name == "tenon"

    def line(self, key) -> str:
        return keys.authorized_key(key.public_key()).decode()

    # --- the token ---------------------------------------------------------------------------------

    def make(self, mode="insecure", limit=1, count=0, initial=None, bound=None, instance="asdf", **more):
        """A token; `bound` is the key it is bound to already, to this instance and after `count` recoveries.

        More: registration_secret, must_register_before, rotate_after, last_rotated_at, roles, bot.
        """
        onboarding = {}
        if "registration_secret" in more:
            onboarding["registration_secret"] = more["registration_secret"]
        if "must_register_before" in more:
            onboarding["must_register_before"] = text_of(more["must_register_before"])
        if initial:
            onboarding["initial_public_key"] = self.line(initial)
        section = {"recovery": {"mode": mode, "limit": limit}}
        if onboarding:
            section["onboarding"] = onboarding
        if "rotate_after" in more:
            section["rotate_after"] = text_of(more["rotate_after"])
        resource = {
            "kind": "token", "version": "v2", "metadata": {"name": self.token},
            "spec": {
                "roles": more.get("roles", ["Bot"]), "bot_name": more.get("bot", BOT),
                "join_method": "bound_keypair", "bound_keypair": section,
            },
        }
        status = {"recovery_count": count} if count else {}
        if bound:
            status["bound_public_key"] = self.line(bound)
            if instance:
                status["bound_bot_instance_id"] = instance
        if "last_rotated_at" in more:
            status["last_rotated_at"] = text_of(more["last_rotated_at"])
        if status:
            resource["status"] = {"bound_keypair": status}
        self.authority.create(resource)

    def resource(self) -> dict:
        return self.authority.get(f"token/{self.token}")[0]

    def status(self, name: str):
        """A member of the token's status; empty when it is not there."""
        return self.resource()["status"]["bound_keypair"].get(name) or ""

    def count(self) -> int:
        return self.status("recovery_count") or 0

    def amend(self, **status):
        """Changes the status as an operator could."""
        resource = self.resource()
        resource["status"]["bound_keypair"].update(status)
        self.authority.create(resource)

    def join_state(self, sequence=1, instance="asdf", by=None, key_id=None, **claims) -> bytes:
        """A join state as the authority would have signed it, but for what is given."""
        now, by = int(self.authority.now()), by or self.authority.state_key
        payload = {
            "iss": CLUSTER, "sub": BOT, "aud": CLUSTER, "nbf": now - 10, "iat": now,
            "bot_instance_id": instance, "recovery_sequence": sequence, "recovery_limit": 3,
            "recovery_mode": "standard", **claims,
        }
        kid = key_id or keys.key_id(by.public_key())
        return keys.sign_jws(by, json.dumps(payload).encode(), kid=kid).encode()

    # --- what is expected --------------------------------------------------------------------------

    def equal(self, found, wanted, what: str):
        require(found == wanted, f"{what}: wanted {wanted!r}, got {found!r}")

    def joins(self, machine=None, generation=None, instance=None, count=None, **how):
        attempt = (machine or self.machine).join(**how)
        require(attempt.joined, f"to join, but: {attempt.message}")
        if generation:
            self.equal(attempt.generation, generation, "generation")
        if instance:
            self.equal(attempt.instance, instance, "instance")
        if count:
            self.equal(self.count(), count, "recovery_count")
            self.equal(attempt.claims["recovery_sequence"], count, "recovery_sequence in the join state")
        return attempt

    def refused(self, words: str, machine=None, code=None, changes=False, **how):
        """The join is refused with these words (a regular expression), and the token stays as it was."""
        before = self.resource()["status"]
        attempt = (machine or self.machine).join(**how)
        require(not attempt.joined, f"to be refused with {words!r}, but it joined")
        require(re.search(words, attempt.message, re.I), f"{words!r} in: {attempt.message}")
        if code and attempt.code:
            self.equal(attempt.code, code, "status code")
        if not changes:
            self.equal(self.resource()["status"], before, "the token's status")
        return attempt

    def asked(self, between: Between, challenges: int, rotations: int):
        self.equal((between.challenges, between.rotations), (challenges, rotations), "challenges, rotations")

    def locked(self, *words: str):
        """One lock on the token for each of the words, which its message has."""
        locks = self.authority.locks(self.token)
        self.equal(len(locks), len(words), f"locks ({locks})")
        for found, wanted in zip(locks, words):
            require(wanted in found, f"{wanted!r} in the lock: {found}")
