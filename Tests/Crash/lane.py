"""Runs of the campaign, one after the other, against authorities of the lane's own."""

import os
import shutil
import time

import inspection
import plan as plans
from authority import Authority
from machine import Machine
from running import RunningAgent
from strike import LIMIT, Strike


# A blow at a time may come after the end. Much more often than this it does not.
ATTEMPTS = 5


class Outcome:
    """What one run found. `places` says what was struck, one entry per blow."""

    def __init__(self, plan):
        self.plan = plan
        self.struck = 0
        self.places, self.lockouts, self.lost, self.torn = [], [], [], []

    @property
    def hit(self):
        """Whether the first blow, which gives the run its cell, struck something."""
        return bool(self.places) and self.places[0] != "missed"

    @property
    def failed(self):
        return bool(self.lockouts or self.lost or self.torn)


class Lane:
    """`folder` is the lane's alone; `shim` is the built fault.c; `measures` is what all lanes know."""

    def __init__(self, folder, shim, measures=None):
        os.makedirs(folder, exist_ok=True)
        self.folder, self.shim = folder, shim
        self._authorities = {}
        self._measures = {} if measures is None else measures
        self._measured = 0

    def stop(self):
        for authority in self._authorities.values():
            authority.stop()

    def authority(self, suite):
        if suite not in self._authorities:
            self._authorities[suite] = Authority(f"{self.folder}/{suite}", suite, self.shim)
        return self._authorities[suite]

    def machine(self, name, suite, mode, limit=1, key="secret"):
        return Machine(
            f"{self.folder}/{name}", name, self.authority(suite), self.shim, mode, limit, key
        )

    def prepared(self, plan, name):
        """A machine just before the moment of the plan. Its limit is what is needed and no more."""
        first = plan.moment.startswith("first")
        machine = self.machine(
            name, plan.suite, plan.mode, limit=2 if plan.recovers else 1, key=plan.key
        )
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
        is_static = plan.key == "static"
        kind = (plan.moment, plan.suite, plan.recovers, blow.only_join, is_static)
        if kind not in self._measures:
            self._measured += 1
            machine = self.prepared(plan, f"measure-{self._measured}")
            authority = machine.authority
            running = RunningAgent(machine) if plan.moment == "renewal" else None
            machine.control.arm(under=machine.under(blow))
            authority.control.arm()
            authority.relay.watch()
            began = time.monotonic()
            if running:
                is_done = running.renew()
                while not is_done():
                    time.sleep(0.005)
                found = running.finish(was_struck=False)
            else:
                status, words, _ = machine.run(limit=LIMIT)
                found = [] if status == 0 else [words]
            seconds = time.monotonic() - began
            if found:
                raise RuntimeError(f"an undisturbed run failed: {found}")
            counts = {
                classes: (machine.control.seen(classes), authority.control.seen(classes))
                for classes in plans.CLASSES
            }
            authority.control.disarm()
            passed = authority.relay.first_records if blow.only_join else authority.relay.records
            self._measures[kind] = (counts, dict(passed), seconds)
        return self._measures[kind]

    def run(self, seed, number):
        """One run of the campaign; again, in another place, when nothing was struck."""
        for attempt in range(ATTEMPTS):
            outcome = self._run(plans.Plan(seed, number, attempt))
            if outcome.hit or outcome.failed:
                break
        return outcome

    def _run(self, plan):
        outcome = Outcome(plan)
        machine = self.prepared(plan, f"run-{plan.number}-{plan.attempt}")
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
        """One run of the agent with a fault in it. Afterwards there are no faults."""
        strike = Strike(blow, machine, self.measure(plan, blow))
        if plan.moment == "renewal":
            running = RunningAgent(machine)
            if running.is_ready:
                strike.arm()
                strike.watch(running.process, running.renew())
            place = strike.disarm()
            outcome.lockouts += running.finish(place != "missed")
        else:
            strike.arm()
            agent = machine.start()
            strike.watch(agent)
            agent.kill()
            agent.wait()
            place = strike.disarm()
        outcome.struck += place != "missed"
        outcome.places.append(place)
