"""Lets those who want one mutex wait in line, so that one of each loop asks Redis.

Threads of a process are one line, too. Without, a thousand tasks that wait would hold a
thousand connections.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

__all__ = ("AsyncTurns", "NoTurnError", "Turns")


class NoTurnError(Exception):
    """The turn did not come in time. Told to nobody outside."""


class _AsyncLine:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.length = 0


class AsyncTurns:
    """The lines of one event loop, by key. Who came first is first."""

    def __init__(self) -> None:
        self._lines: dict[bytes, _AsyncLine] = {}

    @asynccontextmanager
    async def turn(self, key: bytes, seconds: float) -> AsyncIterator[None]:
        """Wait for the turn, and have it for the block.

        Raises:
            NoTurnError: it did not come within so many seconds.
        """
        line = self._lines.setdefault(key, _AsyncLine())
        line.length += 1
        try:
            await _locked(line.lock, seconds)
            try:
                yield
            finally:
                line.lock.release()
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[key]


class _Line:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.length = 0


class Turns:
    """The lines of threads, by key."""

    def __init__(self) -> None:
        self._lines: dict[bytes, _Line] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, key: bytes, seconds: float) -> Iterator[None]:
        """Wait for the turn, and have it for the block.

        Raises:
            NoTurnError: it did not come within so many seconds.
        """
        with self._lock:
            line = self._lines.setdefault(key, _Line())
            line.length += 1
        try:
            if not line.lock.acquire(timeout=min(seconds, threading.TIMEOUT_MAX)):
                raise NoTurnError
            try:
                yield
            finally:
                line.lock.release()
        finally:
            with self._lock:
                line.length -= 1
                if not line.length:
                    del self._lines[key]


async def _locked(lock: asyncio.Lock, seconds: float) -> None:
    is_finite = seconds < threading.TIMEOUT_MAX
    try:
        async with asyncio.timeout(seconds if is_finite else None):
            await lock.acquire()
    except TimeoutError:
        raise NoTurnError from None
