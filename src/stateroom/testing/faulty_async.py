"""``FaultyStorage`` for code that awaits; what it fails with may be a cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from stateroom.persist.storages.port import AnyStorage, Stored
from stateroom.testing.faults import Faults, Method, Verdict, spoilt

__all__ = ("AsyncHold", "FaultyAsyncStorage")

T = TypeVar("T")


class AsyncHold:
    """A call that waits.

    Attributes:
        reached: set when the call has come.
    """

    def __init__(self) -> None:
        self.reached: asyncio.Event = asyncio.Event()
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let the call, and those that follow, go on."""
        self._released.set()

    async def wait(self) -> None:
        """Wait until it is released, or cancelled."""
        self.reached.set()
        await self._released.wait()


class FaultyAsyncStorage(Faults[AsyncHold]):
    """Passes every call on to a storage, but for those that are to fail.

    Its methods are those of ``FaultyStorage``, and those of a storage are awaited. It
    may be made of a blocking storage that answers at once, as ``Memory``.

    Args:
        storage: the real one.
    """

    def __init__(self, storage: AnyStorage) -> None:
        super().__init__()
        self._storage = storage

    def hold(self, method: Method | None = None, *, call: int = 1) -> AsyncHold:
        """Let a call wait, with all that come after it; return what releases them."""
        held = AsyncHold()
        self._plan(method, Verdict(hold=held), call=call, times=None)
        return held

    # -- what a storage does

    @property
    def name(self) -> str:
        return self._storage.name

    @property
    def quota(self) -> int | None:
        return self._storage.quota

    async def read(self, key: str, *, limit: int) -> Stored:
        verdict = self._meet("read", key)
        stored = await _judged(verdict, lambda: self._storage.read(key, limit=limit))
        return spoilt(stored, verdict.spoil)

    async def peek(self, key: str) -> bytes | None:
        verdict = self._meet("peek", key)
        return await _judged(verdict, lambda: self._storage.peek(key))

    async def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        def call() -> Awaitable[None] | None:
            return self._storage.write(
                key, data, replaces=replaces, demotes=demotes, durable=durable
            )

        await self._change("write", key, call)

    async def delete(self, key: str) -> None:
        await self._change("delete", key, lambda: self._storage.delete(key))

    async def keys(self) -> tuple[str, ...]:
        return await _judged(self._meet("keys"), self._storage.keys)

    async def pulse(self) -> object:
        return await _judged(self._meet("pulse"), self._storage.pulse)

    async def close(self) -> None:
        await _judged(self._meet("close"), self._storage.close)

    async def _change(
        self, method: Method, key: str, call: Callable[[], Awaitable[None] | None]
    ) -> None:
        verdict = self._meet(method, key)
        await _judged(verdict, (lambda: None) if verdict.is_lost else call)


async def _judged(
    verdict: Verdict[AsyncHold], call: Callable[[], Awaitable[T] | T]
) -> T:
    if verdict.hold is not None:
        await verdict.hold.wait()
    if verdict.error is not None and not verdict.is_done:
        raise verdict.error
    result = call()
    if isinstance(result, Awaitable):
        result = await cast("Awaitable[T]", result)
    if verdict.error is not None:
        raise verdict.error
    return result
