"""Passes on what changed in Redis: to the local copies, and to those who wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

from stateroom.cache.local import Local

__all__ = ("Changes", "Waiter")


class Waiter:
    """Waits for changes of one key, in a thread or in an event loop.

    It is registered before its owner looks at the key, so that no change between the
    look and the wait is missed.
    """

    def __init__(self, key: bytes, changes: Changes) -> None:
        self._key = key
        self._changes = changes
        self._has_changed = threading.Event()
        self._wake: Callable[[], None] = self._has_changed.set
        changes.register(key, self)

    def told(self) -> None:
        """Wake whoever waits. Called in any thread."""
        self._has_changed.set()
        self._wake()

    def wait(self, seconds: float) -> None:
        """Block until the key changes, or so many seconds have passed."""
        self._has_changed.wait(seconds)
        self._has_changed.clear()

    async def wait_async(self, seconds: float) -> None:
        """Wait in the running loop until the key changes, or the time has passed."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not woken.done():
                woken.set_result(None)

        self._wake = lambda: _call_in(loop, wake)
        try:
            if not self._has_changed.is_set():
                await asyncio.wait([woken], timeout=seconds)
        finally:
            self._wake = self._has_changed.set
            self._has_changed.clear()

    def close(self) -> None:
        """Stop waiting for anything."""
        self._changes.unregister(self._key, self)


def _call_in(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:  # the loop was closed while somebody waited in it
        return


class Changes:
    """A listener to what a tracker hears."""

    def __init__(self, local: Local | None) -> None:
        self._local = local
        self._waiters: dict[bytes, list[Waiter]] = {}
        self._lock = threading.Lock()

    def changed(self, keys: Sequence[bytes]) -> None:
        if self._local is not None:
            self._local.changed(keys)
        if self._waiters:
            for key in keys:
                for each in self._waiters.get(key, ()):
                    each.told()

    def lost(self) -> None:
        if self._local is not None:
            self._local.drop()
        with self._lock:
            everyone = [one for each in self._waiters.values() for one in each]
        for each in everyone:
            each.told()

    def register(self, key: bytes, waiter: Waiter) -> None:
        """Tell ``waiter`` of every change of ``key``."""
        with self._lock:
            self._waiters[key] = [*self._waiters.get(key, ()), waiter]

    def unregister(self, key: bytes, waiter: Waiter) -> None:
        """Tell it no more."""
        with self._lock:
            left = [each for each in self._waiters.get(key, ()) if each is not waiter]
            if left:
                self._waiters[key] = left
            else:
                self._waiters.pop(key, None)
