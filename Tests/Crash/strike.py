"""One blow: armed, watched while an agent runs, and taken away again."""

import time

import control
from relay import Cut

# No run of the agent takes longer when nothing is wrong; seconds.
LIMIT = 60


class Strike:
    """`measure`: calls by class (agent's, authority's), records by direction, and seconds."""

    def __init__(self, blow, machine, measure):
        self.blow, self.machine, self.authority = blow, machine, machine.authority
        self._calls, self._records, self._seconds = measure
        self._target = self.authority.control if blow.of_authority else machine.control
        self._timed = ""
        self._starts = self.authority.starts

    def arm(self):
        blow = self.blow
        cut = None
        if blow.is_cut:
            cut = Cut(
                blow.direction, blow.nth(self._records[blow.direction]), blow.cut,
                abrupt=blow.abrupt, refused=blow.refused, stalls=blow.stalls,
                ends=blow.ends, lasting=blow.lasting,
            )  # fmt: skip
        self.authority.relay.watch(cut, blow.only_join)
        if blow.action != control.COUNT:
            at = blow.nth(self._calls[blow.classes][blow.of_authority])
            under = "" if blow.of_authority else self.machine.under(blow)
            self._target.arm(blow.action, blow.classes, at, blow.times, blow.error, under)

    def watch(self, agent, is_done=lambda: False):
        """Returns once the agent has ended, or is done unharmed, or its patience after the blow is over."""
        began = time.monotonic()
        until = began + LIMIT
        at = None
        if self.blow.at_time:
            # Past the end now and then: the last instants count too.
            at = began + self.blow.place * self._seconds * 1.1
        was_struck = False
        while agent.poll() is None and (now := time.monotonic()) < until:
            if at is not None and now >= at:
                at, self._timed = None, f"{self.blow.kind} after {now - began:.3f} s"
                self._kill(agent)
            if not was_struck and self.place:
                was_struck, until = True, now + self.blow.patience
                if self.blow.kind == "both killed":
                    self._kill(agent)
            elif not was_struck and is_done():
                return
            self.authority.revive()
            time.sleep(0.002)
        # An agent that was killed at a call has ended before anybody looked.
        if not was_struck and self.place and self.blow.kind == "both killed":
            self._kill(agent)

    def _kill(self, agent):
        if self.blow.of_authority or self.blow.kind == "both killed":
            self.authority.kill()
        if not self.blow.of_authority or self.blow.kind == "both killed":
            agent.kill()
        if self.authority.process.poll() is None and self.blow.kind == "both killed":
            self.authority.process.wait()

    @property
    def place(self):
        """What was struck; empty while nothing was."""
        if self.blow.action != control.COUNT and self._target.struck:
            return self._target.where
        if self.authority.relay.struck:
            verb = "stalled" if self.blow.stalls else "cut"
            return f"{verb} {self.blow.cut} a record {self.blow.direction} {self.authority.relay.records}"
        return self._timed

    def disarm(self):
        """Afterwards there are no faults, and an authority. Says what was struck."""
        place = self.place
        killed = "killed" in self.blow.kind and (
            self.blow.of_authority or self.blow.kind == "both killed"
        )
        if place and killed and self.authority.starts == self._starts:
            self.authority.process.wait()
        self.authority.relay.watch()
        self.machine.control.disarm()
        self.authority.control.disarm()
        self.authority.wait()
        return place or "missed"
