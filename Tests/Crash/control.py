"""The file through which the campaign steers fault.c in a running program."""

import mmap
import struct

# Classes of calls, as in fault.c.
WRITE, SYNC, RENAME, CREATE, REMOVE, SEND, RECEIVE, CONNECT = (1 << bit for bit in range(8))
DISK = WRITE | SYNC | RENAME | CREATE | REMOVE
ANY = DISK | SEND | RECEIVE | CONNECT

# What becomes of a struck call, as in fault.c.
COUNT, KILL_BEFORE, KILL_AFTER, KILL_HALFWAY, REFUSE, REFUSE_AFTER, REFUSE_HALFWAY = range(7)

_NUMBERS = struct.Struct("=15q")
_TEXT = 256


class Control:
    """One program's control block. `environment` is what the program is started with."""

    def __init__(self, path, shim):
        self.path = path
        with open(path, "wb") as file:
            file.write(bytes(_NUMBERS.size + 2 * _TEXT))
        with open(path, "r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)
        self.environment = {"LD_PRELOAD": shim, "CRASH_CONTROL": path}

    def arm(self, action=COUNT, classes=ANY, at=1, times=1, error=0, under=""):
        """From now on counts calls of these classes, and strikes `times` of them from the `at`-th on."""
        self.disarm()
        self._memory[_NUMBERS.size :] = under.encode().ljust(_TEXT, b"\0") + bytes(_TEXT)
        self._memory[: _NUMBERS.size] = _NUMBERS.pack(action, 0, at, times, error, *[0] * 10)
        self._memory[8:16] = struct.pack("=q", classes)

    def disarm(self):
        self._memory[8:16] = bytes(8)

    def _number(self, index):
        return struct.unpack_from("=q", self._memory, 8 * index)[0]

    def seen(self, classes):
        """How many calls of these classes were counted; all of them must have been armed for."""
        return sum(self._number(7 + bit) for bit in range(8) if classes & 1 << bit)

    @property
    def struck(self):
        return self._number(6)

    @property
    def where(self):
        """The first struck call and its path."""
        text = self._memory[_NUMBERS.size + _TEXT :]
        return text.split(b"\0", 1)[0].decode(errors="replace")
