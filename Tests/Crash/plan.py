"""What happens in one run of the campaign: all of it drawn from the seed and the number of the run."""

import errno
import functools
import random

import control
import relay

MOMENTS = (
    "first join by secret",
    "first join by key",
    "first join by static key",
    "rejoin",
    "renewal",
    "recovery",
    "rotation",
    "output",
)
MODES = ("standard", "relaxed", "insecure")
SUITES = ("balanced-v1", "legacy")
# How often a kind comes beyond the one time in each deck and moment that every kind comes.
_WEIGHTS = {
    "agent killed at a call": 6,
    "agent killed at a time": 2,
    "authority killed at a call": 4,
    "authority killed at a time": 1,
    "both killed": 3,
    "cut on the way up": 3,
    "cut on the way down": 3,
    "stalled on the way up": 2,
    "stalled on the way down": 2,
    "agent's write fails": 1,
    "agent's fsync fails": 1,
    "agent's disk fails": 2,
    "authority's write fails": 1,
    "authority's fsync fails": 1,
    "authority's disk fails": 1,
}
KINDS = tuple(_WEIGHTS)
CELLS = tuple((moment, kind) for moment in MOMENTS for kind in KINDS)
# So many runs in a row, from the first on, hold every cell.
DECK = 200
# The classes of calls that one blow may be about.
_KILLED_AT = (control.DISK, control.ANY)
_FAILING = {
    "agent's write fails": (control.WRITE,),
    "agent's fsync fails": (control.SYNC,),
    "agent's disk fails": (control.DISK, control.RENAME | control.CREATE),
    "authority's write fails": (control.WRITE,),
    "authority's fsync fails": (control.SYNC,),
    "authority's disk fails": (control.DISK,),
}
CLASSES = {*_KILLED_AT, *(classes for kind in _FAILING.values() for classes in kind)}


@functools.lru_cache(maxsize=None)
def _deck(seed, number):
    """The cells of `DECK` runs: each once, the other runs by weight."""
    dice = random.Random(f"{seed}/deck {number}")
    rest = DECK - len(CELLS)
    kinds = dice.choices(KINDS, _WEIGHTS.values(), k=rest)
    cells = [*CELLS, *((dice.choice(MOMENTS), kind) for kind in kinds)]
    dice.shuffle(cells)
    return cells


class Plan:
    """One run. Places are fractions of an undisturbed run, which the lane measures.

    attempt: a run that was over before it could be struck is planned anew, with another place.
    """

    def __init__(self, seed, number, attempt=0):
        dice = random.Random(f"{seed}/{number}/{attempt}")
        self.number, self.attempt = number, attempt
        deck, card = divmod(number - 1, DECK)
        self.moment, kind = _deck(seed, deck)[card]
        self.mode = dice.choice(MODES)
        self.suite = dice.choice(SUITES)
        # Whether an output comes with a recovery rather than with a rejoin; likewise a rotation.
        self.recovers = self.moment == "recovery" or (
            self.moment in ("rotation", "output") and dice.random() < 0.5
        )
        self.keeps_secret = dice.random() < 0.5
        self.key = self._key(dice)
        if self.key == "static":
            self.mode = "insecure"
        blows = dice.choices((1, 2, 3), (6, 2, 1))[0]
        self.blows = [Blow(dice, self.moment, kind if not n else None) for n in range(blows)]

    def _key(self, dice):
        """Where the machine's key comes from."""
        named = {"secret": "secret", "static key": "static", "key": "registered"}
        for words, key in named.items():
            if self.moment == f"first join by {words}":
                return key
        # A key outside the storage does not rotate.
        has_static = self.moment != "rotation" and dice.random() < 0.25
        return "static" if has_static else "secret"

    # Whether it is not one of the campaign's numbered runs.
    is_extra = False

    @property
    def kind(self):
        return self.blows[0].kind

    def __str__(self):
        blows = ", then ".join(str(blow) for blow in self.blows)
        secret = "with" if self.keeps_secret else "without"
        back = ", recovering" if self.recovers and self.moment != "recovery" else ""
        return (
            f"run {self.number}: {self.moment}{back}, {self.key} key, {self.mode}, {self.suite}, "
            f"{secret} the secret afterwards; {blows}"
        )


class Wear:
    """One machine that is struck `strikes` times with no undisturbed run in between."""

    number, kind, moment, mode, suite = 0, "wear", "rejoin", "standard", SUITES[0]
    key, recovers, is_extra = "secret", False, True

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
        self.kind = kind or dice.choices(KINDS, _WEIGHTS.values())[0]
        self.place = dice.random()
        # Where most can be lost: the agent's storage and the connection that joins.
        self.only_join = moment != "output" and dice.random() < 0.5
        self.only_output = moment == "output"
        # How long a struck agent may go on, trying again, before it is killed after all; seconds.
        self.patience = dice.choices((0.02, 0.3, 6.0), (5, 3, 1))[0]
        self.classes, self.action, self.times, self.error = control.ANY, control.COUNT, 1, 0
        # Whose calls and whose process the blow is about.
        self.of_authority = self.kind.startswith("authority") or (
            self.kind == "both killed" and dice.random() < 0.5
        )
        at_call = self.kind.endswith("at a call") or (
            self.kind == "both killed" and dice.random() < 0.5
        )
        self.at_time = "killed" in self.kind and not at_call
        if at_call:
            self.classes = dice.choice(_KILLED_AT)
            self.action = dice.choice(
                (control.KILL_BEFORE, control.KILL_AFTER, control.KILL_HALFWAY))
        elif self.kind in _FAILING:
            self.classes = dice.choice(_FAILING[self.kind])
            self.action = dice.choice(
                (control.REFUSE, control.REFUSE, control.REFUSE_HALFWAY, control.REFUSE_AFTER))
            self.times = dice.choice((1, 1, 2, 5, 1 << 40))
            self.error = dice.choice((errno.EIO, errno.ENOSPC))
        self._plan_cut(dice)

    def _plan_cut(self, dice):
        self.direction = relay.UP if self.kind.endswith("up") else relay.DOWN
        self.cut = dice.choice((relay.BEFORE, relay.HALFWAY, relay.AFTER))
        self.abrupt = dice.random() < 0.5
        self.refused = dice.choice((0, 0, 1, 3))
        self.stalls = self.kind.startswith("stalled")
        # A stall that does not end lasts until the agent's patience has; its own takes half a minute.
        self.ends, self.lasting = dice.choice((relay.CLOSED, relay.RESUMED, "")), dice.random()
        if self.stalls and self.ends:
            self.patience += self.lasting
        elif self.stalls:
            self.patience = min(self.patience, 0.3)

    @property
    def is_cut(self):
        """Whether it is about a connection."""
        return self.stalls or self.kind.startswith("cut")

    def nth(self, count):
        """The place among so many calls or records, from 1 on."""
        return 1 + int(self.place * count)

    def __str__(self):
        return f"{self.kind} ({self.place:.3f})"
