"""Stands between any client and an authority, as a `Between` says. It has the authority's keys, so nobody notices."""

import asyncio
import concurrent.futures
import json
import queue
import ssl
import threading
import urllib.request

import grpc
from teleport.join.v1 import joinservice_pb2 as pb

from .between import Between, Lost
from .client import Client
from .front import Front, tls_context

JOIN = "/teleport.join.v1.JoinService/Join"


class Relay(grpc.GenericRpcHandler):
    """A loopback port whose calls go on to `address`: with the identity in the client's `state` if the client shows one."""

    def __init__(self, cluster: str, address: str, trust: bytes, host, user):
        self.address, self.trust = address, trust
        self.stand(Between(), None)
        self._backend = grpc.server(concurrent.futures.ThreadPoolExecutor(16))
        self._backend.add_generic_rpc_handlers((self,))
        inner = self._backend.add_insecure_port("127.0.0.1:0")
        self._backend.start()
        self._front = Front(tls_context(host, user), cluster, inner, self._discovery)
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        started = asyncio.run_coroutine_threadsafe(self._front.start("127.0.0.1", 0), loop)
        self.port = started.result(20)

    def stand(self, between: Between, state):
        """From now on this stands between, for the client with this state."""
        self.between, self.state = between, state
        self._opened, self._opening = {}, threading.Lock()

    def _discovery(self) -> dict:
        """The authority's own, with this port in place of its port."""
        trusting = ssl.create_default_context(cadata=self.trust.decode())
        port = self.address.rpartition(":")[2]
        with urllib.request.urlopen(f"https://localhost:{port}/webapi/find", context=trusting) as answer:
            return json.loads(answer.read().decode().replace(f":{port}", f":{self.port}"))

    def service(self, details):
        def call(requests, context):
            channel = self._channel(self._front.peer(context).identity)
            yield from self._pass(channel, details, requests, context)

        return grpc.stream_stream_rpc_method_handler(call)

    def _channel(self, identity: bytes | None) -> grpc.Channel:
        with self._opening:
            if identity not in self._opened:
                client = Client(self.address, self.trust, self.state)
                self._opened[identity], _, _ = client.open(anonymous=not identity)
            return self._opened[identity]

    def _pass(self, channel, details, requests, context):
        joins = details.method == JOIN
        metadata = [(k, v) for k, v in context.invocation_metadata() if k == "version"]
        outgoing = queue.Queue()

        def read():
            try:
                for request in requests:
                    outgoing.put(self._asked(request) if joins else request)
            except grpc.RpcError:
                pass
            outgoing.put(None)

        threading.Thread(target=read, daemon=True).start()
        call = channel.stream_stream(details.method)(
            iter(outgoing.get, None), metadata=metadata, timeout=60
        )
        try:
            for response in call:
                yield self._answered(response) if joins else response
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())
        except Lost as loss:
            context.abort(grpc.StatusCode.UNAVAILABLE, str(loss))

    def _asked(self, request: bytes) -> bytes:
        message = pb.JoinRequest.FromString(request)
        self.between.asked(message)
        return message.SerializeToString()

    def _answered(self, response: bytes) -> bytes:
        message = pb.JoinResponse.FromString(response)
        self.between.answered(message)
        return message.SerializeToString()
