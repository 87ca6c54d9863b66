"""Terminates TLS for a grpcio server, which cannot make client certificates optional.

Every accepted connection is passed on in plain to the server's loopback port; the port it comes from tells the server who is at
the other end. HTTP/1.1 clients get the discovery document.
"""

import asyncio
import dataclasses
import json
import ssl
import tempfile
from collections.abc import Callable

PROXY = "teleport-proxy-grpc"


@dataclasses.dataclass
class Peer:
    """What the handshake taught about the other end of a connection."""

    alpn: str
    server_name: str | None
    certificate: bytes | None
    hang_up: Callable[[], None]

    @property
    def identity(self) -> bytes | None:
        """The certificate, where one counts: not on the endpoint for clients without certificates."""
        return None if self.alpn == PROXY else self.certificate


class Front:
    def __init__(self, context: ssl.SSLContext, cluster: str, backend: int, discovery):
        own = f"teleport-auth@{cluster.encode().hex()}.teleport.cluster.local"
        context.set_alpn_protocols([PROXY, own, "http/1.1", "h2"])
        context.verify_mode = ssl.CERT_OPTIONAL
        context.sni_callback = _remember
        self._context, self._backend = context, backend
        self._discovery = discovery
        self._peers: dict[int, Peer] = {}

    async def start(self, host: str, port: int) -> int:
        server = await asyncio.start_server(self._accept, host, port, ssl=self._context)
        return server.sockets[0].getsockname()[1]

    def peer(self, context) -> Peer | None:
        """Who is at the other end of a call to the backend."""
        return self._peers.get(int(context.peer().rpartition(":")[2]))

    async def _accept(self, reader, writer):
        tls = writer.get_extra_info("ssl_object")
        alpn = tls.selected_alpn_protocol()
        try:
            if alpn in (None, "http/1.1"):
                await self._discover(reader, writer)
            else:
                loop, transport = asyncio.get_running_loop(), writer.transport
                peer = Peer(
                    alpn, getattr(tls, "asked_for", None), tls.getpeercert(binary_form=True),
                    lambda: loop.call_soon_threadsafe(transport.abort),
                )
                await self._forward(reader, writer, peer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _forward(self, reader, writer, peer: Peer):
        back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self._backend)
        port = back_writer.get_extra_info("sockname")[1]
        self._peers[port] = peer
        try:
            await asyncio.wait(
                [
                    asyncio.ensure_future(_copy(reader, back_writer)),
                    asyncio.ensure_future(_copy(back_reader, writer)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            del self._peers[port]
            back_writer.close()

    async def _discover(self, reader, writer):
        request = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        found = request.startswith((b"GET /webapi/find ", b"GET /webapi/ping "))
        status = b"200 OK" if found else b"404 Not Found"
        body = json.dumps(self._discovery()).encode() if found else b'{"error":{"message":"not found"}}'
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nConnection: close\r\n" % status
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()


def tls_context(host, user) -> ssl.SSLContext:
    """With a certificate of the host authority; takes certificates of either."""
    certificate, key = host.server_identity()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_verify_locations(cadata=(user.pem + host.pem).decode())
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate + key)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def _remember(tls, name, _context):
    tls.asked_for = name


async def _copy(reader, writer):
    try:
        while (data := await reader.read(65536)) and not writer.is_closing():
            writer.write(data)
            await writer.drain()
        writer.write_eof() if writer.can_write_eof() else None
    except (ConnectionError, ssl.SSLError):
        pass
