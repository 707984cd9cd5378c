"""What belongs to an event loop or to a process, and is never used in another.

A socket, a thread or a lock of the parent is of no use in a forked child, nor that of
one event loop in another: each is made on first use where it is used.
"""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

__all__ = ("Forked", "PerLoop", "after_fork", "inherit")

T = TypeVar("T")


class PerLoop(Generic[T]):
    """One ``T`` for each event loop, made by ``make`` on first use there."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._last: tuple[asyncio.AbstractEventLoop, T] | None = None
        self._loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, T] = (
            weakref.WeakKeyDictionary()
        )
        self._lock = threading.Lock()

    def here(self) -> T:
        """Return what belongs to the running event loop."""
        loop = asyncio.get_running_loop()
        last = self._last
        if last is not None and last[0] is loop:
            return last[1]
        with self._lock:
            found = self._loops.get(loop)
            if found is None:
                found = self._loops[loop] = self._make()
        self._last = (loop, found)
        return found

    def all(self) -> tuple[T, ...]:
        """Return what belongs to any loop."""
        return tuple(self._loops.values())

    def drop_here(self) -> T | None:
        """Take away what belongs to the running loop; None where nothing did."""
        self._last = None
        return self._loops.pop(asyncio.get_running_loop(), None)

    def forget(self) -> tuple[T, ...]:
        """Drop all in a forked child, and return it, so that nobody collects it."""
        dropped = self.all()
        self._loops = weakref.WeakKeyDictionary()
        self._last = None
        self._lock = threading.Lock()
        return dropped


class Forked(Protocol):
    """What has to know that it is in a forked child."""

    def after_fork(self) -> None:
        """Drop, in a child, what belongs to its parent, without touching it."""
        ...


_alive: weakref.WeakSet[Forked] = weakref.WeakSet()
_inherited: list[object] = []


def after_fork(thing: Forked) -> None:
    """Have ``thing.after_fork()`` called in forked children, as long as it lives."""
    _alive.add(thing)


def inherit(*things: object) -> None:
    """Keep what a child got of its parent from being collected.

    A transport that is closed in the child would take its socket off the selector that
    the parent still waits at.
    """
    _inherited.append(things)


def _forked() -> None:
    for each in tuple(_alive):
        each.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
