"""A TCP relay in front of an authority that can cut a connection at a chosen TLS record."""

import selectors
import socket
import struct
import threading

UP, DOWN = "up", "down"  # from the agent to the authority, and back
BEFORE, HALFWAY, AFTER = "before", "halfway through", "after"


class Relay:
    """Passes whole TLS records on. Connections that the authority does not take are refused."""

    def __init__(self, upstream_port):
        self.upstream_port = upstream_port
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        self._lock = threading.Lock()
        self.watch()
        threading.Thread(target=self._run, daemon=True).start()

    def watch(self, cut=None, abrupt=True, refused=0, only_first=False):
        """Counts records from now on, of all connections together or of the next one alone.

        cut: (direction, number of the record from 1 on, BEFORE or HALFWAY or AFTER) or None.
        abrupt: whether both sides see a reset rather than an orderly end.
        refused: how many connections after the cut are refused.
        """
        with self._lock:
            self._cut, self._abrupt, self._refused = cut, abrupt, refused
            self._only_first, self._connections = only_first, 0
            self.records = {UP: 0, DOWN: 0}
            self.first_records = {UP: 0, DOWN: 0}
            self.struck = 0

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj.fileno() >= 0:
                    self._read(key.fileobj, key.data)

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
            keeps = self._pass(passage)
        if not keeps:
            self._close(passage, self._abrupt)
        elif not data:
            self._close(passage, abrupt=False)

    def _pass(self, passage):
        """Sends the complete records on; says whether the connection lives on."""
        while len(passage.waiting) >= 5:
            length = 5 + int.from_bytes(passage.waiting[3:5], "big")
            if len(passage.waiting) < length:
                break
            record, passage.waiting = passage.waiting[:length], passage.waiting[length:]
            self.records[passage.direction] += 1
            self.first_records[passage.direction] += passage.is_first
            strikes = not self.struck and self._cut and self._is_due(passage)
            if strikes and self._cut[2] == BEFORE:
                record = b""
            elif strikes and self._cut[2] == HALFWAY:
                record = record[: len(record) // 2]
            try:
                passage.target.sendall(record)
            except OSError:
                return True
            if strikes:
                self.struck = 1
                return False
        return True

    def _is_due(self, passage):
        if self._only_first and not passage.is_first:
            return False
        records = self.first_records if self._only_first else self.records
        return self._cut[:2] == (passage.direction, records[passage.direction])

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
        self.waiting = b""


def _end(end, abrupt):
    if abrupt:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()
