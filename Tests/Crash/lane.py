"""Runs of the campaign, one after the other, against authorities of the lane's own."""

import os
import shutil
import time

import control
import inspection
import plan as plans
import relay
from authority import Authority
from machine import Machine

# No run of the agent takes longer when nothing is wrong; seconds.
LIMIT = 60


class Outcome:
    """What one run found. `places` says what was struck, one entry per blow."""

    def __init__(self, plan):
        self.plan = plan
        self.struck = 0
        self.places, self.lockouts, self.lost, self.torn = [], [], [], []

    @property
    def failed(self):
        return bool(self.lockouts or self.lost or self.torn)


class Lane:
    """`folder` is the lane's alone; `shim` is the built fault.c."""

    def __init__(self, folder, shim):
        os.makedirs(folder, exist_ok=True)
        self.folder, self.shim = folder, shim
        self._authorities = {}
        self._measures = {}

    def stop(self):
        for authority in self._authorities.values():
            authority.stop()

    def authority(self, suite):
        if suite not in self._authorities:
            self._authorities[suite] = Authority(f"{self.folder}/{suite}", suite, self.shim)
        return self._authorities[suite]

    def machine(self, name, suite, mode, limit=1, by_key=False):
        return Machine(
            f"{self.folder}/{name}", name, self.authority(suite), self.shim, mode, limit, by_key
        )

    def prepared(self, plan, name):
        """A machine just before the moment of the plan. Its limit is what is needed and no more."""
        first = plan.moment.startswith("first")
        machine = self.machine(
            name, plan.suite, plan.mode, limit=2 if plan.recovers else 1,
            by_key=plan.moment == "first join by key",
        )  # fmt: skip
        if not first:
            status, words, _ = machine.run(limit=LIMIT)
            if status != 0:
                raise RuntimeError(f"an undisturbed first join failed: {words}")
        if plan.moment == "rotation":
            machine.ask_for_rotation()
        if plan.recovers:
            machine.forget_identity()
        return machine

    def measure(self, plan, blow):
        """Calls, records and seconds of the moment when nothing disturbs it."""
        kind = (plan.moment, plan.suite, plan.recovers, blow.only_join)
        if kind not in self._measures:
            machine = self.prepared(plan, f"measure-{len(self._measures)}")
            authority = machine.authority
            machine.control.arm(under=machine.under(blow))
            authority.control.arm()
            authority.relay.watch()
            status, words, seconds = machine.run(limit=LIMIT)
            if status != 0:
                raise RuntimeError(f"an undisturbed run failed: {words}")
            counts = {
                classes: (machine.control.seen(classes), authority.control.seen(classes))
                for classes in plans.CLASSES
            }
            authority.control.disarm()
            passed = authority.relay.first_records if blow.only_join else authority.relay.records
            self._measures[kind] = (counts, dict(passed), seconds)
        return self._measures[kind]

    def run(self, seed, number):
        plan = plans.Plan(seed, number)
        outcome = Outcome(plan)
        machine = self.prepared(plan, f"run-{number}")
        for blow in plan.blows:
            self._strike(plan, blow, machine, outcome)
            outcome.torn += inspection.torn_files(machine, at_rest=False)
            outcome.lost += inspection.lost_keys(machine)
        self.judge(machine, outcome, plan.keeps_secret or not machine.has_joined())
        if not outcome.failed:
            shutil.rmtree(machine.folder)
        return outcome

    def wear(self, seed, strikes):
        """Strikes one machine over and over: what is left lying about must not pile up."""
        plan = plans.Wear(seed, strikes)
        outcome = Outcome(plan)
        machine = self.prepared(plan, "wear")
        # The second set of the destination stays from now on.
        machine.run(limit=LIMIT)
        before = inspection.files(machine)
        most = 0
        for blow in plan.blows:
            self._strike(plan, blow, machine, outcome)
            most = max(most, len(inspection.files(machine)))
        self.judge(machine, outcome, with_secret=False)
        after = inspection.files(machine)
        outcome.places = [f"{len(before)} files before, {most} at most, {len(after)} afterwards"]
        # A run prepares two names for each file of a set, and what changes in the storage.
        if len(after) > len(before) or most > 3 * len(before):
            outcome.torn.append(f"files pile up: {outcome.places[0]}: {sorted(after - before)}")
        return outcome

    def judge(self, machine, outcome, with_secret):
        """Starts the agent once more, without faults, and looks at what it makes of everything."""
        machine.control.disarm()
        status, words, _ = machine.run(with_secret, limit=LIMIT)
        complaints = [
            line
            for line in words.splitlines()
            if "ERROR" in line or "renewal failed" in line or "no heartbeat" in line
        ]
        if status != 0 or complaints:
            outcome.lockouts.append(f"exit code {status}: {' / '.join(complaints)}")
        outcome.lockouts += machine.authority.locks(machine.name)
        outcome.torn += inspection.torn_files(machine, at_rest=status == 0)
        outcome.lost += inspection.lost_keys(machine)
        if status == 0 and not complaints:
            outcome.lockouts += inspection.disagreements(machine)

    def _strike(self, plan, blow, machine, outcome):
        """One run of the agent with a fault in it. Afterwards there are no faults, and an authority."""
        counts, records, seconds = self.measure(plan, blow)
        calls = counts[blow.classes]
        authority = machine.authority
        target = authority.control if blow.kind.startswith("authority") else machine.control
        authority.relay.watch(
            (blow.direction, blow.nth(records[blow.direction]), blow.cut)
            if blow.kind == "connection cut"
            else None,
            blow.abrupt,
            blow.refused,
            blow.only_join,
        )
        under = machine.under(blow) if target is machine.control else ""
        if blow.action != control.COUNT:
            at = blow.nth(calls[0 if target is machine.control else 1])
            target.arm(blow.action, blow.classes, at, blow.times, blow.error, under)
        else:
            target.disarm()
        starts = authority.starts
        place = self._watch(blow, machine, authority, target, seconds)
        if place and blow.kind.startswith("authority killed") and authority.starts == starts:
            authority.process.wait()
        authority.relay.watch()
        machine.control.disarm()
        authority.control.disarm()
        authority.wait()
        outcome.struck += bool(place)
        outcome.places.append(place or "missed")

    def _watch(self, blow, machine, authority, target, seconds):
        """Runs the agent; says what was struck, if anything was."""
        at_a_time = blow.place * seconds * 1.1 if blow.kind.endswith("at a time") else None
        agent = machine.start()
        began = time.monotonic()
        place, until = "", began + LIMIT
        while agent.poll() is None and time.monotonic() < until:
            now = time.monotonic()
            if at_a_time is not None and not place and now - began >= at_a_time:
                place = f"{blow.kind} after {now - began:.3f} s"
                (agent if blow.kind.startswith("agent") else authority).kill()
                until = now + blow.patience
            elif not place and target.struck and blow.action != control.COUNT:
                place, until = target.where, now + blow.patience
            elif not place and authority.relay.struck:
                place = f"record {blow.cut} {blow.direction}"
                until = now + blow.patience
            authority.revive()
            time.sleep(0.002)
        if agent.poll() is None:
            agent.kill()
        agent.wait()
        if blow.action != control.COUNT and target.struck:
            place = target.where
        elif authority.relay.struck:
            place = f"record {blow.cut} {blow.direction} ({authority.relay.records})"
        return place

