"""The server's side of bound keypairs: one token, its state, and the checks of a join."""

import json
import secrets
import time
import uuid

from cryptography.hazmat.primitives.asymmetric import ed25519

from . import keys


class Refused(Exception):
    """The join is refused; the text goes to the client."""


class Token:
    """A bound-keypair token and everything the server remembers about it."""

    def __init__(self, name, cluster, bot, secret: str, initial_key: str, limit: int):
        self.name, self.cluster, self.bot, self.limit = name, cluster, bot, limit
        self.secret = secret
        self.initial_key = keys.load_authorized_key(initial_key.encode()) if initial_key else None
        self.bound_key = None
        self.instance = None
        self.generation = 0
        self.recoveries = 0
        self._signer = ed25519.Ed25519PrivateKey.generate()

    def challenge(self, public) -> tuple[str, dict]:
        now = int(time.time())
        claims = {
            "iss": self.cluster, "sub": keys.key_id(public), "aud": self.cluster,
            "exp": now + 60, "nbf": now - 10, "iat": now, "nonce": secrets.token_hex(16),
        }
        return json.dumps(claims, separators=(",", ":")), claims

    @staticmethod
    def check_solution(public, text: str, solution: bytes):
        """The solution must be a signature over exactly the challenge's bytes."""
        try:
            header, payload = keys.verify_jws(public, solution.decode())
        except ValueError as error:
            raise Refused(f"parsing signed response: {error}") from error
        if header.get("typ") != "JWT":
            raise Refused("the solution's header has no type JWT")
        if payload != text.encode():
            raise Refused("validating challenge response: invalid challenge document")

    def check_state(self, state: bytes):
        """The join state of the client must be the one of the last join."""
        if not state:
            raise Refused("join state verification failed")
        try:
            header, payload = keys.verify_jws(self._signer.public_key(), state.decode())
        except ValueError as error:
            raise Refused("join state verification failed") from error
        claims = json.loads(payload)
        if header.get("kid") != keys.key_id(self._signer.public_key()):
            raise Refused("join state could not be verified")
        if claims["recovery_sequence"] != self.recoveries:
            raise Refused("recovery counter mismatch")
        if claims["bot_instance_id"] != self.instance:
            raise Refused("bot instance mismatch")

    def join_state(self) -> bytes:
        now = int(time.time())
        claims = {
            "iss": self.cluster, "sub": self.bot, "aud": self.cluster, "nbf": now - 10, "iat": now,
            "bot_instance_id": self.instance, "recovery_sequence": self.recoveries,
            "recovery_limit": self.limit, "recovery_mode": "standard",
        }
        kid = keys.key_id(self._signer.public_key())
        return keys.sign_jws(self._signer, json.dumps(claims).encode(), kid=kid).encode()

    def check_secret(self, secret: str):
        if not secret or not secrets.compare_digest(secret, self.secret):
            raise Refused("a valid registration secret is required")

    def recover(self):
        """A join without a certificate: costs one recovery and makes a new instance."""
        if self.recoveries >= self.limit:
            raise Refused("no recovery attempts remaining")
        self.recoveries += 1
        self.instance = str(uuid.uuid4())
        self.generation = 1

    def renew(self, instance: str, generation: str):
        """A join with a certificate: same instance, next generation."""
        if instance != self.instance:
            raise Refused("bot instance mismatch")
        if generation != str(self.generation):
            raise Refused("cert generation mismatch")
        self.generation += 1
