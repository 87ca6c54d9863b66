"""An agent that runs on: told to renew, struck while it does, and expected to renew afterwards."""

import signal
import time

# Longest pause between two attempts of an agent that has been told to renew, and some; seconds.
PATIENCE = 20


class RunningAgent:
    """Started and, if `is_ready`, with credentials. `finish` has to be called."""

    def __init__(self, machine):
        self.machine = machine
        self._read = machine.log_size()
        self.process = machine.start(with_secret=False, oneshot=False)
        self.is_ready = self._wait("output written")

    def renew(self):
        """Has it renew everything; returns a function that says whether it has."""
        self._read = self.machine.log_size()
        self.process.send_signal(signal.SIGHUP)
        return lambda: self._says("output written")

    def has_said(self, *words):
        """Whether all of it is among what was said since it was told to renew."""
        return all(self._says(word) for word in words)

    def finish(self, was_struck):
        """Ends it. Says what is wrong with it, if anything is; that it was killed is not."""
        found = [] if self.is_ready else [f"an agent does not get ready: {self._words()}"]
        if self.is_ready and was_struck and not self._renews():
            found.append(f"the running agent does not renew any more: {self._words()}")
        if self.process.poll() is None:
            self.process.terminate()
        ended = self.process.wait()
        if ended == -signal.SIGKILL:
            return []
        return found + ([f"a running agent ended with {ended}"] if ended else [])

    def _renews(self):
        # A round that the fault has spoilt may still be under way; the next one has no excuse.
        for _ in range(3):
            if self.process.poll() is None:
                self.renew()
                if self._wait("identity renewed", PATIENCE / 3) and self._wait("output written"):
                    return True
        return False

    def _says(self, words):
        return words in self._words()

    def _words(self):
        return self.machine.words(self._read)

    def _wait(self, words, limit=PATIENCE):
        until = time.monotonic() + limit
        while time.monotonic() < until and self.process.poll() is None:
            if self._says(words):
                return True
            time.sleep(0.005)
        return False
