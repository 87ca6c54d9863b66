"""A small certificate authority: one cluster with a user and a host authority."""

import base64
import datetime
import hashlib
import ipaddress
import time
import uuid

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import ssh
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from . import keys, subject

DOMAIN = "teleport.cluster.local"
MAX_LIFE = 24 * 3600


def _utc(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


class Signer:
    """One authority of the cluster: an X.509 certificate with its key, and an SSH key."""

    def __init__(self, cluster: str):
        self._hold(ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate())
        serial = x509.random_serial_number()
        self.name = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, cluster),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, cluster),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, str(serial)),
            ]
        )
        usage = dict.fromkeys(
            ["content_commitment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"],
            False,
        )
        self.certificate = (
            x509.CertificateBuilder(self.name, self.name, self.key.public_key(), serial)
            .not_valid_before(_utc(time.time() - 60))
            .not_valid_after(_utc(time.time() + 10 * 365 * 86400))
            .add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True, key_encipherment=True, key_cert_sign=True, crl_sign=True, **usage
                ),
                True,
            )
            .sign(self.key, hashes.SHA256())
        )

    def _hold(self, key, ssh_key):
        self.key, self.ssh_key = key, ssh_key

    @classmethod
    def holding(cls, certificate: bytes, key: bytes) -> "Signer":
        """An X.509 authority that is there already, PEM."""
        signer = cls.__new__(cls)
        signer._hold(keys.load_private(key), None)
        signer.certificate = x509.load_pem_x509_certificate(certificate)
        signer.name = signer.certificate.subject
        return signer

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def pin(self) -> str:
        return "sha256:" + hashlib.sha256(keys.pkix(self.key.public_key())).hexdigest()

    def issue(self, name: x509.Name, public, end: float, alternatives=()) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder(self.name, name, public, x509.random_serial_number())
            .not_valid_before(_utc(time.time() - 60))
            .not_valid_after(_utc(end))
            .add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                False,
            )
        )
        if alternatives:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), False)
        return builder.sign(self.key, hashes.SHA256())

    def server_identity(self) -> tuple[bytes, bytes]:
        """Certificate and key, PEM, for every name under which loopback is dialled."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [DOMAIN, "*." + DOMAIN, "localhost"]
        alternatives = [x509.DNSName(name) for name in names]
        alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer")])
        certificate = self.issue(name, key.public_key(), time.time() + 86400, alternatives)
        return certificate.public_bytes(serialization.Encoding.PEM), keys.private_pem(key)

    def issue_ssh(self, user: str, public, logins: list[str], end: float, extensions: dict) -> bytes:
        """One authorized_keys line."""
        builder = (
            ssh.SSHCertificateBuilder()
            .public_key(public)
            .type(ssh.SSHCertificateType.USER)
            .key_id(user.encode())
            .valid_principals([p.encode() for p in logins])
            .valid_after(int(time.time()) - 60)
            .valid_before(int(end))
        )
        for name, value in extensions.items():
            builder = builder.add_extension(name.encode(), value.encode())
        return builder.sign(self.ssh_key).public_bytes()


class Authority:
    """A cluster that issues certificates to one bot."""

    def __init__(self, cluster: str, bot: str, roles: list[str]):
        self.cluster, self.bot, self.roles = cluster, bot, roles
        self.user, self.host = Signer(cluster), Signer(cluster)
        self.username = "bot-" + bot

    def issue(self, tls_key, ssh_key, end: float, roles=None, logins=(), **fields):
        """X.509 certificate and SSH line for the bot; either key may be None."""
        end = min(end, time.time() + MAX_LIFE)
        principals = [*(logins or [f"-teleport-nologin-{uuid.uuid4()}"]), "-teleport-internal-join"]
        name = subject.build(
            roles or [self.username], principals, username=self.username, cluster=self.cluster,
            bot=self.bot, **fields,
        )
        tls = line = None
        if tls_key is not None:
            tls = self.user.issue(name, tls_key, end)
        if ssh_key is not None:
            extensions = {"permit-pty": "", "bot-name@goteleport.com": self.bot}
            extensions["bot-instance-id@goteleport.com"] = fields.get("instance", "")
            line = self.user.issue_ssh(self.username, ssh_key, principals, end, extensions)
        return tls, line


def blob(line: bytes) -> bytes:
    return base64.b64decode(line.split()[1])
