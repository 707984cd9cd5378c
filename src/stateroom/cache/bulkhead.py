"""How many loads run at once while Redis is away, so that the source survives it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from stateroom.errors import Overloaded

__all__ = ("Bulkhead",)

LOADS = 64
"""Loads at once, per process."""
QUEUE_S = 5.0
"""Seconds that a load waits for its turn before it is refused."""


class Bulkhead:
    """Turns for loads, shared by the threads and the event loops of a process.

    Attributes:
        refused: how many loads did not get a turn in time.
        most_seen: how many have run at once at most.
    """

    def __init__(self, *, loads: int = LOADS, queue_s: float = QUEUE_S) -> None:
        self.refused: int = 0
        self.most_seen: int = 0
        self._running = 0
        self._loads = loads
        self._queue_s = queue_s
        self._turn = threading.Condition()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold a turn; wait for one first.

        Raises:
            Overloaded: none came in time.
        """
        with self._turn:
            if not self._turn.wait_for(self._take, self._queue_s):
                raise self._refusal()
        try:
            yield
        finally:
            self._leave()

    @asynccontextmanager
    async def turn_async(self) -> AsyncIterator[None]:
        """Hold a turn, awaited. Asked for again every few ms: loops share the turns."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self._queue_s
        while not self._take():
            if loop.time() >= give_up:
                raise self._refusal()
            await asyncio.sleep(0.005)
        try:
            yield
        finally:
            self._leave()

    def after_fork(self) -> None:
        """Begin anew in a child: whoever held a turn in the parent is not there."""
        self._running = 0
        self._turn = threading.Condition()

    def _take(self) -> bool:
        with self._turn:
            if self._running >= self._loads:
                return False
            self._running += 1
            self.most_seen = max(self.most_seen, self._running)
            return True

    def _leave(self) -> None:
        with self._turn:
            self._running -= 1
            self._turn.notify()

    def _refusal(self) -> Overloaded:
        self.refused += 1
        return Overloaded(
            f"the cache is away, and {self._loads} loads run already",
            hint="let the source recover; raise bulkhead= if it can bear more",
        )
