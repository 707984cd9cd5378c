"""Does what the flows ask for, blocking, in the calling thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TypeVar, cast

from stateroom.cache.bulkhead import Bulkhead
from stateroom.cache.changes import Changes, Waiter
from stateroom.cache.effects import (
    Delete,
    Draw,
    Exchange,
    Now,
    Random,
    Versions,
    Wait,
)
from stateroom.cache.leasing import Batch, Load, Loaded, Renewal, Renewals
from stateroom.errors import StateroomError
from stateroom.flows import Effect
from stateroom.flows.chance import rolled
from stateroom.flows.clocks import Clock, Dice
from stateroom.link import Link

__all__ = ("UNHEARD_S", "Performing", "Shared", "pause_s")

T = TypeVar("T")

UNHEARD_S = 0.05
"""Seconds between two looks while no change is told: the fallback of being woken."""
LONGEST_WAIT_S = 1.0
"""Seconds between two looks though changes are told: telling is not promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all flows of a cache share, whatever drives them.

    Attributes:
        is_heard: says whether changes are told at the moment; starts the telling.
    """

    clock: Clock
    dice: Dice
    changes: Changes
    bulkhead: Bulkhead
    is_heard: Callable[[], bool]


def pause_s(ms: int, *, is_heard: bool) -> float:
    """Return how long to wait at most, of ``ms`` that were asked for."""
    return min(ms / 1000, LONGEST_WAIT_S if is_heard else UNHEARD_S)


class Performing:
    """Performs the effects of one flow."""

    def __init__(
        self, link: Link, shared: Shared, load: Callable[[], object] | None = None
    ) -> None:
        self._link = link
        self._shared = shared
        self._load = load
        self._waiter: Waiter | None = None

    def perform(self, effect: Effect[T]) -> T:  # noqa: PLR0911 - one for each effect
        asked: object = effect  # a class pattern narrows it; Effect[T] it does not
        match asked:
            case Exchange():
                return cast("T", asked.read(self._link.run(asked.calls())))
            case Batch():
                replies = self._link.run(asked.calls())
                return cast("T", asked.read(replies))
            case Load():
                return cast("T", self._loaded(asked))
            case Wait():
                return cast("T", self._wait(asked))
            case Now() | Draw() | Random():
                return cast("T", rolled(asked, self._shared.clock, self._shared.dice))
            case Versions(tags):
                found = self._link.get_many(tags) if tags else []
                return cast("T", dict(zip(tags, found, strict=True)))
            case Delete():
                return cast("T", self._delete(asked))
        raise unknown(effect)

    def close(self) -> None:
        """Let go of what the flow held."""
        if self._waiter is not None:
            self._waiter.close()

    def _wait(self, effect: Wait) -> int:
        if self._waiter is None:
            # Registered now, the caller looks once more: no change is missed.
            self._waiter = Waiter(effect.place.value, self._shared.changes)
            self._shared.is_heard()
            return 0
        start = time.monotonic()
        self._waiter.wait(pause_s(effect.ms, is_heard=self._shared.is_heard()))
        return round((time.monotonic() - start) * 1000)

    def _delete(self, effect: Delete) -> int:
        if self._link.is_cluster:
            if effect.first:
                self._link.run([("DEL", key) for key in effect.first])
            return total(self._link.run([("DEL", key) for key in effect.then]))
        return total(self._link.run(deletions(effect))[-1:])

    def _loaded(self, effect: Load) -> Loaded[object]:
        if self._load is None:
            raise TypeError("this flow has nothing to load")
        clock = self._shared.clock
        start = clock.monotonic()
        renewing = _Renewing(self._link, effect.renewal)
        is_alone = effect.renewal is None
        turn = self._shared.bulkhead.turn() if is_alone else nullcontext()
        with turn, renewing:
            value = self._load()
        return Loaded(value, round((clock.monotonic() - start) * 1000))


class _Renewing:
    """Renews a lease from a timer, as long as the calling thread loads."""

    def __init__(self, link: Link, renewal: Renewal | Renewals | None) -> None:
        self._link = link
        self._renewal = renewal
        self._timer: threading.Timer | None = None
        self._is_over = False
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._again()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._is_over = True
            if self._timer is not None:
                self._timer.cancel()

    def _again(self) -> None:
        with self._lock:
            if self._renewal is None or self._is_over:
                return
            self._timer = threading.Timer(self._renewal.lease_ms / 3000, self._renew)
            self._timer.daemon = True
            self._timer.start()

    def _renew(self) -> None:
        if self._renewal is None:
            return
        try:
            self._renewal.read(self._link.run(self._renewal.calls()))
        except StateroomError:
            pass  # the fence, not the lease, decides whether the load may be kept
        self._again()


def unknown(effect: object) -> TypeError:
    """Return what to raise for an effect that nobody performs."""
    return TypeError(f"nobody performs {effect!r}")


def deletions(effect: Delete) -> list[tuple[bytes | str, ...]]:
    """Return the commands of a deletion on one server, each at one moment."""
    groups = (effect.first, effect.then)
    return [("DEL", *keys) for keys in groups if keys]


def total(replies: list[object]) -> int:
    """Return how many keys these deletions found."""
    return sum(each for each in replies if isinstance(each, int))
