"""Terminates TLS for a grpcio server, which cannot make client certificates optional.

Every accepted connection is passed on in plain to the server's loopback port; the port it comes from tells the server who is at
the other end. HTTP/1.1 clients get the discovery document.
"""

import asyncio
import json
import ssl

ALPN = ["teleport-proxy-grpc", "http/1.1", "h2"]


class Front:
    def __init__(self, context: ssl.SSLContext, backend: int, discovery):
        context.set_alpn_protocols(ALPN)
        context.verify_mode = ssl.CERT_OPTIONAL
        self._context, self._backend = context, backend
        self._discovery = discovery
        self.peers: dict[int, tuple[str, bytes | None]] = {}

    async def start(self, host: str, port: int) -> int:
        server = await asyncio.start_server(self._accept, host, port, ssl=self._context)
        return server.sockets[0].getsockname()[1]

    async def _accept(self, reader, writer):
        tls = writer.get_extra_info("ssl_object")
        alpn = tls.selected_alpn_protocol()
        try:
            if alpn in (None, "http/1.1"):
                await self._discover(reader, writer)
            else:
                await self._forward(reader, writer, alpn, tls.getpeercert(binary_form=True))
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _forward(self, reader, writer, alpn, certificate):
        back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self._backend)
        port = back_writer.get_extra_info("sockname")[1]
        # On the endpoint for clients without certificates a certificate means nothing.
        self.peers[port] = (alpn, None if alpn == "teleport-proxy-grpc" else certificate)
        try:
            await asyncio.wait(
                [
                    asyncio.ensure_future(_copy(reader, back_writer)),
                    asyncio.ensure_future(_copy(back_reader, writer)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            del self.peers[port]
            back_writer.close()

    async def _discover(self, reader, writer):
        request = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        found = request.startswith((b"GET /webapi/find ", b"GET /webapi/ping "))
        status = b"200 OK" if found else b"404 Not Found"
        body = json.dumps(self._discovery()).encode() if found else b'{"error":{"message":"not found"}}'
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nConnection: close\r\n" % status
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()


async def _copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof() if writer.can_write_eof() else None
    except (ConnectionError, ssl.SSLError):
        pass
