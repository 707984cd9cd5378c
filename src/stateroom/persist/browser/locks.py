"""A lock that one tab or worker of an origin holds at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from stateroom.errors import InvalidPersist, StorageUnavailable
from stateroom.persist.browser.crossing import page, plain_object, proxy, refusals
from stateroom.persist.browser.javascript import Function, Locks

__all__ = ("TabLock",)


class TabLock:
    """A lock of ``navigator.locks``; it goes with the tab that holds it.

    Args:
        name: of the lock, the same for all who share it.
        wanted: what cannot be without it, for errors.
        timeout: seconds to wait for it.

    Raises:
        InvalidPersist: this Python does not run in a browser, or the page has no locks.
    """

    def __init__(self, name: str, *, wanted: str, timeout: float) -> None:
        self._page = page(wanted)
        self._name = name
        self._timeout = timeout
        locks = getattr(self._page.navigator, "locks", None)
        if locks is None:
            raise InvalidPersist(
                f"{wanted} needs navigator.locks, and this page has none",
                hint="serve it by https, or from localhost",
            )
        self._locks = cast("Locks", locks)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the lock within the block.

        Raises:
            StorageUnavailable: another holds it for too long.
        """
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        abort = self._page.AbortController.new()
        promise, release = self._promise()

        def take(_lock: object) -> object:
            if not granted.done():
                granted.set_result(None)
            return promise  # the lock is held until this is resolved

        options = plain_object(signal=abort.signal)
        asked = asyncio.create_task(self._ask(options, proxy(take)))
        try:
            await asyncio.wait(
                (granted, asked),
                timeout=self._timeout,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not granted.done():
                raise self._refused(asked)
            yield
        finally:
            granted.cancel()
            release(None)
            abort.abort()
            await asyncio.wait((asked,))

    async def _ask(self, options: object, take: Function) -> None:
        try:
            with refusals(f"lock {self._name}"):
                await self._locks.request(self._name, options, take)
        finally:
            take.destroy()

    def _refused(self, asked: asyncio.Task[None]) -> StorageUnavailable:
        error = asked.exception() if asked.done() else None
        if isinstance(error, StorageUnavailable):
            return error
        return StorageUnavailable(
            f"lock {self._name}: not given within {self._timeout:g} s",
            hint="another tab holds it, and may be suspended",
        )

    def _promise(self) -> tuple[object, Callable[[object], object]]:
        """Return a promise, and what resolves it."""
        given: list[Callable[[object], object]] = []

        def executor(resolve: Callable[[object], object], _reject: object) -> None:
            given.append(resolve)

        function = proxy(executor)
        promise = self._page.Promise.new(function)
        function.destroy()
        return promise, given[0]
