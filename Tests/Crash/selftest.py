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
from faultcases import FaultCases
from lane import Lane, Outcome


class Cases(FaultCases):
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

    def joined(self, mode="standard", limit=1, key="secret"):
        self._count += 1
        machine = self.lane.machine(f"machine-{self._count}", "balanced-v1", mode, limit, key)
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

    def nothing_with_static_key(self):
        machine = self.joined("insecure", key="static")
        return not self.judged(machine).failed and not inspection.torn_files(machine, False)

    def lost_static_key(self):
        machine = self.joined("insecure", key="static")
        os.unlink(machine.static_key)
        return len(inspection.lost_keys(machine)) == 1

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
        cases.it("nor has one with a static key", cases.nothing_with_static_key)
        cases.it("each kind of fault comes at each moment in every 200 runs", cases.all_cells)
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
        cases.it("so is a static key that the machine lost", cases.lost_static_key)
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
        cases.it("a connection goes silent and stays so", cases.stalled)
        cases.it("a connection goes silent and is closed later", cases.stalled_and_closed)
        cases.it("a connection goes silent and resumes unharmed", cases.stalled_and_resumed)
        cases.it("an agent that hangs on a silent connection is a lock-out", cases.hangs)
        for how in ("a time", "a call"):
            cases.it(
                f"agent and authority are killed at once, at {how}",
                lambda h=how: cases.both_killed(h == "a time"),
            )
    finally:
        lane.stop()
    print(f"crash-self-test: {cases.passed} passed, {cases.failed} failed")
    sys.exit(0 if cases.passed and not cases.failed else 1)


if __name__ == "__main__":
    os.umask(0o022)
    main()
