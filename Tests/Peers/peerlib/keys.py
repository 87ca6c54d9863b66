"""Public keys in the forms of the join protocol, and signatures over them."""

import base64
import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)


def pkix(public) -> bytes:
    """SubjectPublicKeyInfo, DER."""
    return public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def authorized_key(public) -> bytes:
    """One authorized_keys line without comment and newline."""
    return public.public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )


def ssh_blob(public) -> bytes:
    """SSH wire form."""
    return base64.b64decode(authorized_key(public).split()[1])


def load_authorized_key(line: bytes):
    return serialization.load_ssh_public_key(line.strip())


def load_ssh_blob(blob: bytes):
    size = int.from_bytes(blob[:4], "big")
    return load_authorized_key(blob[4 : 4 + size] + b" " + base64.b64encode(blob))


def private_pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def load_private(pem: bytes):
    return serialization.load_pem_private_key(pem, None)


def key_id(public) -> str:
    """Unpadded base64url of SHA-256 over PKCS#1 (RSA) or PKIX (all others)."""
    if isinstance(public, rsa.RSAPublicKey):
        der = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.PKCS1
        )
    else:
        der = pkix(public)
    return encode(hashlib.sha256(der).digest())


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def algorithm(public) -> str:
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "EdDSA"
    if isinstance(public, ec.EllipticCurvePublicKey):
        return "ES256"
    return "RS256"


def sign_jws(key, payload: bytes, **header) -> str:
    """Compact JWS over exactly these bytes."""
    header = {"alg": algorithm(key.public_key()), "typ": "JWT", **header}
    signed = encode(json.dumps(header).encode()) + "." + encode(payload)
    data = signed.encode()
    if isinstance(key, ed25519.Ed25519PrivateKey):
        signature = key.sign(data)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    else:
        signature = key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return signed + "." + encode(signature)


def verify_jws(public, text: str) -> tuple[dict, bytes]:
    """Header and payload of a compact JWS; ValueError when it does not verify."""
    parts = text.split(".")
    if len(parts) != 3:
        raise ValueError("not a compact JWS of three parts")
    header = json.loads(decode(parts[0]))
    if header.get("alg") != algorithm(public):
        raise ValueError(f"algorithm {header.get('alg')} does not suit the key")
    data = ".".join(parts[:2]).encode()
    signature = decode(parts[2])
    try:
        if isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, data)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            if len(signature) != 64:
                raise ValueError("an ES256 signature has 64 bytes")
            halves = [int.from_bytes(signature[i : i + 32], "big") for i in (0, 32)]
            public.verify(
                encode_dss_signature(*halves), data, ec.ECDSA(hashes.SHA256())
            )
        else:
            public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise ValueError("the signature does not verify") from error
    return header, decode(parts[1])
