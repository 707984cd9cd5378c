"""A proxy in front of a Redis, whose faults a test switches on and off.

It works below the client, on bytes: so a test meets the sockets, timeouts and half
replies of a bad day, and not what a mock takes them for. One thread of its own serves
all connections; so it helps blocking code and coroutines alike.
"""

from __future__ import annotations

import asyncio
import math
import os
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from stateroom.errors import InvalidValue, UsageError
from stateroom.testing.relaying import Address, Fault, Relay, Switch

__all__ = ("FaultProxy",)

HOST = "127.0.0.1"
LAST_PORT = 65535


class FaultProxy:
    """A TCP proxy on 127.0.0.1 that can slow, cut, reset, refuse and swallow.

    It runs from its creation until ``close``, or the end of a ``with`` block. It starts
    by passing everything on. Each fault replaces the one before, for connections that
    are open and for those to come, and is in force when the method returns; only
    ``reset`` happens once and leaves the fault as it is. Any thread may call.

    Args:
        target: the host of the server; or, without a port, the path of its unix socket.
        port: of the server.

    Raises:
        InvalidValue: ``port`` is no port.

    Attributes:
        host: where the proxy listens: ``"127.0.0.1"``.
        port: where the proxy listens: a free port, chosen by the system and kept until
            ``close``, also while connections are refused.
        connections: how many were accepted so far, ended ones included.

    Example::

        with FaultProxy("127.0.0.1", 6379) as proxy:
            client = redis.Redis.from_url(proxy.url())
            proxy.black_hole()
            with pytest.raises(redis.TimeoutError):
                client.get("key")
            proxy.pass_through()
    """

    def __init__(self, target: str | os.PathLike[str], port: int | None = None) -> None:
        self._server = _address(os.fspath(target), port)
        self._socket = _bound(0)
        self._listens = False
        self.host = HOST
        self.port: int = self._socket.getsockname()[1]
        self.connections: int = 0
        self._switch = Switch()
        self._relays: dict[asyncio.Task[None], Relay] = {}
        self._loop = asyncio.SelectorEventLoop()
        name = f"stateroom-fault-proxy-{self.port}"
        self._thread = threading.Thread(
            target=self._loop.run_forever, name=name, daemon=True
        )
        self._thread.start()
        self.pass_through()

    @property
    def bytes_to_server(self) -> int:
        """How many bytes were passed on to the server so far, by all connections."""
        return self._switch.passed

    def url(self, db: int = 0, *, scheme: str = "redis") -> str:
        """Return the URL of the server by way of this proxy.

        Args:
            db: number of the database.
            scheme: ``"rediss"`` for a server that speaks TLS, which passes unread.
        """
        return f"{scheme}://{self.host}:{self.port}/{db}"

    def pass_through(self) -> None:
        """End the fault. What was held is delivered; what was lost stays lost."""
        self._set(Fault())

    def delay(self, seconds: float) -> None:
        """Deliver what the server sends so much later. The order stays.

        Bytes do not wait for each other: a long reply is late once, not chunk by chunk.

        Raises:
            InvalidValue: ``seconds`` is negative or not finite.
        """
        if not 0 <= seconds < math.inf:
            raise InvalidValue(
                "not a delay", found=repr(seconds), allowed="seconds, 0 or more"
            )
        self._set(Fault(delay_s=seconds))

    def cut_after(self, n_bytes: int) -> None:
        """Close each connection when the client has got so many bytes from now on.

        The client reads that many and then the end, usually amid a reply; one that is
        sending meanwhile may see a reset. New connections start to count at their first
        byte. With 0, a connection ends when the server sends something.

        Raises:
            InvalidValue: ``n_bytes`` is negative.
        """
        if n_bytes < 0:
            raise InvalidValue(
                "not a number of bytes", found=repr(n_bytes), allowed="0 or more"
            )
        self._set(Fault(cut_after=n_bytes))

    def reset(self) -> None:
        """End every open connection with RST, once: the next read or write fails.

        New connections are served as before. After ``refuse``, this makes the server
        look dead.
        """
        self._call(lambda: self._reset(lambda _: True))

    def refuse(self) -> None:
        """Refuse new connections, as a port does on which nobody listens.

        Open connections go on; ``reset`` ends them.
        """
        self._set(Fault(listens=False))

    def black_hole(self) -> None:
        """Accept connections and bytes, deliver nothing, and tell nobody.

        Neither side hears that the other closed or died, except that a client's leaving
        ends its connection. Bytes that were swallowed are lost: when this fault ends,
        connections that lost some are reset, as no TCP stream has a hole.
        """
        self._set(Fault(loses=True))

    def half_open(self) -> None:
        """Deliver nothing to the client, while the server still gets everything.

        The server works, the client waits: its requests are done, and it cannot know.
        Replies are held, not lost, and are delivered when this fault ends; so a client
        that gave up waiting shows whether it takes a late reply for the next one.
        """
        self._set(Fault(holds=True))

    def close(self) -> None:
        """End all connections, free the port, stop the thread. Again does nothing."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _set(self, fault: Fault) -> None:
        self._call(lambda: self._apply(fault))

    def _call(self, change: Callable[[], None]) -> None:
        """Make a change in the proxy's thread; return when it is made.

        The loop looks at its sockets once before it begins a task. So whoever connected
        before this call is accepted before the change.
        """
        if self._loop.is_closed():
            raise UsageError("the proxy is closed", hint="make a new FaultProxy")

        async def make() -> None:
            change()
            await self._ended()

        asyncio.run_coroutine_threadsafe(make(), self._loop).result()

    # What follows runs in the proxy's own thread.

    def _apply(self, fault: Fault) -> None:
        self._switch.turn(fault)
        if not fault.loses:
            self._reset(lambda relay: relay.has_lost)
        if fault.listens:
            self._listen()
        else:
            self._stop_listening()

    def _listen(self) -> None:
        if not self._listens:
            self._socket.listen()
            self._loop.add_reader(self._socket, self._accept)
            self._listens = True

    def _stop_listening(self) -> None:
        if self._listens:
            self._loop.remove_reader(self._socket)
            self._listens = False
            # Bound again, but not listening: nobody else can take the port meanwhile.
            self._socket.close()
            self._socket = _bound(self.port)

    def _accept(self) -> None:
        while self._listens:
            try:
                client, _ = self._socket.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            self.connections += 1
            relay = Relay(client, self._server, self._switch)
            task = self._loop.create_task(relay.run())
            self._relays[task] = relay
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        # Not in the task itself: one that is cancelled before its start never runs.
        self._relays.pop(task).close()

    def _reset(self, is_meant: Callable[[Relay], bool]) -> None:
        for task, relay in self._relays.items():
            if is_meant(relay):
                relay.is_hard = True
                task.cancel()

    async def _ended(self) -> None:
        """Wait for the connections that were told to end."""
        ending = [task for task in self._relays if task.cancelling()]
        if ending:
            await asyncio.wait(ending)

    async def _end(self) -> None:
        self._stop_listening()
        self._socket.close()
        for task in self._relays:
            task.cancel()
        await self._ended()
        await self._loop.shutdown_default_executor()


def _address(target: str, port: int | None) -> Address:
    if port is None and os.sep in target:
        return target
    if port is None or not 0 < port <= LAST_PORT:
        raise InvalidValue(
            "not the place of a server",
            found=f"{target}, port {port}",
            allowed="a host and its port, 1 to 65535; or the path of a unix socket",
        )
    return target, port


def _bound(port: int) -> socket.socket:
    """Return a socket that has the port, 0 for a free one, and does not listen yet."""
    bound = socket.socket(socket.AF_INET)
    # Connections that were accepted on this port may still be there.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.settimeout(0)
    bound.bind((HOST, port))
    return bound
