"""Runs the devtools' server: in the event loop that is there, or in a thread.

When ``start`` is called inside a running event loop, that loop serves, and what a
monitor asks for is carried out in it, between the application's own steps. Otherwise a
daemon thread serves, named ``stateroom-devtools``, and what a monitor asks for is
carried out there; the store's dispatch lock orders it among the other dispatches.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Final

from stateroom.store.devtools.connection import Limits, attend
from stateroom.store.devtools.handshake import PATH, Answer
from stateroom.store.devtools.relay import Relay
from stateroom.store.devtools.remote import Remote
from stateroom.store.loops import running_loop

__all__ = ("Server",)

_HEAD_BUFFER: Final = 1 << 16
_FAREWELL_S: Final = 5.0  # how long ``close`` waits for the thread


class Server:
    """The relay, listening.

    Attributes:
        port: that it listens on.
        url: of its WebSocket.
    """

    def __init__(
        self,
        remote: Remote,
        sockets: tuple[socket.socket, ...],
        *,
        limits: Limits,
        origins: tuple[str, ...],
    ) -> None:
        """Start serving ``remote``'s store.

        Args:
            remote: the store.
            sockets: that listen already, all on one port.
            limits: how much, and for how long.
            origins: web pages that may connect, beside those of this machine.
        """
        address = sockets[0].getsockname()
        self.port: int = address[1]
        host = f"[{address[0]}]" if ":" in address[0] else address[0]
        self.url: str = f"ws://{host}:{self.port}{PATH}"
        self._remote = remote
        self._sockets = sockets
        self._limits = limits
        self._origins = origins
        self._relay = Relay(
            remote,
            limit=limits.message_bytes,
            ping_timeout_ms=int(limits.silence_s * 1000),
        )
        self._attending: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self._serving: asyncio.Task[None] | None = None
        self._thread: threading.Thread | None = None
        self._loop = running_loop()
        if self._loop is None:
            self._start_thread()
        else:
            self._serving = self._begin(self._loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        serving = loop.create_task(self._serve())
        # Also when it is cancelled before its first step.
        serving.add_done_callback(lambda _: self._stop_listening())
        return serving

    def _stop_listening(self) -> None:
        for server in self._servers:
            server.close()
        for one in self._sockets:  # those that no server has taken over yet
            one.close()

    def _start_thread(self) -> None:
        is_ready = threading.Event()

        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._serving = serving = self._begin(self._loop)
            is_ready.set()
            await asyncio.wait([serving])

        # A loop of another kind (uvloop) may be the policy; any serves.
        self._thread = threading.Thread(
            target=lambda: asyncio.run(serve()), name="stateroom-devtools", daemon=True
        )
        self._thread.start()
        is_ready.wait()

    def close(self) -> None:
        """Stop listening and drop every connection. Calling it again does nothing.

        The port is free when this returns. Connections are dropped in the loop's next
        turns; a thread of the devtools has ended, unless it waits for a lock that the
        caller holds.
        """
        serving, loop = self._serving, self._loop
        self._serving = None
        if serving is None or loop is None or loop.is_closed():
            return
        if running_loop() is loop:
            self._stop(serving)
            return
        loop.call_soon_threadsafe(self._stop, serving)
        if self._thread is not None:
            self._thread.join(_FAREWELL_S)

    def _stop(self, serving: asyncio.Task[None]) -> None:
        serving.cancel()
        self._ending.add(serving)
        serving.add_done_callback(self._ending.discard)
        self._stop_listening()

    async def wait_closed(self) -> None:
        """Wait until all is dropped. In the loop that serves, after ``close``."""
        tasks = self._attending | self._ending
        while tasks:
            await asyncio.wait(tasks)
            tasks = self._attending | self._ending

    async def _serve(self) -> None:
        """Listen, until cancelled."""
        for one in self._sockets:
            server = await asyncio.start_server(
                self._accept, sock=one, limit=_HEAD_BUFFER
            )
            self._servers.append(server)
        try:
            await self._remote.tell()
        finally:
            for task in self._attending:
                task.cancel()

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if len(self._attending) >= self._limits.connections:
            writer.write(Answer(503, "too many connections").encode())
            writer.close()
            return
        task = asyncio.ensure_future(
            attend(
                reader,
                writer,
                relay=self._relay,
                limits=self._limits,
                origins=self._origins,
                when_drained=self._remote.drained,
                when_left=self._remote.left,
            )
        )
        self._attending.add(task)
        task.add_done_callback(self._attending.discard)
