"""The promises of a counter."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.errors import InvalidValue
from stateroom.live import Live, ManualClock
from stateroom.testing.live_base import Face, LivePromises

__all__ = ("CounterPromises",)

DAY_S = 86_400


class CounterPromises(LivePromises):
    """None of the changes is lost, bounds hold, and windows end when they do."""

    async def test_what_nobody_counted_is_0(self, live: Live, face: Face) -> None:
        assert await face(live.counter("views")).get() == 0

    async def test_a_counter_tells_what_it_is_after_each_change(
        self, live: Live, face: Face
    ) -> None:
        views = face(live.counter("views"))
        told = [await views.add(), await views.add(41), await views.add(-2)]
        assert (told, await views.get()) == ([1, 42, 40], 40)

    async def test_another_process_sees_the_same_number(
        self, live: Live, other: Live, face: Face
    ) -> None:
        await face(live.counter("views")).add(3)
        assert await face(other.counter("views")).add(4) == 7

    async def test_counters_of_others_are_others(self, live: Live, face: Face) -> None:
        views = face(live.counter("views"))
        for other in (
            views,
            views.of("home"),
            views.of(user=7),
            views.of(group=7),
            views.of("home", "page", user=7),
        ):
            await other.add()
        assert [await views.of("home").get(), await views.of(user="7").get()] == [1, 1]

    async def test_no_change_is_lost_among_many(self, live: Live, other: Live) -> None:
        counters = [live.counter("views"), other.counter("views")] * 25
        await asyncio.gather(*(each.add(2) for each in counters))
        assert await live.counter("views").get() == 100

    async def test_a_counter_stays_within_its_bounds(
        self, live: Live, face: Face
    ) -> None:
        seats = face(live.counter("seats", at_least=0, at_most=3))
        told = [await seats.add(5), await seats.add(-2), await seats.add(-9)]
        assert told == [3, 1, 0]

    async def test_a_window_begins_at_0(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        today = face(live.counter("today", window="day"))
        await today.add(5)
        clock.advance(DAY_S)
        assert [await today.get(), await today.add()] == [0, 1]

    async def test_a_counter_is_reset(self, live: Live, face: Face) -> None:
        views = face(live.counter("views"))
        await views.add(5)
        await views.reset()
        assert await views.get() == 0

    async def test_it_counts_exactly_beyond_what_a_double_can(
        self, live: Live, face: Face
    ) -> None:
        big = face(live.counter("big"))
        await big.add(2**53)
        assert [await big.add(1), await big.get()] == [2**53 + 1, 2**53 + 1]

    async def test_what_is_no_number_of_redis_is_refused(
        self, live: Live, face: Face
    ) -> None:
        with pytest.raises(InvalidValue, match="views"):
            await face(live.counter("views")).add(2**64)
