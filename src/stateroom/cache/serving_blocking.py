"""Serves one item in threads; the loader runs in the thread that calls."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import replace
from typing import TypeVar, cast

from stateroom.cache.batching import Answer
from stateroom.cache.flights import Flights, fresh_copy
from stateroom.cache.hits import MISS
from stateroom.cache.judging import Verdict
from stateroom.cache.leasing import asks, ends_without_error
from stateroom.cache.loading import Miss, load_through
from stateroom.cache.outcomes import Outcome
from stateroom.cache.performing import Performing, Shared
from stateroom.cache.places import Place
from stateroom.cache.reading import Look, look
from stateroom.cache.serving import Serving, reading_of
from stateroom.errors import Unavailable
from stateroom.flows import Effect, run
from stateroom.link import Link

__all__ = ("BlockingServing",)

R = TypeVar("R")
T = TypeVar("T")

Loader = Callable[[], R]
MOST_JOINS = 4
"""Flights that a caller joins, each voided meanwhile, before it flies itself."""


class BlockingServing(Serving[R]):
    """One item, read and loaded in the calling thread."""

    def value(self, place: Place, load: Loader[R]) -> R:
        """Return the value of a place: from Redis, or loaded."""
        if self.engine.recovery.pending:
            return self.outcome(place, load).value
        answer: Answer | None = None
        with contextlib.suppress(Unavailable):
            answer = self._ask(place)
        if answer is not None:
            found = self.quick(place, answer)
            if found is not MISS:
                return found
        return self._missed(place, answer, load, is_fresh=False).value

    def values(self, wanted: Sequence[tuple[Place, Loader[R]]]) -> list[R]:
        """Return the values of several places, read in one exchange."""
        found = self._quick_many(list(dict.fromkeys(place for place, _ in wanted)))
        return [
            found[place] if place in found else self.outcome(place, load).value
            for place, load in wanted
        ]

    def _quick_many(self, places: list[Place]) -> dict[Place, R]:
        """Return the values of those places that are plain hits."""
        if self.engine.recovery.pending or not places:
            return {}
        try:
            answer = self._ask(*places)
        except Unavailable:
            return {}
        pairs = ((place, self.quick(place, answer)) for place in places)
        return {place: value for place, value in pairs if value is not MISS}

    def reported(self, place: Place, load: Loader[R]) -> R:
        """Do what ``value`` does, and tell a recorder what came of it."""
        start = self._monotonic()
        found = self.found_local(place)
        if found is not MISS:
            self.report_read("local", "", start)
            return found
        outcome = self.outcome(place, load)
        self.report_read(outcome.origin, outcome.reason, start)
        return outcome.value

    def outcome(
        self, place: Place, load: Loader[R], *, is_fresh: bool = False
    ) -> Outcome[R]:
        """Return what a read comes to, with where it is from."""
        if self.engine.recovery.pending and self.engine.recovery.concerns(place):
            self.tally.misses["bypass"] += 1
            return self._bypass(load)
        try:
            answer = self._ask(place)
        except Unavailable:
            answer = None
        return self._missed(place, answer, load, is_fresh=is_fresh)

    def _missed(
        self,
        place: Place,
        answer: Answer | None,
        load: Loader[R],
        *,
        is_fresh: bool,
    ) -> Outcome[R]:
        """Go on from a read that was no plain hit; None where Redis did not answer."""
        seen = None
        if answer is not None:
            with contextlib.suppress(Unavailable):
                seen = self._look(place, answer, is_fresh=is_fresh)
        if seen is None:
            self.tally.misses["bypass"] += 1
            return self._fly(self._alone(place), load)
        self.count(seen)
        if seen.is_refreshed:
            self._refresh(seen.miss(self.recipe, place, is_background=True), load)
        if seen.is_served and seen.outcome is not None:
            return seen.outcome
        miss = seen.miss(self.recipe, place, is_background=False)
        return self._patiently(miss, load)

    def peek(self, place: Place) -> Outcome[R] | None:
        """Return what may be served of a place, and load nothing."""
        look = self._peek(place)
        return look.outcome if look.is_served else None

    def peek_many(
        self, places: Mapping[str, Place]
    ) -> tuple[dict[str, R], dict[str, bytes]]:
        """Return the values that may be served, and what was seen in every place."""
        answers = [self._peek(each) for each in places.values()]
        looks = dict(zip(places, answers, strict=True))
        found = {
            key: look.outcome.value
            for key, look in looks.items()
            if look.is_served and look.outcome is not None
        }
        return found, {key: look.seen for key, look in looks.items()}

    def _peek(self, place: Place) -> Look[R]:
        recovery = self.engine.recovery
        if recovery.pending and recovery.concerns(place):
            return Look(verdict=Verdict.DEAD, reason="bypass")
        try:
            seen = self._look(place, self._ask(place), is_fresh=False)
        except Unavailable:
            seen = Look(verdict=Verdict.DEAD, reason="bypass")
        self.count(seen)
        return seen

    def forced(self, place: Place, load: Loader[R]) -> Outcome[R]:
        """Load now, whatever is there."""
        self.tally.misses["forced"] += 1
        self.engine.void_flights(place.value)
        miss = Miss(place=place, recipe=self.recipe, is_forced=True)
        return self._fly(miss, load)

    def _ask(self, *places: Place) -> Answer:
        local = self.local
        mark = local.mark if local is not None else 0
        names = [place.value for place in places]
        tags = dict.fromkeys(tag for place in places for tag in place.seen)
        keys = (*names, *tags)
        found = self.engine.link.get_many(keys)
        values = dict(zip(names, found, strict=False))
        versions = dict(zip(tags, found[len(names) :], strict=True))
        return Answer(values, versions, mark=mark, now_ms=self._now_ms())

    def _look(self, place: Place, answer: Answer, *, is_fresh: bool) -> Look[R]:
        flow = look(self.recipe, place, reading_of(place, answer), is_fresh=is_fresh)
        seen = run(flow, self.engine.performing())
        if seen.outcome is not None and not seen.reason:
            self.keep_outcome(place, seen.outcome, answer.mark)
        return seen

    def _patiently(self, miss: Miss[R], load: Loader[R]) -> Outcome[R]:
        """Load; after the soft timeout serve what was there, and let the load go on."""
        soft_ms = self.recipe.policy.soft_timeout_ms
        if not soft_ms or miss.spare is None:
            return self._fly(miss, load)
        loaded: Future[Outcome[R]] = Future()
        self.engine.flights.refresh(
            miss.place.value, lambda: _settle(loaded, lambda: self._fly(miss, load))
        )
        try:
            return loaded.result(soft_ms / 1000)
        except NotYet:
            if loaded.done():  # the loader's own error is of that kind too
                raise
        self.count_spare(miss.spare)
        return miss.spare.instead(TimeoutError(f"still loading after {soft_ms} ms"))

    def _fly(self, miss: Miss[R], load: Loader[R]) -> Outcome[R]:
        """Join the load of this place, or do it in this thread."""
        flights = self.engine.flights
        for _ in range(MOST_JOINS):
            joined_at = time.monotonic()
            flight, is_mine = flights.join(miss.place.value)
            if is_mine:
                return cast("Outcome[R]", self._lead(flights, flight, miss, load))
            self.tally.joined += 1
            try:
                outcome = flight.result()
            except Exception as error:
                raise fresh_copy(error) from None
            if outcome is not None and outcome.is_for(joined_at):
                return cast("Outcome[R]", outcome)
        return self._bypass(load)

    def _lead(
        self,
        flights: Flights,
        flight: Future[Outcome[object] | None],
        miss: Miss[R],
        load: Loader[R],
    ) -> Outcome[R] | None:
        try:
            outcome = self._load(flights, flight, miss, load)
        except BaseException as error:
            flights.end(miss.place.value, flight)
            # Who joined hears of an interruption of this thread as a failed load.
            flight.set_exception(
                error if isinstance(error, Exception) else RuntimeError(repr(error))
            )
            raise
        flights.end(miss.place.value, flight)
        flight.set_result(cast("Outcome[object] | None", outcome))
        return outcome

    def _load(
        self,
        flights: Flights,
        flight: Future[Outcome[object] | None],
        miss: Miss[R],
        load: Loader[R],
    ) -> Outcome[R] | None:
        mark = self.local.mark if self.local is not None else 0
        performing = _Flying(self.engine.link, self.engine.shared, load)
        performing.before_publish = lambda: flights.end(miss.place.value, flight)
        try:
            outcome = run(load_through(miss), performing)
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
        return outcome

    def _bypass(self, load: Loader[R]) -> Outcome[R]:
        """Load past the cache: what it holds may be wrong, or cannot be reached."""
        now = self._now_ms()
        with self.engine.shared.bulkhead.turn():
            loaded = load()
        self.tally.loads["ok"] += 1
        _, value = self.recipe.codec.settle(loaded)
        return Outcome(value=value, origin="loaded", created_ms=now)

    def _alone(self, place: Place) -> Miss[R]:
        return Miss(place=place, recipe=self.recipe, is_alone=True)

    def _refresh(self, miss: Miss[R], load: Loader[R]) -> None:
        """Load in a thread of the background, once for each place at a time."""
        self.engine.flights.refresh(
            miss.place.value, lambda: self._refreshed(miss, load)
        )

    def _refreshed(self, miss: Miss[R], load: Loader[R]) -> None:
        flight: Future[Outcome[object] | None] = Future()
        try:
            self._load(self.engine.flights, flight, miss, load)
        except Exception as error:
            self.engine.told_background(self.recipe.namer.item, error)


class _Flying(Performing):
    """Performs a load; nobody joins it from the moment in which it ends in Redis."""

    def __init__(self, link: Link, shared: Shared, load: Callable[[], object]) -> None:
        super().__init__(link, shared, load)
        self.before_publish: Callable[[], None] = lambda: None
        self.asked_at: float = 0.0

    def perform(self, effect: Effect[T]) -> T:
        if asks(effect):
            self.asked_at = time.monotonic()
        if ends_without_error(effect):
            self.before_publish()
        return super().perform(effect)


def _settle(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
