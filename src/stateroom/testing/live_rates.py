"""The promises of a quota that is a smooth rate."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from stateroom.errors import QuotaExceeded, UsageError
from stateroom.live import Live, ManualClock, Quota
from stateroom.testing.live_base import Face, LivePromises

__all__ = ("RatePromises",)


def rate(live: Live, *, limit: int = 10, burst: int | None = 2) -> Quota:
    """Return so many calls in 100 s, of which a few may come at once."""
    return live.quota("job-api", limit=limit, per=100, burst=burst)


class RatePromises(LivePromises):
    """Calls come as fast as the rate says, after a burst, and never faster."""

    async def test_a_burst_is_allowed_and_then_one_call_at_a_time(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(rate(live))
        told = [(await calls.take()).is_allowed for _ in range(3)]
        for _ in range(3):
            clock.advance(10)
            told += [(await calls.take()).is_allowed for _ in range(2)]
        assert told == [True, True, False] + [True, False] * 3

    async def test_a_refusal_tells_the_moment_from_which_a_call_fits(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(rate(live, limit=7, burst=3))  # one in 14.2857142... s
        await calls.take(3)
        clock.advance(1.5)
        refused = await calls.take(2)
        assert refused.retry_after == 27.072
        clock.advance(27.071)
        assert not (await calls.take(2)).is_allowed
        clock.advance(0.001)
        assert (await calls.take(2)).is_allowed

    async def test_the_whole_limit_is_the_burst_where_none_is_said(
        self, live: Live, face: Face
    ) -> None:
        calls = face(rate(live, burst=None))
        assert (await calls.take(10)).remaining == 0
        with pytest.raises(QuotaExceeded):
            await calls.require()

    async def test_a_burst_may_be_more_than_the_calls_of_a_period(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(live.quota("job-api", limit=1, per=timedelta(seconds=1), burst=4))
        await calls.take(4)
        clock.advance(2)
        assert [(await calls.take()).is_allowed for _ in range(3)] == [
            True,
            True,
            False,
        ]

    async def test_usage_falls_as_time_passes(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(rate(live, burst=5))
        start = (await calls.usage()).resets_at
        grant = await calls.take(4)
        clock.advance(15)
        told = await calls.usage()
        assert (told.used, told.remaining, told.avoided) == (3, 2, 0)
        assert (grant.used, grant.remaining) == (4, 1)
        assert grant.resets_at == told.resets_at == start + timedelta(seconds=40)
        clock.advance(1000)
        told = await calls.usage()
        assert (told.used, told.resets_at) == (0, start + timedelta(seconds=1015))

    async def test_a_burst_above_the_soft_limit_says_so(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(live.quota("job-api", limit=10, per=100, burst=3, soft=1))
        told = [(await calls.take()).is_soft for _ in range(4)]
        clock.advance(25)
        told.append((await calls.take()).is_soft)
        assert told == [False, True, True, False, True]

    async def test_never_do_more_come_at_once_than_the_burst(
        self, live: Live, other: Live
    ) -> None:
        rates = [rate(live, burst=8), rate(other, burst=8)] * 10
        grants = await asyncio.gather(*(each.take() for each in rates))
        assert sum(each.is_allowed for each in grants) == 8

    async def test_rates_of_others_are_others(self, live: Live, face: Face) -> None:
        calls = face(rate(live))
        await calls.take(2)
        assert (await calls.of(user=7).take(2)).is_allowed

    async def test_a_call_that_was_not_made_makes_room_once(
        self, live: Live, face: Face
    ) -> None:
        calls = face(rate(live))
        grant, _ = await calls.take(), await calls.take()
        given = [await calls.give_back(grant) for _ in range(2)]
        assert given == [True, False]
        grants = [await calls.take() for _ in range(2)]
        assert [each.is_allowed for each in grants] == [True, False]

    async def test_only_what_has_not_passed_of_a_call_is_given_back(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(rate(live))
        first, second = await calls.take(), await calls.take()
        clock.advance(
            14
        )  # the time of the first has passed, of the second 6 s are left
        assert [await calls.give_back(each) for each in (first, second)] == [
            False,
            True,
        ]
        assert (await calls.usage()).used == 0

    async def test_giving_back_makes_no_room_that_others_had_not_left(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(rate(live))
        first, second = await calls.take(), await calls.take()
        await calls.give_back(first)
        clock.advance(9)
        await calls.take()
        clock.advance(1)
        # Without both, one call was made a second ago: 9 s of it are left.
        await calls.give_back(second)
        grants = [await calls.take() for _ in range(2)]
        assert [each.is_allowed for each in grants] == [True, False]

    async def test_a_reset_lets_the_whole_burst_come(
        self, live: Live, face: Face
    ) -> None:
        calls = face(rate(live))
        grant = await calls.take(2)
        await calls.reset()
        assert (await calls.take()).remaining == 1
        assert not await calls.give_back(grant)

    async def test_a_rate_and_a_calendar_of_one_name_count_apart(
        self, live: Live, face: Face
    ) -> None:
        before, after = (
            face(live.quota("job-api", limit=2, per="day")),
            face(rate(live)),
        )
        for each in (before, after, before, after):
            assert (await each.take()).is_allowed
        assert [(await each.take()).is_allowed for each in (before, after)] == [
            False
        ] * 2

    async def test_another_limit_goes_on_from_what_is_taken_up(
        self, live: Live, face: Face
    ) -> None:
        await face(rate(live, limit=7, burst=3)).take(2)
        told = await face(rate(live, limit=3, burst=3)).usage()
        assert (told.used, told.remaining) == (1, 2)
        assert (await face(rate(live, limit=3, burst=3)).take()).is_allowed

    async def test_avoided_calls_have_no_window_to_count_in(
        self, live: Live, face: Face
    ) -> None:
        with pytest.raises(UsageError, match="no window") as caught:
            await face(rate(live)).avoided()
        assert 'per="month"' in caught.value.hint
