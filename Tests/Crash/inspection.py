"""Judges what a fault has left behind: the storage, the destination, and what the authority recalls."""

import base64
import glob
import json
import os
import re
import stat

import credentials
from credentials import Torn, content

# Every name a storage may hold once nothing is on its way.
STORAGE = {
    "key", "key.pub", "tlscert", "key-cert.pub", "tlscacerts", "sshcacerts", "tokenhash", "lock",
    "id_bkp", "id_bkp.pub", "bkp_state", "bkp_key_history.json", ".write-test",
}  # fmt: skip
JOURNAL = ".tenon-journal"


def torn_files(machine, at_rest):
    """What is wrong with the files. `at_rest`: the agent has ended by itself, so all is in order."""
    found = []
    for check in (_storage, _destination):
        try:
            check(machine, at_rest, found)
        except (Torn, ValueError, KeyError, OSError) as error:
            found.append(str(error) or repr(error))
    return found


def _storage(machine, at_rest, found):
    folder = machine.storage
    names = set(os.listdir(folder)) if os.path.isdir(folder) else set()
    if at_rest and not names <= STORAGE:
        found.append(f"{folder}: left behind: {sorted(names - STORAGE)}")
    for name in names:
        if stat.S_IMODE(os.stat(f"{folder}/{name}").st_mode) != 0o600:
            found.append(f"{folder}/{name}: is not of mode 0600")
    held = lambda name: name in names and os.path.getsize(f"{folder}/{name}") > 0  # noqa: E731
    if held("bkp_key_history.json"):
        history_keys(machine)
    if held("bkp_state"):
        join_state(machine)
    for name in ("id_bkp", "key", "tlscert"):
        if name in names and not held(name):
            found.append(f"{folder}/{name}: is empty")
    # While a decision waits to be carried out, files may be of two sets (decision 0004).
    if JOURNAL in names:
        _json(f"{folder}/{JOURNAL}", content(f"{folder}/{JOURNAL}"))
        return
    if held("id_bkp") and held("id_bkp.pub"):
        _same_key(f"{folder}/id_bkp", f"{folder}/id_bkp.pub")
    if held("key"):
        _identity(folder, machine.authority.users)
        if not re.fullmatch(rb"[0-9a-f]{64}\n?", content(f"{folder}/tokenhash")):
            found.append(f"{folder}/tokenhash: is no SHA-256")


def _identity(folder, authorities):
    """Key, TLS certificate and SSH certificate belong together and are of the cluster."""
    key = credentials.public_of_private(f"{folder}/key")
    if credentials.public_of_certificate(f"{folder}/tlscert") != key:
        raise Torn(f"{folder}/tlscert: is not of the key beside it")
    credentials.verify_certificate(f"{folder}/tlscert", authorities)
    for name in ("key-cert.pub", "key.pub"):
        _same_key(f"{folder}/key", f"{folder}/{name}", key)


def _same_key(private, public, der=None):
    parts = credentials.ssh_key(der or credentials.public_of_private(private))
    if credentials.ssh_line(public) != parts:
        raise Torn(f"{public}: is not of the key beside it")


def _destination(machine, at_rest, found):
    current = f"{machine.out}/.tenon/current"
    if os.path.islink(current):
        _generation(current, machine.authority.users)
    if not at_rest:
        return
    _generation(machine.out, machine.authority.users)
    files = {os.path.basename(path) for path in glob.glob(f"{machine.out}/*")}
    kept = set(os.listdir(current))
    for name in files | kept:
        if name not in kept or content(f"{current}/{name}") != content(f"{machine.out}/{name}"):
            found.append(f"{machine.out}/{name}: is not of the current generation")
    sets = set(os.listdir(f"{machine.out}/.tenon")) - {"current"}
    if len(sets) > 2 or not all(name.isdigit() for name in sets):
        found.append(f"{machine.out}/.tenon: left behind: {sorted(sets)}")
    left = glob.glob(f"{machine.out}/.tenon-*") + glob.glob(f"{machine.out}/.tenon/*/.tenon-*")
    if left:
        found.append(f"{machine.out}: left behind: {left}")


