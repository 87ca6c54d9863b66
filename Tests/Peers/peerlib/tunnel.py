"""TLS with a protocol list of our choice: grpcio offers h2 and nothing else."""

import os
import socket
import ssl
import tempfile
import threading


class Tunnel:
    """A loopback port whose connections continue over TLS to `address`."""

    def __init__(self, address: str, name: str, roots: bytes, offered: list[str], identity=None):
        host, _, port = address.rpartition(":")
        self._target, self._name = (host, int(port)), name
        self._context = ssl.create_default_context(cadata=roots.decode())
        self._context.set_alpn_protocols(offered)
        if identity:
            self._load(*identity)
        self.chosen = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _load(self, certificate: bytes, key: bytes):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(certificate + key)
        try:
            self._context.load_cert_chain(file.name)
        finally:
            os.unlink(file.name)

    def _accept(self):
        while True:
            plain, _ = self._listener.accept()
            try:
                raw = socket.create_connection(self._target, 10)
                raw.settimeout(None)
                secure = self._context.wrap_socket(raw, server_hostname=self._name)
            except OSError:
                plain.close()
                continue
            self.chosen = secure.selected_alpn_protocol()
            for ends in ((plain, secure), (secure, plain)):
                threading.Thread(target=_copy, args=ends, daemon=True).start()


def _copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        # Both directions end together: HTTP/2 has no use for half of a connection.
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
