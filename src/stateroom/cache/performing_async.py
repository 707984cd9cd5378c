"""Does what the flows ask for, in an event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import TypeVar, cast

from stateroom.cache.changes import Waiter
from stateroom.cache.effects import (
    Delete,
    Draw,
    Exchange,
    Now,
    Random,
    Versions,
    Wait,
)
from stateroom.cache.leasing import Batch, Load, Loaded
from stateroom.cache.performing import (
    Shared,
    deletions,
    pause_s,
    total,
    unknown,
)
from stateroom.errors import LoadTimeout, StateroomError
from stateroom.flows import Effect
from stateroom.flows.chance import rolled
from stateroom.link import AsyncLink

__all__ = ("AsyncPerforming",)

T = TypeVar("T")

CANCEL_S = 1.0
"""Seconds that a cancelled loader has to clean up."""


class AsyncPerforming:
    """Performs the effects of one flow."""

    def __init__(
        self,
        link: AsyncLink,
        shared: Shared,
        load: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._link = link
        self._shared = shared
        self._load = load
        self._waiter: Waiter | None = None

    async def perform(self, effect: Effect[T]) -> T:  # noqa: PLR0911 - one for each effect
        asked: object = effect  # a class pattern narrows it; Effect[T] it does not
        match asked:
            case Exchange():
                return cast("T", asked.read(await self._link.run(asked.calls())))
            case Batch():
                replies = await self._link.run(asked.calls())
                return cast("T", asked.read(replies))
            case Load():
                return cast("T", await self._loaded(asked))
            case Wait():
                return cast("T", await self._wait(asked))
            case Now() | Draw() | Random():
                return cast("T", rolled(asked, self._shared.clock, self._shared.dice))
            case Versions(tags):
                found = await self._link.get_many(tags) if tags else []
                return cast("T", dict(zip(tags, found, strict=True)))
            case Delete():
                return cast("T", await self._delete(asked))
        raise unknown(effect)

    def close(self) -> None:
        """Let go of what the flow held."""
        if self._waiter is not None:
            self._waiter.close()

    async def _wait(self, effect: Wait) -> int:
        if self._waiter is None:
            # Registered now, the caller looks once more: no change is missed.
            self._waiter = Waiter(effect.place.value, self._shared.changes)
            self._shared.is_heard()
            return 0
        start = time.monotonic()
        is_heard = self._shared.is_heard()
        await self._waiter.wait_async(pause_s(effect.ms, is_heard=is_heard))
        return round((time.monotonic() - start) * 1000)

    async def _delete(self, effect: Delete) -> int:
        if self._link.is_cluster:
            if effect.first:
                await self._link.run([("DEL", key) for key in effect.first])
            return total(await self._link.run([("DEL", key) for key in effect.then]))
        return total((await self._link.run(deletions(effect)))[-1:])

    async def _loaded(self, effect: Load) -> Loaded[object]:
        clock = self._shared.clock
        start = clock.monotonic()
        is_alone = effect.renewal is None
        turn = self._shared.bulkhead.turn_async() if is_alone else nullcontext()
        async with turn:
            value = await self._watched(effect)
        return Loaded(value, round((clock.monotonic() - start) * 1000))

    async def _watched(self, effect: Load) -> object:
        """Run the loader beside the renewal of its lease, within its time."""
        if self._load is None:
            raise TypeError("this flow has nothing to load")
        loading = asyncio.ensure_future(self._load())
        renewing = asyncio.ensure_future(self._renew(effect))
        try:
            limit = effect.timeout_ms / 1000 if effect.timeout_ms else None
            done, _ = await asyncio.wait([loading], timeout=limit)
            if not done:
                raise LoadTimeout(f"a load took longer than {limit:g} s")
            return loading.result()
        finally:
            for each in (loading, renewing):
                if not each.done():
                    each.cancel()
            # A loader that does not let itself be cancelled is not waited for.
            await asyncio.wait([loading, renewing], timeout=CANCEL_S)

    async def _renew(self, effect: Load) -> None:
        renewal = effect.renewal
        while renewal is not None:
            await asyncio.sleep(renewal.lease_ms / 3000)
            try:
                renewal.read(await self._link.run(renewal.calls()))
            except StateroomError:
                pass  # the fence, not the lease, decides whether the load may be kept
