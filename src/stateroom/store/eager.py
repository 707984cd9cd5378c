"""Begins a coroutine at once, in a task of its own, and not at the loop's next turn.

A thunk and a listener begin inside ``dispatch``, as those of Redux Toolkit do. So what
they do before they wait for the first time, such as listening for another action, is
done before the next action can be dispatched.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Coroutine, Generator
from types import TracebackType
from typing import TypeVar

__all__ = ("begin",)

T = TypeVar("T")


def begin(
    coroutine: Coroutine[object, object, T], loop: asyncio.AbstractEventLoop
) -> asyncio.Task[T]:
    """Run a coroutine until it waits for the first time; its task does the rest.

    ``asyncio.current_task()`` is its own task from the beginning, so that timeouts and
    task groups work.

    Args:
        coroutine: one that has not begun.
        loop: the loop that runs in this thread.
    """
    if sys.version_info >= (3, 12):
        return asyncio.Task(coroutine, loop=loop, eager_start=True)
    return _begin(coroutine, loop)


def _begin(
    coroutine: Coroutine[object, object, T], loop: asyncio.AbstractEventLoop
) -> asyncio.Task[T]:
    """Do what ``eager_start`` does, which Python 3.11 does not have."""
    begun = _Begun(coroutine)
    context = contextvars.copy_context()
    task = loop.create_task(begun, context=context)
    outer = asyncio.current_task(loop)
    # The functions that asyncio documents for tasks of third parties.
    if outer is not None:
        asyncio._leave_task(loop, outer)  # noqa: SLF001
    asyncio._enter_task(loop, task)  # noqa: SLF001
    try:
        context.run(begun.first)
    finally:
        asyncio._leave_task(loop, task)  # noqa: SLF001
        if outer is not None:
            asyncio._enter_task(loop, outer)  # noqa: SLF001
    return task


class _Begun(Coroutine[object, object, T]):
    """A coroutine whose first step was made before its task makes one."""

    def __init__(self, coroutine: Coroutine[object, object, T]) -> None:
        self._coroutine = coroutine
        self._waits_for: object = None
        self._end: BaseException | None = None
        self._is_handed_over = False

    def first(self) -> None:
        """Run to the first wait; keep what it waits for, or how it ended."""
        try:
            self._waits_for = self._coroutine.send(None)
        except (KeyboardInterrupt, SystemExit):
            self._end = asyncio.CancelledError()  # raised here, and not once more
            raise
        except StopIteration as stop:
            # Its traceback would keep every frame alive from which this was called.
            self._end = stop.with_traceback(None)
        except BaseException as error:
            self._end = error

    def send(self, value: object) -> object:
        if self._end is not None:
            raise self._end
        if self._is_handed_over:
            return self._coroutine.send(value)
        self._is_handed_over = True
        return self._waits_for

    def throw(
        self,
        kind: type[BaseException] | BaseException,
        value: object = None,
        traceback: TracebackType | None = None,
    ) -> object:
        if self._end is not None:
            raise self._end
        if not self._is_handed_over and isinstance(self._waits_for, asyncio.Future):
            # A task that is cancelled cancels what it waits for.
            self._waits_for.cancel()
        self._is_handed_over = True
        if isinstance(kind, BaseException):
            return self._coroutine.throw(kind, None, traceback)
        return self._coroutine.throw(kind, value, traceback)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[object, object, T]:
        return self._coroutine.__await__()
