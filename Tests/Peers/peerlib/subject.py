"""Identity encoded in a certificate's subject."""

from cryptography import x509
from cryptography.x509.oid import NameOID

RENEWABLE = x509.ObjectIdentifier("1.3.9999.1.13")
GENERATION = x509.ObjectIdentifier("1.3.9999.1.14")
CLUSTER = x509.ObjectIdentifier("1.3.9999.1.7")
IMPERSONATOR = x509.ObjectIdentifier("1.3.9999.2.7")
DISALLOW_REISSUE = x509.ObjectIdentifier("1.3.9999.2.9")
BOT_NAME = x509.ObjectIdentifier("1.3.9999.2.18")
BOT_INSTANCE = x509.ObjectIdentifier("1.3.9999.2.20")
JOIN_TOKEN = x509.ObjectIdentifier("1.3.9999.2.23")

_FIELDS = {
    "username": NameOID.COMMON_NAME,
    "cluster": CLUSTER,
    "renewable": RENEWABLE,
    "generation": GENERATION,
    "impersonator": IMPERSONATOR,
    "disallow_reissue": DISALLOW_REISSUE,
    "bot": BOT_NAME,
    "instance": BOT_INSTANCE,
    "join_token": JOIN_TOKEN,
}


def read(certificate: x509.Certificate) -> dict:
    """What the subject says; absent fields are left out."""
    subject = certificate.subject
    found = {"roles": [a.value for a in subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]}
    found["logins"] = [a.value for a in subject.get_attributes_for_oid(NameOID.LOCALITY_NAME)]
    for name, oid in _FIELDS.items():
        values = subject.get_attributes_for_oid(oid)
        if values:
            found[name] = values[0].value
    return found


def build(roles: list[str], logins: list[str], **fields: str) -> x509.Name:
    """A subject; fields are those of `read`."""
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, fields.pop("username"))]
    attributes += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, role) for role in roles]
    attributes += [x509.NameAttribute(NameOID.LOCALITY_NAME, login) for login in logins]
    attributes += [x509.NameAttribute(_FIELDS[k], v) for k, v in fields.items() if v]
    return x509.Name(attributes)
