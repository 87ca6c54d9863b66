"""Plants what the campaign looks for and sees that it is found; sees that the faults strike.
Ends with one counted line."""

import argparse
import os
import shutil
import sys
import traceback

import control
import credentials
import inspection
import relay
from lane import Lane, Outcome


class Cases:
    """Each case is a sentence and a function of the lane that says whether it held."""

    def __init__(self, lane):
        self.lane, self.passed, self.failed, self._count = lane, 0, 0, 0

    def it(self, sentence, case):
        try:
            held = case()
        except Exception:  # pylint: disable=broad-except
            held = False
            traceback.print_exc()
        self.passed += bool(held)
        self.failed += not held
        print(f"{'ok    ' if held else 'FAILED'} {sentence}", flush=True)

    def joined(self, mode="standard", limit=1):
        self._count += 1
        machine = self.lane.machine(f"machine-{self._count}", "balanced-v1", mode, limit)
        status, words, _ = machine.run()
        if status != 0:
            raise RuntimeError(words)
        return machine

    def judged(self, machine):
        outcome = Outcome(None)
        self.lane.judge(machine, outcome, with_secret=True)
        return outcome

    # --- what must be found ------------------------------------------------------------------------

    def nothing(self):
        machine = self.joined()
        return not self.judged(machine).failed and not inspection.torn_files(machine, False)

    def half_a_file(self, place):
        machine = self.joined()
        path = f"{machine.folder}/{place}"
        whole = credentials.content(path)
        _write(path, whole[: len(whole) // 2])
        name = os.path.basename(place)
        return any(f"/{name}: " in text for text in inspection.torn_files(machine, True))

    def foreign_file(self, place):
        one, other = self.joined(), self.joined()
        shutil.copy(f"{other.folder}/{place}", f"{one.folder}/{place}")
        return bool(inspection.torn_files(one, True))

    def two_generations(self):
        machine = self.joined()
        old = credentials.content(f"{machine.out}/tlscert")
        machine.run()
        _write(f"{machine.out}/tlscert", old)
        return bool(inspection.torn_files(machine, True))

    def left_behind(self):
        machine = self.joined()
        _write(f"{machine.storage}/.tenon-tmp-1", b"x")
        return bool(inspection.torn_files(machine, True))

    def lost_key(self):
        machine = self.joined()
        for name in ("id_bkp", "id_bkp.pub", "bkp_key_history.json"):
            os.unlink(f"{machine.storage}/{name}")
        return len(inspection.lost_keys(machine)) == 1

    def locked(self):
        machine = self.joined()
        machine.authority.apply(
            {
                "kind": "lock",
                "version": "v2",
                "metadata": {"name": f"planted-{machine.name}"},
                "spec": {"target": {"join_token": machine.name}, "message": "planted"},
            }
        )
        return any("planted" in text for text in self.judged(machine).lockouts)

    def old_copy(self):
        machine = self.joined(limit=3)
        shutil.copytree(machine.storage, f"{machine.folder}/copy")
        machine.forget_identity()
        machine.run()
        shutil.rmtree(machine.storage)
        os.rename(f"{machine.folder}/copy", machine.storage)
        machine.forget_identity()
        return bool(self.judged(machine).lockouts)

    # --- what must strike --------------------------------------------------------------------------

    def killed(self):
        machine = self.joined()
        machine.control.arm(control.KILL_BEFORE, control.RENAME)
        status, _, _ = machine.run()
        return status == -9 and machine.control.where.startswith("renameat ")

    def refused(self):
        machine = self.joined()
        machine.control.arm(control.REFUSE, control.SYNC, error=5, under=machine.storage)
        status, words, _ = machine.run()
        return status == 1 and "the disk reports a fault" in words and machine.control.struck == 1

    def database(self, classes, call):
        machine = self.joined()
        authority = machine.authority
        authority.control.arm(control.REFUSE, classes, times=1 << 40, error=28)
        machine.run(limit=3)
        struck, where = authority.control.struck, authority.control.where
        authority.control.disarm()
        return struck > 0 and where.startswith(call) and "/data/" in where

    def authority_killed(self):
        machine = self.joined()
        authority = machine.authority
        authority.control.arm(control.KILL_HALFWAY, control.WRITE)
        machine.run(limit=1)
        ended = authority.process.wait()
        authority.control.disarm()
        authority.wait()
        return ended == -9 and authority.starts >= 2

    def cut(self):
        machine = self.joined()
        machine.authority.relay.watch((relay.DOWN, 3, relay.BEFORE))
        machine.run(limit=5)
        struck = machine.authority.relay.struck
        machine.authority.relay.watch()
        return struck == 1


def _write(path, content):
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, 0o600)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--shim", required=True)
    options = parser.parse_args()
    lane = Lane(options.folder, options.shim)
    cases = Cases(lane)
    try:
        cases.it("a machine that nothing happened to has nothing wrong", cases.nothing)
        for place in (
            "storage/tlscert", "storage/id_bkp", "storage/bkp_state", "storage/key-cert.pub",
            "storage/bkp_key_history.json", "storage/tokenhash", "out/key", "out/identity",
            "out/known_hosts", "out/teleport-user-ca.crt",
        ):  # fmt: skip
            cases.it(f"half of {place} is a torn file", lambda p=place: cases.half_a_file(p))
        for place in ("storage/key", "storage/id_bkp", "storage/key-cert.pub", "out/key"):
            cases.it(f"{place} of elsewhere is a torn file", lambda p=place: cases.foreign_file(p))
        cases.it("a destination of two generations is torn", cases.two_generations)
        cases.it("a file on its way is found when nobody is on the way", cases.left_behind)
        cases.it("a key that the authority has bound and the machine lost is found", cases.lost_key)
        cases.it("a locked token is a lock-out", cases.locked)
        cases.it("an old copy of a storage is a lock-out", cases.old_copy)
        cases.it("an agent is killed at the call that was chosen", cases.killed)
        cases.it("an agent's fsync fails when it is told to", cases.refused)
        for classes, call in ((control.WRITE, "pwrite64"), (control.SYNC, "fdatasync")):
            cases.it(
                f"{call} of the authority's database fails when it is told to",
                lambda c=classes, n=call: cases.database(c, n),
            )
        cases.it("a killed authority comes back on its data folder", cases.authority_killed)
        cases.it("a connection is cut at the record that was chosen", cases.cut)
    finally:
        lane.stop()
    print(f"crash-self-test: {cases.passed} passed, {cases.failed} failed")
    sys.exit(0 if cases.passed and not cases.failed else 1)


if __name__ == "__main__":
    os.umask(0o022)
    main()
