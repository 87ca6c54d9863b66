"""Checks what a join was answered with."""

import base64
import time

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import ssh

from . import keys, subject
from .report import require


def check(certificates, public, expires: int) -> dict:
    """Describes the certificates; a Violation when they do not fit each other or the key."""
    tls = x509.load_der_x509_certificate(certificates.tls_cert)
    authorities = [x509.load_der_x509_certificate(ca) for ca in certificates.tls_ca_certs]
    require(keys.pkix(tls.public_key()) == keys.pkix(public), "X.509 certificate for another key")
    issuers = [ca for ca in authorities if _issued(tls, ca)]
    require(issuers, "no authority in the list has issued the X.509 certificate")
    require(len(authorities) >= 2, "user and host authority must both be in the list")
    require(tls.not_valid_after_utc.timestamp() <= expires + 1, "longer life than asked for")
    require(tls.not_valid_after_utc.timestamp() > time.time(), "the certificate is over already")

    certificate = ssh.load_ssh_public_identity(ssh_line(certificates.ssh_cert))
    require(isinstance(certificate, ssh.SSHCertificate), "not an SSH certificate")
    certificate.verify_cert_signature()
    require(certificate.type == ssh.SSHCertificateType.USER, "not a user certificate")
    require(
        keys.ssh_blob(certificate.public_key()) == keys.ssh_blob(public),
        "SSH certificate for another key",
    )
    signer = keys.ssh_blob(certificate.signature_key())
    require(signer in list(certificates.ssh_ca_keys), "SSH authority is not in the list")

    found = subject.read(tls)
    organization = tls.issuer.get_attributes_for_oid(x509.oid.NameOID.ORGANIZATION_NAME)
    require(organization, "the issuer names no cluster")
    require(found.get("username") == certificate.key_id.decode(), "names differ")
    require(found["roles"], "no role in the subject")
    require(found.get("instance"), "no bot instance in the subject")
    return {
        **found,
        "cluster": organization[0].value,
        "not_after": int(tls.not_valid_after_utc.timestamp()),
        "principals": [p.decode() for p in certificate.valid_principals],
        "authorities": len(authorities),
    }


def pem(der: bytes) -> bytes:
    certificate = x509.load_der_x509_certificate(der)
    return certificate.public_bytes(serialization.Encoding.PEM)


def _issued(leaf: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(authority)
    except Exception:
        return False
    return True


def ssh_line(blob: bytes) -> bytes:
    """One line as in a .pub file; a Violation when the bytes do not begin with a name."""
    size = int.from_bytes(blob[:4], "big")
    require(0 < size < 64, "not an SSH blob")
    return blob[4 : 4 + size] + b" " + base64.b64encode(blob)
