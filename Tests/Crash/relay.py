"""A TCP relay in front of an authority that can cut or stall a connection at a chosen TLS record."""

import selectors
import socket
import struct
import threading
import time

UP, DOWN = "up", "down"  # from the agent to the authority, and back
BEFORE, HALFWAY, AFTER = "before", "halfway through", "after"
# What ends a stalled connection: the relay closes it, or passes on what it held back.
CLOSED, RESUMED = "closed", "resumed"


class Cut:
    """What becomes of one connection.

    direction, number: the record that strikes, from 1 on. where: BEFORE, HALFWAY or AFTER it.
    abrupt: whether both sides see a reset rather than an orderly end.
    refused: how many connections afterwards are refused.
    stalls: nothing is passed on any more, in neither direction, and nobody is told.
    ends: CLOSED or RESUMED, `lasting` seconds later; empty: it stays stalled until the relay is watched anew.
    """

    def __init__(self, direction, number, where, **how):
        self.at = (direction, number)
        self.where = where
        self.abrupt = how.get("abrupt", True)
        self.refused = how.get("refused", 0)
        self.stalls = how.get("stalls", False)
        self.ends, self.lasting = how.get("ends", ""), how.get("lasting", 0)


class Relay:
    """Passes whole TLS records on. Connections that the authority does not take are refused."""

    def __init__(self, upstream_port):
        self.upstream_port = upstream_port
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        # Wakes the relay's thread, which alone touches connections.
        self._bell, self._rung = socket.socketpair()
        self._selector.register(self._rung, selectors.EVENT_READ, None)
        self._lock = threading.Lock()
        self._stalls = []
        self.watch()
        threading.Thread(target=self._run, daemon=True).start()

    def watch(self, cut=None, only_first=False):
        """Counts records from now on, of all connections together or of the next one alone.
        A connection that is stalled is closed."""
        with self._lock:
            self._cut, self._refused = cut, cut.refused if cut else 0
            self._only_first, self._connections = only_first, 0
            self.records = {UP: 0, DOWN: 0}
            self.first_records = {UP: 0, DOWN: 0}
            self.struck = 0
            for stall in self._stalls:
                stall.ends, stall.until = CLOSED, 0
        self._bell.send(b"\0")

    def _run(self):
        while True:
            for key, _ in self._selector.select(self._rest()):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj is self._rung:
                    self._rung.recv(1 << 10)
                elif key.fileobj.fileno() >= 0:
                    self._read(key.fileobj, key.data)
            self._end_stalls()

    def _accept(self):
        agent, _ = self._listener.accept()
        with self._lock:
            refuses = self.struck and self._refused > 0
            self._refused -= bool(refuses)
        try:
            if refuses:
                raise ConnectionRefusedError
            authority = socket.create_connection(("127.0.0.1", self.upstream_port))
        except OSError:
            _end(agent, abrupt=True)
            return
        for end in (agent, authority):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._connections += 1
            is_first = self._connections == 1
        for source, target, direction in ((agent, authority, UP), (authority, agent, DOWN)):
            passage = _Passage(source, target, direction, is_first)
            self._selector.register(source, selectors.EVENT_READ, passage)

    def _read(self, source, passage):
        try:
            data = source.recv(1 << 16)
        except OSError:
            data = b""
        passage.waiting += data
        with self._lock:
            cut = self._pass(passage)
        if cut and cut.stalls:
            self._stall(passage, cut)
        elif cut:
            self._close(passage, cut.abrupt)
        elif not data:
            self._close(passage, abrupt=False)

    def _pass(self, passage):
        """Sends the complete records on; returns the cut that the last of them has met."""
        while len(passage.waiting) >= 5:
            length = 5 + int.from_bytes(passage.waiting[3:5], "big")
            if len(passage.waiting) < length:
                break
            record, passage.waiting = passage.waiting[:length], passage.waiting[length:]
            self.records[passage.direction] += 1
            self.first_records[passage.direction] += passage.is_first
            cut = self._cut if not self.struck and self._is_due(passage) else None
            passed = len(record)
            if cut and cut.where != AFTER:
                passed = 0 if cut.where == BEFORE else len(record) // 2
            try:
                passage.target.sendall(record[:passed])
            except OSError:
                return None
            if cut:
                self.struck = 1
                passage.owed = record[passed:]
                return cut
        return None

    def _is_due(self, passage):
        if not self._cut or (self._only_first and not passage.is_first):
            return False
        records = self.first_records if self._only_first else self.records
        return self._cut.at == (passage.direction, records[passage.direction])

    def _stall(self, passage, cut):
        """Neither end is read any more, so what they send piles up in the kernel."""
        other = self._selector.get_key(passage.target).data
        for end in (passage.source, passage.target):
            self._selector.unregister(end)
        with self._lock:
            self._stalls.append(_Stall((passage, other), cut))

    def _rest(self):
        """Seconds until a stall ends by itself; None when none will."""
        with self._lock:
            ends = [stall.until for stall in self._stalls if stall.until is not None]
        return max(0, min(ends) - time.monotonic()) if ends else None

    def _end_stalls(self):
        now = time.monotonic()
        with self._lock:
            over = [s for s in self._stalls if s.until is not None and s.until <= now]
            self._stalls = [stall for stall in self._stalls if stall not in over]
        for stall in over:
            for passage in stall.passages:
                if stall.ends == CLOSED:
                    _end(passage.source, stall.abrupt)
                else:
                    self._resume(passage)

    def _resume(self, passage):
        try:
            passage.target.sendall(passage.owed)
        except OSError:
            pass  # The reads to come show that it has ended.
        self._selector.register(passage.source, selectors.EVENT_READ, passage)
        with self._lock:
            self._pass(passage)

    def _close(self, passage, abrupt):
        for end in (passage.source, passage.target):
            try:
                self._selector.unregister(end)
            except (KeyError, ValueError):
                continue
            _end(end, abrupt)


class _Passage:
    def __init__(self, source, target, direction, is_first):
        self.source, self.target = source, target
        self.direction, self.is_first = direction, is_first
        self.waiting, self.owed = b"", b""


class _Stall:
    def __init__(self, passages, cut):
        self.passages, self.abrupt, self.ends = passages, cut.abrupt, cut.ends
        self.until = time.monotonic() + cut.lasting if cut.ends else None


def _end(end, abrupt):
    if abrupt:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()
