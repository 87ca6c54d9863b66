"""Reads what lies on a disk with openssl and ssh-keygen, which share no code with the agent."""

import base64
import os
import subprocess


class Torn(Exception):
    """A file that does not parse, or does not belong to the file beside it. Says which and why."""


def content(path):
    with open(path, "rb") as file:
        return file.read()


def _tool(path, *command, given=None):
    ended = subprocess.run(
        command, capture_output=True, check=False, input=given, env={"PATH": os.environ["PATH"]}
    )
    if ended.returncode != 0:
        words = ended.stderr.decode(errors="replace").strip().splitlines()
        raise Torn(f"{path}: {command[0]} says: {words[0] if words else 'nothing'}")
    return ended.stdout


def public_of_private(path, pem=None):
    """The public half as PKIX DER."""
    return _tool(
        path, "openssl", "pkey", "-pubout", "-outform", "DER", given=pem or content(path))


def public_of_certificate(path):
    pem = _tool(path, "openssl", "x509", "-in", path, "-noout", "-pubkey")
    return b"".join(base64.b64decode(line) for line in pem.splitlines() if b"-----" not in line)


def verify_certificate(path, authorities):
    _tool(path, "openssl", "verify", "-CAfile", authorities, path)


def _strings(blob):
    while blob:
        length = int.from_bytes(blob[:4], "big")
        yield blob[4 : 4 + length]
        blob = blob[4 + length :]


def _der(bytes_):
    """The values within one DER element, in order: (tag, value)."""
    while bytes_:
        tag, length, start = bytes_[0], bytes_[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(bytes_[2:start], "big")
        yield tag, bytes_[start : start + length]
        bytes_ = bytes_[start + length :]


def ssh_key(der):
    """The SSH names of a PKIX key: the parts that its SSH forms hold, in order."""
    ((_, spki),) = _der(der)
    (_, algorithm), (_, bits) = _der(spki)
    if len(bits) == 33:
        return [b"ssh-ed25519", bits[1:]]
    if b"\x2a\x86\x48\xce\x3d\x02\x01" in algorithm:
        return [b"ecdsa-sha2-nistp256", b"nistp256", bits[1:]]
    ((_, numbers),) = _der(bits[1:])
    (_, modulus), (_, exponent) = _der(numbers)
    return [b"ssh-rsa", exponent, modulus]


def ssh_line(path, line=None):
    """The parts of an authorized_keys line; of a certificate those of the key it certifies."""
    text = line if line is not None else content(path)
    words = text.split()
    if len(words) < 2:
        raise Torn(f"{path}: is no line of type and key")
    _tool(path, "ssh-keygen", "-l", "-f", "-", given=b" ".join(words[:2]) + b"\n")
    name, *parts = _strings(base64.b64decode(words[1]))
    if not name.endswith(b"-cert-v01@openssh.com"):
        return [name, *parts]
    plain = name[: -len(b"-cert-v01@openssh.com")]
    count = {b"ssh-ed25519": 1, b"ssh-rsa": 2}.get(plain, 2)
    return [plain, *parts[1 : 1 + count]]
