"""A storage folder as tbot writes it, made and checked with other programs than Tenon: openssl, ssh-keygen
and the standard library.

  tbot_storage.py shape STORAGE FIXTURE   puts the keys of a fixture into a storage, all in tbot's spelling
  tbot_storage.py check STORAGE TOKEN     fails unless every file is what tbot would read
  tbot_storage.py line KEY                the authorized_keys line of a private key
"""

import base64
import datetime
import hashlib
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile

IDENTITY = ["key-cert.pub", "sshcacerts", "tlscert", "tlscacerts", "key", "key.pub", "tokenhash"]
BOUND = ["id_bkp", "id_bkp.pub", "bkp_state", "bkp_key_history.json"]
OTHERS = ["lock", ".write-test"]


def tool(*words, given=None):
    done = subprocess.run(words, input=given, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr.decode()}")
    return done.stdout


def field(content):
    return struct.pack(">I", len(content)) + content


def line(pem):
    """Type and base64 of the public half of a private key."""
    if b"OPENSSH PRIVATE KEY" in pem:
        with tempfile.NamedTemporaryFile() as file:
            file.write(pem)
            file.flush()
            return " ".join(tool("ssh-keygen", "-y", "-f", file.name).decode().split()[:2])
    der = tool("openssl", "pkey", "-pubout", "-outform", "DER", given=pem)
    if len(der) == 44:
        kind, blob = "ssh-ed25519", field(der[-32:])
    elif len(der) == 91:
        kind, blob = "ecdsa-sha2-nistp256", field(b"nistp256") + field(der[-65:])
    else:
        text = tool("openssl", "rsa", "-noout", "-modulus", given=pem).decode()
        modulus = bytes.fromhex(text.strip().split("=")[1])
        kind, blob = "ssh-rsa", field(b"\x01\x00\x01") + field(b"\0" + modulus)
    return kind + " " + base64.b64encode(field(kind.encode()) + blob).decode()


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def write(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, 0o600)


def shape(storage, fixture):
    for name in os.listdir(storage):
        if name not in IDENTITY + ["bkp_state"]:
            path = os.path.join(storage, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    for name in os.listdir(fixture):
        write(storage, name, read(fixture, name))
    # Entries end with a line break, and `$` stands between two.
    lines = [entry.strip() + b"\n" for entry in read(storage, "sshcacerts").split(b"$")]
    write(storage, "sshcacerts", b"$".join(lines))
    blobs = [entry.strip() + b"\n" for entry in read(storage, "tlscacerts").split(b"$")]
    write(storage, "tlscacerts", b"$".join(blobs))
    key = read(storage, "key")
    if b"EC PRIVATE KEY" in read(fixture, "id_bkp"):
        key = tool("openssl", "ec", given=key)
    elif b"RSA PRIVATE KEY" in key:
        key = tool("openssl", "rsa", "-traditional", given=key)
    else:
        key = tool("openssl", "pkcs8", "-topk8", "-nocrypt", given=key)
    write(storage, "key", key)
    for name in OTHERS:
        write(storage, name, b"")


def check_files(storage):
    for name in os.listdir(storage):
        path = os.path.join(storage, name)
        assert name in IDENTITY + BOUND + OTHERS, f"{name} is no file of tbot's"
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, f"mode of {name}"
    for name in IDENTITY + BOUND:
        assert read(storage, name), f"{name} is empty"
    assert read(storage, ".write-test") == b""


def check_identity(storage, token):
    key = read(storage, "key")
    assert re.match(rb"-----BEGIN (RSA )?PRIVATE KEY-----\n", key), key[:32]
    assert read(storage, "key.pub").decode().split()[:2] == line(key).split()
    public = tool("openssl", "pkey", "-pubout", given=key)
    assert tool("openssl", "x509", "-noout", "-pubkey", given=read(storage, "tlscert")) == public
    shown = tool("ssh-keygen", "-L", "-f", os.path.join(storage, "key-cert.pub")).decode()
    with tempfile.NamedTemporaryFile(suffix=".pub") as file:
        file.write(read(storage, "key.pub"))
        file.flush()
        print_of_key = tool("ssh-keygen", "-l", "-f", file.name).decode().split()[1]
    assert print_of_key in shown, shown
    blobs = read(storage, "tlscacerts").split(b"$")
    assert len(blobs) >= 2 and all(blob.count(b"BEGIN CERTIFICATE") == 1 for blob in blobs)
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(blobs))
        file.flush()
        tool("openssl", "verify", "-purpose", "any", "-CAfile", file.name,
             os.path.join(storage, "tlscert"))
    lines = read(storage, "sshcacerts").split(b"$")
    assert len(lines) >= 2
    for entry in lines:
        tool("ssh-keygen", "-l", "-f", "/dev/stdin", given=entry)
    assert read(storage, "tokenhash") == hashlib.sha256(token.encode()).hexdigest().encode()


def check_bound(storage):
    active = line(read(storage, "id_bkp"))
    assert read(storage, "id_bkp.pub").decode().split()[:2] == active.split()
    parts = read(storage, "bkp_state").split(b".")
    assert len(parts) == 3, "a compact JWS"
    header, claims = (
        json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))) for part in parts[:2])
    assert header["typ"] == "JWT" and header["kid"] and header["alg"] in ["EdDSA", "ES256", "RS256"]
    for name in ["iss", "aud", "sub", "iat", "nbf", "bot_instance_id", "recovery_sequence"]:
        assert name in claims, f"{name} in the join state"
    history = json.loads(read(storage, "bkp_key_history.json"))
    assert list(history) == ["entries"] and 1 <= len(history["entries"]) <= 10
    times = []
    for entry in history["entries"]:
        assert sorted(entry) == ["private_key", "time"]
        text = re.sub(r"\.\d+", "", entry["time"]).replace("Z", "+00:00")
        times.append(datetime.datetime.fromisoformat(text))
        assert times[-1].tzinfo is not None
    assert times == sorted(times, reverse=True), "newest first"
    assert active in [line(entry["private_key"].encode()) for entry in history["entries"]]


def main(words):
    if words[0] == "shape":
        shape(*words[1:])
    elif words[0] == "check":
        check_files(words[1])
        check_identity(words[1], words[2])
        check_bound(words[1])
    else:
        print(line(open(words[1], "rb").read()))


if __name__ == "__main__":
    main(sys.argv[1:])