def _generation(folder, authorities):
    _identity(folder, authorities)
    for path in glob.glob(f"{folder}/*"):
        text = content(path)
        if not text.endswith(b"\n"):
            raise Torn(f"{path}: does not end with a whole line")
        if path.endswith("-ca.crt"):
            credentials.verify_certificate(path, path)
    identity = content(f"{folder}/identity")
    for name in ("key", "tlscert"):
        if content(f"{folder}/{name}").strip() not in identity:
            raise Torn(f"{folder}/identity: holds another {name} than the file beside it")


def files(machine):
    """Everything below storage and destination, by path."""
    return {
        os.path.join(folder, name)
        for top in (machine.storage, machine.out)
        for folder, folders, names in os.walk(top)
        for name in folders + names
    }


def history_keys(machine):
    """Public halves of the key history, as parts of their SSH form."""
    path = f"{machine.storage}/bkp_key_history.json"
    entries = _json(path, content(path))["entries"]
    if len(entries) > 10:
        raise Torn(f"{path}: holds {len(entries)} keys")
    return [
        credentials.ssh_key(credentials.public_of_private(path, entry["private_key"].encode()))
        for entry in entries
    ]


def join_state(machine):
    """The claims of the join state."""
    path = f"{machine.storage}/bkp_state"
    parts = content(path).strip().split(b".")
    if len(parts) != 3:
        raise Torn(f"{path}: is no compact JWT")
    decoded = [base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)) for part in parts]
    _json(path, decoded[0])
    # Ed25519 and P-256 alike.
    if len(decoded[2]) != 64:
        raise Torn(f"{path}: has a signature of {len(decoded[2])} bytes")
    return _json(path, decoded[1])


def _json(path, text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise Torn(f"{path}: {error}") from error


def lost_keys(machine):
    """Keys that the authority relies on and the machine does not hold."""
    status = machine.authority.token(machine.name).get("status", {}).get("bound_keypair", {})
    wanted = [status.get("bound_public_key")]
    wanted.append((status.get("predecessor") or {}).get("bound_public_key"))
    wanted = [line for line in wanted if line]
    if not wanted:
        return []
    held = []
    try:
        if machine.key == "static" and os.path.exists(machine.static_key):
            der = credentials.public_of_private(machine.static_key)
            held.append(credentials.ssh_key(der))
        if os.path.exists(f"{machine.storage}/id_bkp"):
            der = credentials.public_of_private(f"{machine.storage}/id_bkp")
            held.append(credentials.ssh_key(der))
        if os.path.exists(f"{machine.storage}/bkp_key_history.json"):
            held += history_keys(machine)
    except (Torn, ValueError, KeyError):
        pass  # Counted as torn; the key in it is lost all the same.
    return [line for line in wanted if credentials.ssh_line("status", line.encode()) not in held]


def disagreements(machine):
    """Where storage and authority tell different stories once the machine is back."""
    status = machine.authority.token(machine.name)["status"]["bound_keypair"]
    bound = credentials.ssh_line("status", status["bound_public_key"].encode())
    found = []
    if "predecessor" in status:
        found.append("the newest join is not confirmed")
    if machine.key == "static":
        kept = {"id_bkp", "id_bkp.pub", "bkp_state", "bkp_key_history.json"}
        kept &= set(os.listdir(machine.storage))
        if kept:
            found.append(f"a machine with a static key keeps {sorted(kept)} in its storage")
        if credentials.ssh_key(credentials.public_of_private(machine.static_key)) != bound:
            found.append("the static key is not the bound one")
        return found
    claims = join_state(machine)
    if credentials.ssh_line(f"{machine.storage}/id_bkp.pub") != bound:
        found.append("the active key is not the bound one")
    pairs = (
        ("bot_instance_id", "bound_bot_instance_id"),
        ("recovery_sequence", "recovery_count"),
        ("serial", "serial"),
    )
    for claim, field in pairs:
        if claim in claims and claims[claim] != status.get(field):
            found.append(f"join state has {claim} {claims[claim]}, the token {status.get(field)}")
    return found
