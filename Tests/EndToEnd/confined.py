"""Runs the command of a unit under the restrictions that the unit asks systemd for.

    confined.py UNIT

For machines without a running systemd, as root. What is applied is read from the unit: the file system of
ProtectSystem, ReadWritePaths, ProtectHome, PrivateDevices and ProcSubset, the user without capabilities, and as
seccomp filters SystemCallFilter (with the sets of this machine's systemd), MemoryDenyWriteExecute,
RestrictAddressFamilies, RestrictNamespaces, RestrictSUIDSGID and LockPersonality. Not applied, as only the service
manager can: the device list of DeviceAllow, PrivateTmp, RemoveIPC, KeyringMode, and what takes root to break.
"""
import ctypes
import errno
import grp
import os
import pwd
import shlex
import socket
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)
seccomp = ctypes.CDLL("libseccomp.so.2", use_errno=True)
seccomp.seccomp_init.restype = ctypes.c_void_p
ALLOW, EQ, MASKED = 0x7FFF0000, 4, 7


def refuse(number):
    return 0x00050000 | number


class Argument(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def check(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno() or -result, what)


class Filter:
    """A seccomp filter: calls without a rule get the default action."""

    def __init__(self, default):
        self.context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(default)))

    def rule(self, action, call, *arguments):
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            array = (Argument * len(arguments))(*arguments)
            check(seccomp.seccomp_rule_add_array(
                self.context, ctypes.c_uint32(action), number, len(arguments), array), call)

    def load(self):
        check(seccomp.seccomp_load(self.context), "seccomp_load")


def expanded(name):
    """The calls of a set of systemd's."""
    text = subprocess.run(
        ["systemd-analyze", "--no-pager", "syscall-filter", name], check=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True).stdout
    calls = set()
    for line in text.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            calls |= expanded(word)
        elif word and not word.startswith("#"):
            calls.add(word)
    return calls


def settings(path):
    found = {}
    for line in open(path, encoding="utf-8"):
        key, separator, value = line.strip().partition("=")
        if separator and not key.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def words(value):
    return [word.replace("%%", "%") for word in shlex.split(value)]


def mount(*arguments):
    return subprocess.run(["mount", *arguments], stderr=subprocess.DEVNULL).returncode == 0


def mount_points():
    for line in open("/proc/self/mounts", encoding="utf-8"):
        yield line.split()[1].encode().decode("unicode_escape")


def confine_files(unit):
    check(libc.unshare(0x00020000), "unshare")
    mount("--make-rprivate", "/")
    kept = [path.lstrip("-") for value in unit.get("ReadWritePaths", []) for path in words(value)]
    kept += [f"/run/{name}" for name in unit.get("RuntimeDirectory", [])]
    kept = [path for path in kept if os.path.isdir(path)]
    for path in kept:
        mount("--bind", path, path)
    assert unit["ProtectSystem"] == ["strict"]
    open_to_all = ("/dev", "/proc", "/sys")
    for point in set(mount_points()) - set(kept):
        if not any(point == top or point.startswith(top + "/") for top in open_to_all):
            mount("-o", "remount,bind,ro", point)
    if unit["ProtectHome"] == ["yes"]:
        for path in ("/home", "/root", "/run/user"):
            if os.path.isdir(path):
                assert mount("-t", "tmpfs", "-o", "mode=000,ro", "tmpfs", path), path
    if unit.get("PrivateDevices") == ["yes"]:
        devices = "/dev/shm"
        assert mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", devices)
        for name in ("null", "zero", "full", "random", "urandom", "tty"):
            open(f"{devices}/{name}", "w").close()
            mount("--bind", f"/dev/{name}", f"{devices}/{name}")
        assert mount("--rbind", devices, "/dev")
    if unit["ProcSubset"] == ["pid"] and unit["ProtectProc"] == ["invisible"]:
        assert mount("-t", "proc", "-o", "subset=pid,hidepid=invisible", "proc", "/proc")


def confine_user(unit):
    user = pwd.getpwnam(unit["User"][0])
    assert unit["CapabilityBoundingSet"] == [""] and unit["NoNewPrivileges"] == ["yes"]
    for capability in range(64):
        libc.prctl(24, capability, 0, 0, 0)
    os.setgroups([grp.getgrnam(name).gr_gid for value in unit.get("SupplementaryGroups", []) for name in words(value)])
    group = grp.getgrnam(unit["Group"][0]).gr_gid
    os.setresgid(group, group, group)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    os.umask(int(unit["UMask"][0], 8))
    check(libc.prctl(38, 1, 0, 0, 0), "no_new_privs")


def filters(unit):
    denied = Filter(ALLOW)
    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        denied.rule(refuse(errno.EPERM), "mmap", Argument(2, MASKED, 6, 6))
        for call in ("mprotect", "pkey_mprotect"):
            denied.rule(refuse(errno.EPERM), call, Argument(2, MASKED, 4, 4))
        denied.rule(refuse(errno.EPERM), "shmat", Argument(2, MASKED, 0o100000, 0o100000))
    allowed = {int(getattr(socket, name)) for name in words(unit["RestrictAddressFamilies"][0])}
    for family in set(range(64)) - allowed:
        denied.rule(refuse(errno.EAFNOSUPPORT), "socket", Argument(0, EQ, family, 0))
    if unit["RestrictNamespaces"] == ["yes"]:
        denied.rule(refuse(errno.ENOSYS), "clone3")
        for call in ("unshare", "setns"):
            denied.rule(refuse(errno.EPERM), call)
        for flag in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
            denied.rule(refuse(errno.EPERM), "clone", Argument(0, MASKED, flag, flag))
    if unit["RestrictSUIDSGID"] == ["yes"]:
        denied.rule(refuse(errno.ENOSYS), "openat2")
        for bit in (0o4000, 0o2000):
            for call, place in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2), ("openat", 3)):
                denied.rule(refuse(errno.EPERM), call, Argument(place, MASKED, bit, bit))
    if unit["LockPersonality"] == ["yes"]:
        denied.rule(refuse(errno.EPERM), "personality")
    calls = set()
    for value in unit["SystemCallFilter"]:
        for name in value.lstrip("~").split():
            members = expanded(name) if name.startswith("@") else {name}
            calls = calls - members if value.startswith("~") else calls | members
    permitted = Filter(refuse(errno.EPERM))
    for call in calls | expanded("@default"):
        permitted.rule(ALLOW, call)
    return denied, permitted


def main(path):
    unit = settings(path)
    command = [word.replace("$$", "$") for word in words(unit["ExecStart"][0])]
    loaded = filters(unit)
    confine_files(unit)
    confine_user(unit)
    for one in loaded:
        one.load()
    os.execv(command[0], command)


main(sys.argv[1])
