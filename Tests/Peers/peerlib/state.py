"""What a joining client keeps between joins: one directory, one file per item."""

import os
import pathlib

from cryptography import x509

from . import keys

MARK = b"$"


class State:
    """Bound key, key history, join state, and the identity of the last join."""

    def __init__(self, directory: str):
        self.path = pathlib.Path(directory)
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def read(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes() or None
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes):
        temporary = self.path / f".{name}.new"
        temporary.touch(mode=0o600)
        temporary.write_bytes(content)
        os.replace(temporary, self.path / name)

    def bound_keys(self) -> list:
        """Private keys that may be asked for, active one first."""
        found = [self.read("id_bkp"), *(self.read("history") or b"").split(MARK)]
        return [keys.load_private(pem) for pem in found if pem]

    def remember(self, key):
        """Puts a new key into the history, before anybody else learns of it."""
        old = (self.read("history") or b"").split(MARK)
        self.write("history", MARK.join([keys.private_pem(key), *old][:10]))

    def identity(self) -> tuple[bytes, bytes, list[bytes]] | None:
        """Certificate (PEM), key (PEM) and authorities (PEM) of the last join."""
        parts = self.read("tlscert"), self.read("key"), self.read("tlscacerts")
        if not all(parts):
            return None
        return parts[0], parts[1], parts[2].split(MARK)

    def cluster(self) -> str:
        certificate = x509.load_pem_x509_certificate(self.identity()[0])
        oid = x509.oid.NameOID.ORGANIZATION_NAME
        return certificate.issuer.get_attributes_for_oid(oid)[0].value
