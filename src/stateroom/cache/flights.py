"""One load at a time for each key of a process: who comes later joins it.

A load that began before an invalidation may not be joined by a call that began after
it. So an invalidation takes the flights off the list, and a flight takes itself off
before it publishes: from then on a caller finds the value in Redis, or does not.
"""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from stateroom.cache.outcomes import Outcome

__all__ = ("AsyncFlights", "Flights", "fresh_copy")

T = TypeVar("T")

REFRESHERS = 4
"""Threads that refresh in the background for blocking functions."""


def fresh_copy(error: BaseException) -> BaseException:
    """Return an error to raise once more, without the tracebacks of other waiters."""
    try:
        again = copy.copy(error)
    except Exception:
        return error
    if type(again) is not type(error):
        return error
    again.__cause__, again.__context__ = error.__cause__, error.__context__
    return again.with_traceback(None)


class AsyncFlights:
    """The loads of one event loop, by value key."""

    def __init__(self) -> None:
        self._flying: dict[bytes, asyncio.Task[Outcome[object] | None]] = {}
        self._all: set[asyncio.Task[Outcome[object] | None]] = set()

    def find(self, key: bytes) -> asyncio.Task[Outcome[object] | None] | None:
        """Return the load that a caller may join."""
        return self._flying.get(key)

    def begin(
        self, key: bytes, work: Coroutine[object, object, Outcome[object] | None]
    ) -> asyncio.Task[Outcome[object] | None]:
        """Begin a load, in a task of its own that outlives its callers."""
        task = asyncio.get_running_loop().create_task(work)
        self._flying[key] = task
        self._all.add(task)
        task.add_done_callback(lambda done: self._ended(key, done))
        return task

    def void(self, key: bytes | None) -> None:
        """Let nobody join; of one key, or any. Called from any thread."""
        if key is None:
            self._flying.clear()
        else:
            self._flying.pop(key, None)

    async def aclose(self) -> None:
        """Cancel every load; each lets go of its lease."""
        for each in tuple(self._all):
            each.cancel()
        await asyncio.gather(*self._all, return_exceptions=True)

    def _ended(self, key: bytes, task: asyncio.Task[Outcome[object] | None]) -> None:
        self._all.discard(task)
        if self._flying.get(key) is task:
            del self._flying[key]
        if not task.cancelled():
            task.exception()  # retrieved, also when every waiter has gone


class Flights:
    """The loads of the threads of one process, by value key."""

    def __init__(self) -> None:
        self._flying: dict[bytes, Future[Outcome[object] | None]] = {}
        self._lock = threading.Lock()
        self._refreshers: ThreadPoolExecutor | None = None
        self._refreshing: set[bytes] = set()

    def join(self, key: bytes) -> tuple[Future[Outcome[object] | None], bool]:
        """Return the load of a key, and whether the caller has to do it."""
        with self._lock:
            found = self._flying.get(key)
            if found is not None:
                return found, False
            mine: Future[Outcome[object] | None] = Future()
            self._flying[key] = mine
            return mine, True

    def end(self, key: bytes, flight: Future[Outcome[object] | None]) -> None:
        """Let nobody join this flight any more."""
        with self._lock:
            if self._flying.get(key) is flight:
                del self._flying[key]

    def void(self, key: bytes | None) -> None:
        """Let nobody join; of one key, or any."""
        with self._lock:
            if key is None:
                self._flying.clear()
            else:
                self._flying.pop(key, None)

    def refresh(self, key: bytes, work: Callable[[], object]) -> None:
        """Do something in the background, once for each key at a time."""
        with self._lock:
            if key in self._refreshing:
                return
            self._refreshing.add(key)
            if self._refreshers is None:
                self._refreshers = ThreadPoolExecutor(
                    REFRESHERS, thread_name_prefix="stateroom-refresh"
                )
            done = self._refreshers.submit(work)
        done.add_done_callback(lambda _: self._refreshing.discard(key))

    def close(self) -> None:
        """End the refreshes that have not begun, and wait for those that have."""
        refreshers, self._refreshers = self._refreshers, None
        if refreshers is not None:
            refreshers.shutdown(cancel_futures=True)
