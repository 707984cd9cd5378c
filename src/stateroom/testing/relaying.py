"""Carries the bytes of one connection between a client and its server, under a fault.

The rules are in ``Fault``: how long bytes wait, how many may pass, whether they are
lost. ``Relay`` obeys the fault that is in force at the moment, not the one under which
the bytes arrived; so a test can switch amid a reply.
"""

from __future__ import annotations

import asyncio
import math
import socket
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ("Address", "Fault", "Relay", "Switch")

Address: TypeAlias = str | tuple[str, int]
"""The path of a unix socket, or host and port."""

CHUNK = 64 * 1024
"""The most bytes that are read at once."""
MOST_HELD = 1024
"""Chunks of a connection on their way to the client; then the server has to wait."""
NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""The struct linger with which a close sends RST in place of FIN."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fault:
    """What is wrong at present. Two of them are never the same, even when alike.

    Attributes:
        delay_s: how much later the client gets each byte, in seconds.
        cut_after: bytes that each client gets before its connection is closed.
        holds: whether bytes to the client wait until the fault ends.
        loses: whether bytes are swallowed, both ways.
        listens: whether new connections are accepted.
    """

    delay_s: float = 0.0
    cut_after: int = sys.maxsize
    holds: bool = False
    loses: bool = False
    listens: bool = True

    @property
    def is_silent(self) -> bool:
        """Whether a client hears nothing of its server, not even that it died."""
        return self.holds or self.loses

    def wait(self, chunk: bytes, age_s: float) -> float:
        """Return for how many seconds more the chunk may not be delivered.

        Args:
            chunk: empty for the end of what the server sends.
            age_s: how long ago it arrived, in seconds.
        """
        if self.holds or (self.loses and not chunk):
            return math.inf
        return self.delay_s - age_s


class Switch:
    """The fault in force, and what the connections have in common.

    Attributes:
        fault: the present one.
        passed: bytes that went to the server so far.
    """

    def __init__(self) -> None:
        self.fault: Fault = Fault()
        self.passed = 0
        self._turned = asyncio.Event()

    def turn(self, fault: Fault) -> None:
        """Put another fault in force, and wake who waits for that."""
        self.fault = fault
        self._turned.set()
        self._turned = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Wait so long, or until the fault is another."""
        try:
            async with asyncio.timeout(None if seconds == math.inf else seconds):
                await self._turned.wait()
        except TimeoutError:
            pass  # the time is over: both are what the caller waited for

    @asynccontextmanager
    async def muffled(self) -> AsyncIterator[None]:
        """Hold an error of the server's side back for as long as a fault is silent."""
        try:
            yield
        except OSError:
            while self.fault.is_silent:
                await self.wait(math.inf)
            raise


class Relay:
    """One client's connection, and the one to the server that belongs to it.

    Attributes:
        is_hard: whether both end with RST, not FIN, when they are closed.
        has_lost: whether bytes were swallowed, so that the stream cannot go on.
    """

    def __init__(self, client: socket.socket, server: Address, switch: Switch) -> None:
        self.is_hard: bool = False
        self.has_lost: bool = False
        self._client = client
        self._server = socket.socket(_family(server))
        self._address = server
        self._switch = switch
        self._budget_of = switch.fault
        self._budget = switch.fault.cut_after
        self._replies = asyncio.Queue[tuple[float, bytes]](MOST_HELD)
        self._loop = asyncio.get_running_loop()
        for each in (self._client, self._server):
            each.settimeout(0)
            if each.family != getattr(socket, "AF_UNIX", None):
                # Else the kernel waits up to 40 ms for more bytes to send.
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def run(self) -> None:
        """Carry bytes until one side ends; then ``close`` is due."""
        try:
            async with self._switch.muffled():
                await self._loop.sock_connect(self._server, self._address)
            await self._carry()
        except* OSError:
            self.is_hard = True

    def close(self) -> None:
        """Close both sides at once."""
        for each in (self._client, self._server):
            if self.is_hard:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            else:
                _end(each)
            each.close()

    async def _carry(self) -> None:
        async with asyncio.TaskGroup() as group:
            delivering = group.create_task(self._deliver())
            reading = group.create_task(self._read())
            sending = group.create_task(self._send(delivering))
            # All is over when the client has got all that it is to get.
            delivering.add_done_callback(lambda _: reading.cancel())
            delivering.add_done_callback(lambda _: sending.cancel())

    async def _send(self, delivering: asyncio.Task[None]) -> None:
        """Carry from the client to the server, until the client ends."""
        while chunk := await self._loop.sock_recv(self._client, CHUNK):
            if self._switch.fault.loses:
                self.has_lost = True
                continue
            async with self._switch.muffled():
                await self._loop.sock_sendall(self._server, chunk)
            self._switch.passed += len(chunk)
        if self._switch.fault.is_silent:
            delivering.cancel()
        else:
            self._server.shutdown(socket.SHUT_WR)

    async def _read(self) -> None:
        """Take in what the server sends, until it ends: then an empty chunk."""
        chunk = b"-"
        while chunk:
            try:
                chunk = await self._loop.sock_recv(self._server, CHUNK)
            except OSError:  # not raised here: a silent fault hides it
                chunk = b""
                self.is_hard = True
            await self._replies.put((self._loop.time(), chunk))

    async def _deliver(self) -> None:
        """Carry to the client, until the server ends or the fault cuts it off."""
        while chunk := await self._due():
            fault = self._switch.fault
            if fault.loses:
                self.has_lost = True
                continue
            if self._budget_of is not fault:
                self._budget_of, self._budget = fault, fault.cut_after
            await self._loop.sock_sendall(self._client, chunk[: self._budget])
            self._budget -= len(chunk)
            if self._budget <= 0:
                return

    async def _due(self) -> bytes:
        """Return the next chunk, when the fault lets it pass."""
        arrived, chunk = await self._replies.get()
        while (wait := self._switch.fault.wait(chunk, self._loop.time() - arrived)) > 0:
            await self._switch.wait(wait)
        return chunk


def _family(address: Address) -> socket.AddressFamily:
    if isinstance(address, str):
        return socket.AF_UNIX
    return socket.AF_INET6 if ":" in address[0] else socket.AF_INET


def _end(connection: socket.socket) -> None:
    """Send FIN now: a close alone sends RST when there are unread bytes."""
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # it never was connected, or the peer has gone
