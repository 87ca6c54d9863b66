"""The half of the self-test that sees that each fault strikes where it should."""

import random

import control
import plan as plans
import relay
import silence
from lane import Outcome
from strike import Strike


class FaultCases:
    """`lane` and `joined`, a fresh machine that has joined, come from the self-test."""

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
        status, words, struck = self._with(relay.Cut(relay.DOWN, 3, relay.BEFORE))
        return struck == 1 and status == 0 and "trying again" in words

    def stalled(self):
        cut = relay.Cut(relay.DOWN, 3, relay.AFTER, stalls=True)
        status, words, struck = self._with(cut, limit=3)
        return struck == 1 and status is None and "trying again" not in words

    def stalled_and_closed(self):
        cut = relay.Cut(relay.UP, 4, relay.AFTER, stalls=True, ends=relay.CLOSED, lasting=0.3)
        status, words, struck = self._with(cut)
        return struck == 1 and status == 0 and "trying again" in words

    def stalled_and_resumed(self):
        cut = relay.Cut(
            relay.DOWN, 6, relay.HALFWAY, stalls=True, ends=relay.RESUMED, lasting=0.3)
        status, words, struck = self._with(cut)
        return struck == 1 and status == 0 and "trying again" not in words

    def _with(self, cut, limit=20):
        """A run of the agent through a relay with this cut."""
        machine = self.joined()
        machine.authority.relay.watch(cut)
        status, words, _ = machine.run(limit=limit)
        struck = machine.authority.relay.struck
        machine.authority.relay.watch()
        return status, words, struck

    def hangs(self):
        """Planted: an agent that is given too little time counts as one that hangs."""
        limit, silence.LIMIT = silence.LIMIT, 2
        machine = self.joined()
        outcome = Outcome(silence.Silence("rejoin", relay.UP, 2))
        silence.endure(machine, outcome)
        silence.LIMIT = limit
        return outcome.struck == 1 and any("exit code None" in text for text in outcome.lockouts)

    def both_killed(self, at_time):
        machine = self.joined()
        plan = plans.Wear(0, 0)
        blows = (plans.Blow(random.Random(n), plan.moment, "both killed") for n in range(100))
        blow = next(blow for blow in blows if blow.at_time == at_time and blow.place < 0.5)
        # A run may be over before its time has come, when the one that was measured was slow.
        for _ in range(10):
            strike = Strike(blow, machine, self.lane.measure(plan, blow))
            authority = machine.authority.process
            strike.arm()
            agent = machine.start()
            strike.watch(agent)
            if strike.place:
                ended = agent.wait(), authority.wait()
                return strike.disarm() != "missed" and ended == (-9, -9)
            strike.disarm()
        return False

    def all_cells(self):
        for seed in range(20):
            runs = [plans.Plan(seed, number) for number in range(1, plans.DECK + 1)]
            if {(run.moment, run.kind) for run in runs} != set(plans.CELLS):
                return False
        return True
