"""Performs what the flows of live data ask for, blocking and in an event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import TypeVar, cast

from stateroom.errors import Refused
from stateroom.flows import Effect
from stateroom.flows.chance import Draw, Now, Random, rolled
from stateroom.flows.clocks import Clock, Dice
from stateroom.link import AsyncLink, Link
from stateroom.link.exchanges import Exchange
from stateroom.live.ears import Ears
from stateroom.live.effects import Listen, Look, Moment, Whole
from stateroom.live.misfits import misfit_of

__all__ = ("AsyncPerforming", "Performing", "moment_of")

T = TypeVar("T")


class Performing:
    """Performs the effects of one flow in the calling thread."""

    __slots__ = ("_clock", "_dice", "_ears", "_link")

    def __init__(self, link: Link, ears: Ears, clock: Clock, dice: Dice) -> None:
        self._link = link
        self._ears = ears
        self._clock = clock
        self._dice = dice

    def perform(self, effect: Effect[T]) -> T:
        asked: object = effect  # a class pattern narrows it; Effect[T] it does not
        match asked:
            case Exchange():
                try:
                    replies = self._link.run(asked.calls())
                except Refused as error:
                    misfit = misfit_of(error, asked.calls())
                    raise misfit or error from error.__cause__
                return cast("T", asked.read(replies))
            case Now() | Draw() | Random():
                return cast("T", rolled(asked, self._clock, self._dice))
            case Look():
                return cast("T", moment_of(self._clock))
            case Listen(key, seconds):
                return cast("T", self._ears.hear(key, seconds))
        raise _unknown(effect)


class AsyncPerforming:
    """Performs the effects of one flow in the running event loop."""

    __slots__ = ("_clock", "_dice", "_ears", "_link")

    def __init__(self, link: AsyncLink, ears: Ears, clock: Clock, dice: Dice) -> None:
        self._link = link
        self._ears = ears
        self._clock = clock
        self._dice = dice

    async def perform(self, effect: Effect[T]) -> T:
        asked: object = effect  # as above
        match asked:
            case Exchange():
                exchange = self._link.run(asked.calls())
                if isinstance(asked, Whole):
                    exchange = _to_the_end(exchange)
                try:
                    replies = await exchange
                except Refused as error:
                    misfit = misfit_of(error, asked.calls())
                    raise misfit or error from error.__cause__
                return cast("T", asked.read(replies))
            case Now() | Draw() | Random():
                return cast("T", rolled(asked, self._clock, self._dice))
            case Look():
                return cast("T", moment_of(self._clock))
            case Listen(key, seconds):
                return cast("T", await self._ears.hear_async(key, seconds))
        raise _unknown(effect)


def moment_of(clock: Clock) -> Moment:
    """Return what the clock of this machine and that of the application say."""
    return Moment(time.monotonic(), clock.monotonic())


async def _to_the_end(exchange: Coroutine[object, object, T]) -> T:
    """Wait for an exchange, and only after its end raise that we were cancelled.

    An exchange has a time limit of its own, so this is no long wait.
    """
    task = asyncio.ensure_future(exchange)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # seen: whoever is cancelled does not hear of it
        raise cancelled
    return task.result()


def _unknown(effect: object) -> TypeError:
    return TypeError(f"nobody performs {effect!r}")
