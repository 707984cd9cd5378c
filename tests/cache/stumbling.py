"""Performs a flow's steps, and fails at one of them: before it is done, or after."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TypeVar, cast

from stateroom.cache.effects import Delete, Exchange, Snapshot, Versions, Wait
from stateroom.cache.leasing import Batch
from stateroom.flows import Effect
from tests.cache.bench import Bench, Patient

__all__ = ("Moment", "Stumbling", "is_exchange")

T = TypeVar("T")


class Moment(enum.Enum):
    """When a step fails: what was asked for is not done, or done and not told."""

    BEFORE = "lost on the way there"
    AFTER = "lost on the way back"


class Stumbling(Patient):
    """Fails at one step; all others are done. Waiting makes the time pass.

    Attributes:
        stumbled: the step that failed, once it has.
    """

    def __init__(
        self,
        bench: Bench,
        load: Callable[[], object],
        *,
        at: int,
        error: BaseException,
        moment: Moment,
    ) -> None:
        super().__init__(bench.link, bench.shared, load)
        self.stumbled: Effect[object] | None = None
        self.meanwhile: Callable[[], object] = lambda: None
        self._clock = bench.clock
        self._left = at + 1
        self._error = error
        self._moment = moment

    def perform(self, effect: Effect[T]) -> T:
        if is_exchange(effect) or not isinstance(self._error, Exception):
            self._left -= 1
        if self._left or self.stumbled is not None:
            return self._done(effect)
        self.stumbled = cast("Effect[object]", effect)
        if self._moment is Moment.AFTER:
            self._done(effect)
        raise self._error

    def _done(self, effect: Effect[T]) -> T:
        if isinstance(effect, Wait):
            self._clock.advance(effect.ms / 1000)
            self.meanwhile()
        return super().perform(effect)


def is_exchange(effect: object) -> bool:
    """Say whether Redis is needed for it: nothing else fails by itself."""
    return isinstance(effect, Exchange | Batch | Snapshot | Versions | Delete)
