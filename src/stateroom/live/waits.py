"""Who waits for a list of ``Live.memory()`` to have something, in the order they came.

As in Redis, what is pushed goes to the one who has waited longest, at the end of the
exchange that pushed it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from stateroom.live.twins.table import Table

__all__ = ("Wait", "Waits", "wait_in_loop", "wait_in_thread")


class Wait:
    """One BLPOP of one key.

    Attributes:
        key: of the list.
        seconds: how long it waits at most.
        found: what was popped; None while nothing was.
        wake: is called when it is over, in any thread.
    """

    def __init__(self, key: bytes, seconds: float) -> None:
        self.key: bytes = key
        self.seconds: float = seconds
        self.found: bytes | None = None
        self.wake: Callable[[], None] = lambda: None

    @property
    def reply(self) -> object:
        """What Redis would answer."""
        return None if self.found is None else [self.key, self.found]


class Waits:
    """Those who wait. Not safe between threads by itself: the link has a lock."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._waiting: dict[Wait, float] = {}

    def add(self, wait: Wait) -> None:
        """Let one wait; it may be over at once."""
        self._waiting[wait] = self._table.clock.monotonic() + wait.seconds
        self.serve()

    def drop(self, wait: Wait) -> None:
        """Let one wait no longer."""
        self._waiting.pop(wait, None)

    def serve(self) -> None:
        """Wake who gets something, and whose time has passed by the table's clock."""
        if not self._waiting:
            return
        now = self._table.clock.monotonic()
        for wait, end in tuple(self._waiting.items()):
            wait.found = self._pop(wait.key)
            if wait.found is not None or end <= now:
                del self._waiting[wait]
                wait.wake()

    def _pop(self, key: bytes) -> bytes | None:
        found: list[bytes] | None = self._table.get(key, list)
        if not found:
            return None
        first = found.pop(0)
        self._table.settle(key)
        return first


def wait_in_thread(wait: Wait, begin: Callable[[], None]) -> None:
    """Block until it is over, or its time has passed by the clock of this machine."""
    over = threading.Event()
    wait.wake = over.set
    begin()
    over.wait(wait.seconds)


async def wait_in_loop(wait: Wait, begin: Callable[[], None]) -> None:
    """``wait_in_thread``, awaited in the running loop."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    wait.wake = lambda: _call_in(loop, over.set)
    begin()
    try:
        async with asyncio.timeout(wait.seconds):
            await over.wait()
    except TimeoutError:
        return


def _call_in(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:  # the loop was closed while somebody waited in it
        return
