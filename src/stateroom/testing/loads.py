"""A loader that counts its calls, and that a test makes fail or wait."""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar, cast

__all__ = ("Loads",)

P = ParamSpec("P")
R = TypeVar("R")

POLL_S = 0.001
PATIENCE_S = 10.0
"""A test that waits for longer has stopped; it is told where."""


class Loads:
    """Counts the loads of a function, and can make them fail or wait.

    Put it between the cache and the function; the signature stays as it is.

    Attributes:
        count: how many loads have begun.
        calls: the positional arguments of each, in order.
        error: raised by every load, as long as it is set.

    Example::

        loads = Loads()

        @cache.cached(ttl=60)
        @loads
        async def title(id: int) -> str: ...

        await title(1)
        await title(1)
        assert loads.count == 1
    """

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.error: Exception | None = None
        self._released = threading.Event()
        self._released.set()

    @property
    def count(self) -> int:
        return len(self.calls)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Return the function, counted; a coroutine function remains one."""
        if inspect.iscoroutinefunction(function):
            awaited = cast("Callable[P, Awaitable[object]]", function)
            return cast("Callable[P, R]", self._awaited(awaited))

        @functools.wraps(function)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            self.calls.append(args)
            result = function(*args, **kwargs)
            if not self._released.wait(PATIENCE_S):
                raise TimeoutError("this load was held, and never released")
            self._fail()
            return result

        return counted

    def hold(self) -> None:
        """Let every load wait before it returns what it has read; until ``release``."""
        self._released.clear()

    def release(self) -> None:
        """Let loads return, those that wait and those to come."""
        self._released.set()

    async def begun(self, count: int = 1) -> None:
        """Wait until so many loads have begun.

        Raises:
            TimeoutError: they have not, in ten seconds.
        """
        end = time.monotonic() + PATIENCE_S
        while self.count < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{self.count} loads have begun, not {count}")
            await asyncio.sleep(POLL_S)

    def _awaited(
        self, function: Callable[P, Awaitable[object]]
    ) -> Callable[P, Awaitable[object]]:
        @functools.wraps(function)
        async def counted(*args: P.args, **kwargs: P.kwargs) -> object:
            self.calls.append(args)
            result = await function(*args, **kwargs)
            # Looked at again and again: any thread, and any loop, may release it.
            while not self._released.is_set():  # noqa: ASYNC110 - see above
                await asyncio.sleep(POLL_S)
            self._fail()
            return result

        return counted

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
