"""Serves one item in event loops."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TypeVar, cast

from stateroom.cache.batching import Answer
from stateroom.cache.engine import Here
from stateroom.cache.flights import fresh_copy
from stateroom.cache.hits import MISS
from stateroom.cache.judging import Verdict
from stateroom.cache.leasing import asks, ends_without_error
from stateroom.cache.loading import Miss, load_through
from stateroom.cache.outcomes import Outcome
from stateroom.cache.performing_async import AsyncPerforming
from stateroom.cache.places import Place
from stateroom.cache.reading import Look, look
from stateroom.cache.serving import Serving, reading_of
from stateroom.cache.tasks import is_cancelled, keep_task
from stateroom.errors import Unavailable
from stateroom.flows import Effect, run_async

__all__ = ("AsyncServing", "Missed")

R = TypeVar("R")
T = TypeVar("T")

Loader = Callable[[], Awaitable[R]]

MOST_JOINS = 4
"""Flights that a caller joins, each voided meanwhile, before it flies itself."""


class Missed:
    """A read that was no plain hit, with what it read: it need not be read again."""

    __slots__ = ("answer",)

    def __init__(self, answer: Answer | None) -> None:
        self.answer: Answer | None = answer


_NOT_ASKED, _AWAY = Missed(None), Missed(None)
"""Redis was not asked yet; it was, and did not answer."""


class AsyncServing(Serving[R]):
    """One item, read and loaded in the running loop."""

    @property
    def _joins_early(self) -> bool:
        """Whether a caller may join a load before it looks what there is to serve.

        There is nothing, or nobody would be loading in the foreground. With a soft
        timeout each caller has to know what it may be served meanwhile.
        """
        return not self.recipe.policy.soft_timeout_ms

    async def value(self, place: Place, load: Loader[R]) -> R:
        """Return the value of a place: from Redis, or loaded."""
        found = await self.hit(place)
        if isinstance(found, Missed):
            return (await self.missed(place, found, load)).value
        return found

    async def hit(self, place: Place) -> R | Missed:
        """Return the value of a plain hit, or what was read instead."""
        engine = self.engine
        if engine.recovery.pending:
            return _NOT_ASKED
        reader = engine.here().reader
        try:
            if reader.under_way or reader.queue:
                answer = await reader.read(place)
            else:
                answer = await reader.read_now(place)
        except Unavailable:
            return _AWAY
        found = self.quick(place, answer)
        return Missed(answer) if found is MISS else found

    async def reported(self, place: Place, load: Loader[R]) -> R:
        """Do what ``value`` does, and tell a recorder what came of it."""
        start = self._monotonic()
        found = self.found_local(place)
        if found is not MISS:
            self.report_read("local", "", start)
            return found
        value = await self.hit(place)
        if not isinstance(value, Missed):
            self.report_read("hit", "", start)
            return value
        outcome = await self.missed(place, value, load)
        self.report_read(outcome.origin, outcome.reason, start)
        return outcome.value

    async def outcome(
        self, place: Place, load: Loader[R], *, is_fresh: bool = False
    ) -> Outcome[R]:
        """Return what a read comes to, with where it is from."""
        return await self.missed(place, _NOT_ASKED, load, is_fresh=is_fresh)

    async def missed(
        self, place: Place, read: Missed, load: Loader[R], *, is_fresh: bool = False
    ) -> Outcome[R]:
        """Go on from a read that was no plain hit."""
        here = self.engine.here()
        if self.engine.recovery.pending and self.engine.recovery.concerns(place):
            self.tally.misses["bypass"] += 1
            return await self._bypass(load)
        if self._joins_early and here.flights.find(place.value) is not None:
            return await self._fly(here, Miss(place=place, recipe=self.recipe), load)
        seen = None
        if read is not _AWAY:
            with contextlib.suppress(Unavailable):
                answer = read.answer or await here.reader.read(place)
                seen = await self._look(here, place, answer, is_fresh=is_fresh)
        if seen is None:
            self.tally.misses["bypass"] += 1
            return await self._fly(here, self._alone(place), load)
        self.count(seen)
        if seen.is_refreshed:
            self._refresh(here, seen.miss(self.recipe, place, is_background=True), load)
        if seen.is_served and seen.outcome is not None:
            return seen.outcome
        miss = seen.miss(self.recipe, place, is_background=False)
        return await self._patiently(here, miss, load)

    async def peek(self, place: Place) -> Outcome[R] | None:
        """Return what may be served of a place, and load nothing."""
        here = self.engine.here()
        look = await self._peek(here, place)
        return look.outcome if look.is_served else None

    async def peek_many(
        self, places: Mapping[str, Place]
    ) -> tuple[dict[str, R], dict[str, bytes]]:
        """Return the values that may be served, and what was seen in every place."""
        here = self.engine.here()
        answers = await asyncio.gather(
            *(self._peek(here, each) for each in places.values())
        )
        looks = dict(zip(places, answers, strict=True))
        found = {
            key: look.outcome.value
            for key, look in looks.items()
            if look.is_served and look.outcome is not None
        }
        return found, {key: look.seen for key, look in looks.items()}

    async def _peek(self, here: Here, place: Place) -> Look[R]:
        recovery = self.engine.recovery
        if recovery.pending and recovery.concerns(place):
            return Look(verdict=Verdict.DEAD, reason="bypass")
        try:
            answer = await here.reader.read(place)
            seen = await self._look(here, place, answer, is_fresh=False)
        except Unavailable:
            seen = Look(verdict=Verdict.DEAD, reason="bypass")
        self.count(seen)
        return seen

    async def forced(self, place: Place, load: Loader[R]) -> Outcome[R]:
        """Load now, whatever is there."""
        self.tally.misses["forced"] += 1
        here = self.engine.here()
        miss = Miss(place=place, recipe=self.recipe, is_forced=True)
        self.engine.void_flights(place.value)
        return await self._fly(here, miss, load)

    async def _look(
        self, here: Here, place: Place, answer: Answer, *, is_fresh: bool
    ) -> Look[R]:
        flow = look(self.recipe, place, reading_of(place, answer), is_fresh=is_fresh)
        performing = AsyncPerforming(here.link, self.engine.shared)
        seen = await run_async(flow, performing)
        if seen.outcome is not None and not seen.reason:
            self.keep_outcome(place, seen.outcome, answer.mark)
        return seen

    async def _patiently(
        self, here: Here, miss: Miss[R], load: Loader[R]
    ) -> Outcome[R]:
        """Fly; after the soft timeout serve what was there, and let the load go on."""
        soft_ms = self.recipe.policy.soft_timeout_ms
        if not soft_ms or miss.spare is None:
            return await self._fly(here, miss, load)
        flying = asyncio.ensure_future(self._fly(here, miss, load))
        done, _ = await asyncio.wait([flying], timeout=soft_ms / 1000)
        if done:
            return flying.result()
        keep_task(here, flying)
        self.count_spare(miss.spare)
        return miss.spare.instead(TimeoutError(f"still loading after {soft_ms} ms"))

    async def _fly(self, here: Here, miss: Miss[R], load: Loader[R]) -> Outcome[R]:
        """Join the load of this place, or begin it; the load outlives its callers."""
        key = miss.place.value
        for _ in range(MOST_JOINS):
            joined_at = time.monotonic()
            task = here.flights.find(key)
            is_mine = task is None
            if task is None:
                task = here.flights.begin(key, self._load(here, miss, load))
            else:
                self.tally.joined += 1
            try:
                outcome = await asyncio.shield(task)
            except asyncio.CancelledError:
                if task.cancelled() and not is_cancelled():
                    continue  # the load was cancelled, not its caller
                raise
            except Exception as error:
                if is_mine:
                    raise
                raise fresh_copy(error) from error.__cause__
            if outcome is not None and (is_mine or outcome.is_for(joined_at)):
                return cast("Outcome[R]", outcome)
        return await self._bypass(load)

    async def _load(
        self, here: Here, miss: Miss[R], load: Loader[R]
    ) -> Outcome[object] | None:
        mark = self.local.mark if self.local is not None else 0
        performing = _Flying(here, self, miss.place, load)
        outcome: Outcome[R] | None = None
        try:
            outcome = await run_async(load_through(miss), performing)
            if outcome is not None:
                outcome = replace(outcome, asked_at=performing.asked_at)
        except BaseException as error:
            self.count_loaded(None, error)
            raise
        finally:
            performing.close()
        self.count_loaded(outcome, None)
        if outcome is not None:
            self.keep_outcome(miss.place, outcome, mark)
        return cast("Outcome[object] | None", outcome)

    async def _bypass(self, load: Loader[R]) -> Outcome[R]:
        """Load past the cache: what it holds may be wrong, or cannot be reached."""
        now = self._now_ms()
        async with self.engine.shared.bulkhead.turn_async():
            loaded = await load()
        self.tally.loads["ok"] += 1
        _, value = self.recipe.codec.settle(loaded)
        return Outcome(value=value, origin="loaded", created_ms=now)

    def _alone(self, place: Place) -> Miss[R]:
        return Miss(place=place, recipe=self.recipe, is_alone=True)

    def _refresh(self, here: Here, miss: Miss[R], load: Loader[R]) -> None:
        """Load in the background, once for each place at a time."""
        key = miss.place.value
        if key in here.refreshing:
            return
        here.refreshing.add(key)
        task = asyncio.ensure_future(self._refreshed(here, miss, load))
        keep_task(here, task)

    async def _refreshed(self, here: Here, miss: Miss[R], load: Loader[R]) -> None:
        try:
            await self._load(here, miss, load)
        except Exception as error:
            self.engine.told_background(self.recipe.namer.item, error)
        finally:
            here.refreshing.discard(miss.place.value)


class _Flying(AsyncPerforming):
    """Performs a load; nobody joins it from the moment in which it ends in Redis."""

    def __init__(
        self, here: Here, serving: AsyncServing[R], place: Place, load: Loader[R]
    ) -> None:
        super().__init__(here.link, serving.engine.shared, load)
        self._here = here
        self._key = place.value
        self.asked_at: float = 0.0

    async def perform(self, effect: Effect[T]) -> T:
        if asks(effect):
            self.asked_at = time.monotonic()
        if ends_without_error(effect):
            self._here.flights.void(self._key)
        return await super().perform(effect)
