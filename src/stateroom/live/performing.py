"""Performs what the flows of live data ask for, blocking and in an event loop."""

from __future__ import annotations

from typing import TypeVar, cast

from stateroom.flows import Effect
from stateroom.flows.chance import Draw, Now, Random, rolled
from stateroom.flows.clocks import Clock, Dice
from stateroom.link import AsyncLink, Link
from stateroom.link.exchanges import Exchange

__all__ = ("AsyncPerforming", "Performing")

T = TypeVar("T")


class Performing:
    """Performs the effects of one flow in the calling thread."""

    __slots__ = ("_clock", "_dice", "_link")

    def __init__(self, link: Link, clock: Clock, dice: Dice) -> None:
        self._link = link
        self._clock = clock
        self._dice = dice

    def perform(self, effect: Effect[T]) -> T:
        asked: object = effect  # a class pattern narrows it; Effect[T] it does not
        match asked:
            case Exchange():
                return cast("T", asked.read(self._link.run(asked.calls())))
            case Now() | Draw() | Random():
                return cast("T", rolled(asked, self._clock, self._dice))
        raise _unknown(effect)


class AsyncPerforming:
    """Performs the effects of one flow in the running event loop."""

    __slots__ = ("_clock", "_dice", "_link")

    def __init__(self, link: AsyncLink, clock: Clock, dice: Dice) -> None:
        self._link = link
        self._clock = clock
        self._dice = dice

    async def perform(self, effect: Effect[T]) -> T:
        asked: object = effect  # as above
        match asked:
            case Exchange():
                return cast("T", asked.read(await self._link.run(asked.calls())))
            case Now() | Draw() | Random():
                return cast("T", rolled(asked, self._clock, self._dice))
        raise _unknown(effect)


def _unknown(effect: object) -> TypeError:
    return TypeError(f"nobody performs {effect!r}")
