"""Agents whose connection goes silent for good, left alone: each has to give up on it and come back by itself."""

import copy
import subprocess
import threading
import time
import traceback

import relay
from lane import Outcome
from running import RunningAgent

# (moment, direction, record): from the TLS handshake over the join to the calls with the new identity.
# "stopped" agents are told to stop meanwhile, and have to.
POINTS = (
    ("first join by secret", relay.UP, 1),
    ("first join by secret", relay.DOWN, 6),
    ("rejoin", relay.DOWN, 2),
    ("rejoin", relay.UP, 5),
    ("recovery", relay.UP, 6),
    ("rotation", relay.DOWN, 8),
    ("output", relay.DOWN, 16),
    ("renewal", relay.UP, 7),
    ("stopped", relay.UP, 1),
    ("stopped", relay.UP, 6),
)
# A join may take a minute, connecting and any other call half a minute; then comes a pause and a second try. Seconds.
LIMIT = 90
# An agent that is told to stop gives a join five seconds.
STOP_LIMIT = 20


class Silence:
    """The plan of one machine; `seconds` until it was back."""

    number, kind, mode, suite, key = 0, "silence", "standard", "balanced-v1", "secret"
    is_extra = True

    def __init__(self, moment, direction, record):
        self.moment, self.direction, self.record = moment, direction, record
        self.recovers = moment == "recovery"
        self.seconds = 0

    def __str__(self):
        return f"silence: {self.moment}, from record {self.record} {self.direction} on"


def outcomes(lane):
    """All points at a time: nearly all of it is waiting."""
    found = []
    workers = []
    for number, point in enumerate(POINTS):
        plan = Silence(*point)
        machine = lane.prepared(plan, f"silence-{number}")
        # A relay of its own, so that nobody else's connection is stalled.
        machine.authority = copy.copy(machine.authority)
        machine.authority.relay = relay.Relay(machine.authority.port)
        outcome = Outcome(plan)
        found.append((machine, outcome))
        workers.append(threading.Thread(target=_watched, args=(machine, outcome)))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for machine, outcome in found:
        lane.judge(machine, outcome, with_secret=False)
    return [outcome for _, outcome in found]


def _watched(machine, outcome):
    try:
        endure(machine, outcome)
    except Exception:  # pylint: disable=broad-except
        outcome.lockouts.append(traceback.format_exc())


def endure(machine, outcome):
    """One run of the agent on a connection that goes silent, left alone until it is back."""
    plan = outcome.plan
    silent = relay.Cut(plan.direction, plan.record, relay.AFTER, stalls=True)
    if plan.moment == "stopped":
        return _stop(machine, outcome, silent)
    running = RunningAgent(machine) if plan.moment == "renewal" else None
    machine.authority.relay.watch(silent)
    began = time.monotonic()
    if running:
        running.renew()
        # Renewal, output and heartbeat have connections of their own; any of them may be the silent one.
        done = ("identity renewed", "output written", " within ")
        while not running.has_said(*done) and time.monotonic() - began < LIMIT:
            time.sleep(0.05)
        if not running.has_said(*done):
            outcome.lockouts.append(f"a running agent hangs on a silent connection: {plan}")
        seconds = time.monotonic() - began
        outcome.lockouts += running.finish(was_struck=False)
    else:
        status, words, seconds = machine.run(limit=LIMIT)
        if status != 0:
            outcome.lockouts.append(f"exit code {status} after {seconds:.0f} s: {words}")
    return _note(machine, outcome, f"back after {seconds:.1f} s", seconds)


def _stop(machine, outcome, silent):
    machine.authority.relay.watch(silent)
    agent = machine.start(oneshot=False)
    began = time.monotonic()
    while not machine.authority.relay.struck and time.monotonic() - began < LIMIT:
        time.sleep(0.05)
    began = time.monotonic()
    agent.terminate()
    try:
        status = agent.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        agent.kill()
        agent.wait()
        status = None
    seconds = time.monotonic() - began
    if status != 0:
        outcome.lockouts.append(f"told to stop: exit code {status} after {seconds:.1f} s")
    _note(machine, outcome, f"ended {seconds:.1f} s after it was told to", 0)


def _note(machine, outcome, words, seconds):
    plan = outcome.plan
    outcome.struck = machine.authority.relay.struck
    plan.seconds = seconds
    outcome.places.append(words if outcome.struck else "missed")
    if not outcome.struck:
        outcome.lockouts.append(f"nothing shown: fewer records than {plan.record} {plan.direction}")
    machine.authority.relay.watch()
