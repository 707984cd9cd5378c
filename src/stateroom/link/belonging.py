"""What belongs to an event loop or to a process, and is never used in another.

A socket, a thread or a lock of the parent is of no use in a forked child, nor that of
one event loop in another: each is made on first use where it is used.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from stateroom.link.sockets import close_left

__all__ = ("Forked", "PerLoop", "after_fork", "inherit")

T = TypeVar("T")


class PerLoop(Generic[T]):
    """One ``T`` for each event loop, made by ``make`` on first use there.

    It is ended when its loop is: ``asyncio.run``, and whoever else ends a loop in good
    order, closes the asynchronous generators of it first, and one of them is ours. What
    belongs to a loop that was closed in another way is dropped, and its sockets are
    closed, when something is first made in another one.

    Args:
        make: called in a running loop.
        end: lets go of what was made; awaited in its loop, once.
    """

    def __init__(
        self, make: Callable[[], T], *, end: Callable[[T], Awaitable[None]]
    ) -> None:
        self._make = make
        self._end = end
        self._last: tuple[asyncio.AbstractEventLoop, T] | None = None
        self._loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Kept[T]] = (
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
                self._drop_closed()
                found = self._loops[loop] = _Kept(self._make(), self._end)
                found.follow(loop)
        self._last = (loop, found.thing)
        return found.thing

    def all(self) -> tuple[T, ...]:
        """Return what belongs to any loop."""
        with self._lock:
            return tuple(each.thing for each in self._loops.values())

    async def aclose_here(self) -> None:
        """End what belongs to the running loop, if anything does."""
        self.drop_closed()
        with self._lock:
            self._last = None
            kept = self._loops.pop(asyncio.get_running_loop(), None)
        if kept is not None:
            await kept.end()

    def drop_closed(self) -> None:
        """Drop what belongs to loops that are closed, and close their sockets."""
        with self._lock:
            self._drop_closed()

    def forget(self) -> tuple[object, ...]:
        """Drop all in a forked child, and return it, so that nobody collects it."""
        dropped = tuple(self._loops.values())
        for each in dropped:
            each.disown()
        self._loops = weakref.WeakKeyDictionary()
        self._last = None
        self._lock = threading.Lock()
        return dropped

    def _drop_closed(self) -> None:
        close_left()
        for loop in [each for each in self._loops if each.is_closed()]:
            del self._loops[loop]
        last = self._last
        if last is not None and last[0].is_closed():
            self._last = None


class _Kept(Generic[T]):
    """What belongs to one loop; ended once, by its owner or with the loop.

    It is not dropped when it has ended with its loop: what else ends then may use it
    once more.
    """

    def __init__(self, thing: T, end: Callable[[T], Awaitable[None]]) -> None:
        self.thing = thing
        self._end = end
        self._is_ended = False
        self._life: AsyncGenerator[None, None] | None = None

    def follow(self, loop: asyncio.AbstractEventLoop) -> None:
        """End with the running loop, by a generator that it closes at its end."""
        if getattr(loop, "_asyncgens_shutdown_called", False):
            return  # it has closed them, and would warn of another
        self._life = self._lives()
        # It yields at once. A loop of another kind says by a warning that it is late.
        with contextlib.suppress(StopIteration, ResourceWarning):
            self._life.__anext__().send(None)

    def disown(self) -> None:
        """End it never: it is the parent's, and its loop may end in a child, too."""
        self._is_ended = True

    async def end(self) -> None:
        """Let go of it."""
        if not self._is_ended:
            self._is_ended = True
            await self._end(self.thing)
        life, self._life = self._life, None
        if life is not None:
            await life.aclose()

    async def _lives(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            self._life = None  # it is being closed
            await self.end()


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
