"""Lets a process be forked while its state is kept: both sides go on, and write.

A child has one thread, and a copy of whatever the others were at. So what changed is
written before a fork, and dispatches of other threads are held back meanwhile: no lock
is left to a thread that is not there, and no write half done. The child is another
writer, with a thread of its own from its first change on. What could not be written
before stays the parent's to write.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from threading import Lock
from typing import Final, Protocol
from weakref import WeakSet

from stateroom.persist.engine import Engine

__all__ = ("PATIENCE", "Forkable", "survive_forks")

PATIENCE: Final = 5.0
"""Seconds that a fork waits for storages, all together."""


class Forkable(Protocol):
    """Who runs the flows of an engine, and has to know of forks."""

    @property
    def engine(self) -> Engine:
        """Whose flows they are."""
        ...

    def before_fork(self, patience: float) -> None:
        """Write what changed and rest, if it takes no longer than so many seconds."""
        ...

    def after_fork(self, *, is_child: bool) -> None:
        """Go on; as another writer, in a child."""
        ...


_ALL: Final[WeakSet[Forkable]] = WeakSet()


class _Fork:
    """The one fork that is under way."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._resting: tuple[Forkable, ...] = ()
        self._held = ExitStack()

    def before(self) -> None:
        self._turn.acquire()
        self._resting = tuple(_ALL)
        end = time.monotonic() + PATIENCE
        # First all writers, as they may need the stores for that.
        for each in self._resting:
            each.before_fork(max(0.0, end - time.monotonic()))
        for each in self._resting:
            self._held.enter_context(each.engine.store.settled())

    def after_in_parent(self) -> None:
        self._end(is_child=False)

    def after_in_child(self) -> None:
        self._end(is_child=True)

    def _end(self, *, is_child: bool) -> None:
        for each in self._resting:
            each.after_fork(is_child=is_child)
        self._held.close()
        self._resting = ()
        self._turn.release()


def survive_forks(worker: Forkable) -> None:
    """Let a worker, as long as it is there, go on after every fork."""
    _ALL.add(worker)


if hasattr(os, "register_at_fork"):
    _fork = _Fork()
    os.register_at_fork(
        before=_fork.before,
        after_in_parent=_fork.after_in_parent,
        after_in_child=_fork.after_in_child,
    )
