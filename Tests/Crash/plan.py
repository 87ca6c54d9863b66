"""What happens in one run of the campaign: all of it drawn from the seed and the number of the run."""

import errno
import random

import control
import relay

MOMENTS = (
    "first join by secret",
    "first join by key",
    "rejoin",
    "renewal",
    "recovery",
    "rotation",
    "output",
)
MODES = ("standard", "relaxed", "insecure")
SUITES = ("balanced-v1", "legacy")
KINDS = (
    "agent killed at a call",
    "agent killed at a time",
    "authority killed at a call",
    "authority killed at a time",
    "connection cut",
    "agent's disk fails",
    "authority's disk fails",
)
# The classes of calls that one blow may be about.
KILLED_AT = (control.DISK, control.ANY)
FAILING = (control.DISK, control.WRITE, control.SYNC, control.RENAME | control.CREATE)
CLASSES = {*KILLED_AT, *FAILING}
_WEIGHTS = (6, 2, 5, 2, 6, 5, 3)


class Plan:
    """One run. Places are fractions of an undisturbed run, which the lane measures."""

    def __init__(self, seed, number):
        dice = random.Random(f"{seed}/{number}")
        self.number = number
        self.moment = dice.choice(MOMENTS)
        self.mode = dice.choice(MODES)
        self.suite = dice.choice(SUITES)
        # Whether a rotation or an output comes with a recovery rather than with a rejoin.
        self.recovers = self.moment == "recovery" or (
            self.moment in ("rotation", "output") and dice.random() < 0.5
        )
        self.keeps_secret = dice.random() < 0.5
        blows = dice.choices((1, 2, 3), (6, 2, 1))[0]
        self.blows = [Blow(dice, self.moment) for _ in range(blows)]

    @property
    def kind(self):
        return self.blows[0].kind

    def __str__(self):
        blows = ", then ".join(str(blow) for blow in self.blows)
        secret = "with" if self.keeps_secret else "without"
        back = ", recovering" if self.recovers and self.moment != "recovery" else ""
        return (
            f"run {self.number}: {self.moment}{back}, {self.mode}, {self.suite}, "
            f"{secret} the secret afterwards; {blows}"
        )


class Wear:
    """One machine that is struck `strikes` times with no undisturbed run in between."""

    number, kind, moment, mode, suite, recovers = 0, "wear", "rejoin", "standard", SUITES[0], False

    def __init__(self, seed, strikes):
        dice = random.Random(f"{seed}/wear")
        kinds = [kind for kind in KINDS if kind.startswith("agent")]
        self.blows = [Blow(dice, self.moment, dice.choice(kinds)) for _ in range(strikes)]
        for blow in self.blows:
            blow.patience = 0.02

    def __str__(self):
        return f"wear: {len(self.blows)} strikes on one storage"


class Blow:
    """One fault and what surrounds it."""

    def __init__(self, dice, moment, kind=None):
        self.kind = kind or dice.choices(KINDS, _WEIGHTS)[0]
        self.place = dice.random()
        # Where most can be lost: the agent's storage and the connection that joins.
        self.only_join = moment != "output" and dice.random() < 0.5
        self.only_output = moment == "output"
        # How long a struck agent may go on, trying again, before it is killed after all; seconds.
        self.patience = dice.choices((0.02, 0.3, 6.0), (5, 3, 1))[0]
        self.classes, self.action, self.times, self.error = control.ANY, control.COUNT, 1, 0
        if self.kind.endswith("at a call"):
            self.classes = dice.choice(KILLED_AT)
            self.action = dice.choice(
                (control.KILL_BEFORE, control.KILL_AFTER, control.KILL_HALFWAY))
        elif self.kind.endswith("disk fails"):
            self.classes = dice.choice(FAILING if self.kind.startswith("agent") else FAILING[:3])
            self.action = dice.choice(
                (control.REFUSE, control.REFUSE, control.REFUSE_HALFWAY, control.REFUSE_AFTER))
            self.times = dice.choice((1, 1, 2, 5, 1 << 40))
            self.error = dice.choice((errno.EIO, errno.ENOSPC))
        self.direction = dice.choice((relay.UP, relay.DOWN))
        self.cut = dice.choice((relay.BEFORE, relay.HALFWAY, relay.AFTER))
        self.abrupt = dice.random() < 0.5
        self.refused = dice.choice((0, 0, 1, 3))

    def nth(self, count):
        """The place among so many calls or records, from 1 on."""
        return 1 + int(self.place * count)

    def __str__(self):
        return f"{self.kind} ({self.place:.3f})"
