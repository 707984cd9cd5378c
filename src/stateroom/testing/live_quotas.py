"""The promises of a quota in windows of the calendar, and of its money."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from stateroom.errors import InvalidValue, QuotaExceeded, UsageError
from stateroom.live import Live, ManualClock, Quota
from stateroom.live.calendars import Period
from stateroom.testing.live_base import Face, LiveBackend, LivePromises

__all__ = ("QuotaPromises",)

DAY_S = 86_400.0
PERIODS: tuple[Period, Period] = ("month", "day")
FEBRUARY = datetime(2027, 2, 1, tzinfo=UTC)
"""When the window of a month ends in which the clock of these tests stands."""


def quota(live: Live, *, limit: int = 5, soft: int | None = 3) -> Quota:
    """Return a quota of each month whose calls cost something."""
    return live.quota(
        "job-api", limit=limit, per="month", soft=soft,
        cost_per_call="0.1", currency="EUR",
    )  # fmt: skip


class QuotaPromises(LivePromises):
    """No more calls than the limit, each of them counted, in windows that end."""

    async def test_calls_are_allowed_up_to_the_limit(
        self, live: Live, face: Face
    ) -> None:
        calls = face(quota(live))
        grants = [await calls.take() for _ in range(7)]
        assert [each.is_allowed for each in grants] == [True] * 5 + [False] * 2
        assert [each.used for each in grants] == [1, 2, 3, 4, 5, 5, 5]
        assert [each.remaining for each in grants] == [4, 3, 2, 1, 0, 0, 0]
        assert {(each.limit, each.name, each.origin) for each in grants} == {
            (5, "job-api", "redis")
        }

    async def test_a_refusal_tells_when_to_come_again(
        self, live: Live, face: Face
    ) -> None:
        calls = face(quota(live, limit=1, soft=None))
        first, second = [await calls.take() for _ in range(2)]
        assert (first.resets_at, first.retry_after) == (FEBRUARY, 0)
        assert (second.resets_at, second.retry_after) == (FEBRUARY, 1_440_000)

    async def test_the_window_that_comes_after_begins_with_nothing(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(quota(live, limit=1, soft=None))
        await calls.take()
        clock.advance((await calls.take()).retry_after)
        assert (await calls.usage()).used == 0
        grants = [await calls.take() for _ in range(2)]
        assert [each.is_allowed for each in grants] == [True, False]
        assert grants[0].resets_at == datetime(2027, 3, 1, tzinfo=UTC)

    async def test_a_window_is_of_the_calendar_of_its_zone(
        self, live: Live, face: Face
    ) -> None:
        zone = ZoneInfo("America/New_York")
        calls = face(live.quota("job-api", limit=5, per="month", timezone=zone))
        told = (await calls.take()).resets_at, (await calls.usage()).resets_at
        assert told == (datetime(2027, 2, 1, 5, tzinfo=UTC),) * 2
        assert {each.isoformat() for each in told} == {"2027-02-01T00:00:00-05:00"}

    async def test_a_grant_is_true_where_it_allows(
        self, live: Live, face: Face
    ) -> None:
        calls = face(quota(live, limit=1, soft=None))
        assert [bool(await calls.take()) for _ in range(2)] == [True, False]

    async def test_several_calls_fit_all_or_none_of_them(
        self, live: Live, face: Face
    ) -> None:
        calls = face(quota(live))
        grants = [await calls.take(3), await calls.take(3), await calls.take(2)]
        assert [each.is_allowed for each in grants] == [True, False, True]
        assert [each.used for each in grants] == [3, 3, 5]

    async def test_above_the_soft_limit_a_grant_says_so(
        self, live: Live, face: Face
    ) -> None:
        calls = face(quota(live))
        grants = [await calls.take() for _ in range(6)]
        assert [each.is_soft for each in grants] == [False] * 3 + [True] * 2 + [False]

    async def test_another_process_counts_the_same_calls(
        self, live: Live, other: Live, face: Face
    ) -> None:
        await face(quota(live)).take(2)
        assert (await face(quota(other)).take()).used == 3

    async def test_quotas_of_others_are_others(self, live: Live, face: Face) -> None:
        calls = face(quota(live, limit=1, soft=None))
        for each in (calls, calls.of(user=7), calls.of("export", user=7)):
            assert (await each.take()).is_allowed
        assert not (await calls.of(user="7").take()).is_allowed

    async def test_never_are_more_allowed_than_the_limit(
        self, live: Live, other: Live
    ) -> None:
        quotas = [quota(live, limit=20), quota(other, limit=20)] * 20
        grants = await asyncio.gather(*(each.take() for each in quotas))
        assert sum(each.is_allowed for each in grants) == 20
        assert sorted(each.used for each in grants if each.is_allowed) == list(
            range(1, 21)
        )

    async def test_require_raises_what_a_refusal_tells(
        self, live: Live, face: Face
    ) -> None:
        calls = face(quota(live, limit=1, soft=None))
        assert (await calls.require()).is_allowed
        with pytest.raises(QuotaExceeded, match="job-api: 1 calls count") as caught:
            await calls.require()
        error = caught.value
        assert (error.name, error.is_soft, error.resets_at, error.retry_after) == (
            ("job-api", False, FEBRUARY, 1_440_000)
        )

    async def test_usage_tells_what_was_used_and_counts_nothing(
        self, live: Live, face: Face
    ) -> None:
        calls = face(quota(live))
        await calls.take(2)
        used = [await calls.usage() for _ in range(2)]
        assert used[0] == used[1]
        told = used[0]
        assert (told.used, told.remaining, told.limit, told.soft) == (2, 3, 5, 3)
        assert told.resets_at == FEBRUARY

    async def test_money_is_exact(self, live: Live, face: Face) -> None:
        calls = face(quota(live))
        assert (await calls.take(3)).cost == Decimal("0.3")
        await calls.avoided(7)
        told = await calls.usage()
        assert (told.spent, told.saved, told.currency) == (
            (Decimal("0.3"), Decimal("0.7"), "EUR")
        )

    async def test_without_a_price_there_is_no_money(
        self, live: Live, face: Face
    ) -> None:
        calls = face(live.quota("job-api", limit=5, per="day"))
        assert (await calls.take()).cost is None
        told = await calls.usage()
        assert (told.spent, told.saved) == (None, None)

    async def test_calls_that_were_avoided_are_no_calls(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(quota(live))
        await calls.avoided()
        await calls.take()
        await calls.avoided(40)
        told = await calls.usage()
        assert (told.used, told.avoided) == (1, 41)
        clock.advance(17 * DAY_S)
        assert (await calls.usage()).avoided == 0

    async def test_a_call_that_was_not_made_is_given_back_once(
        self, live: Live, other: Live, face: Face
    ) -> None:
        calls = face(quota(live))
        grant = await calls.take(2)
        await calls.take()
        given = [
            await face(each).give_back(grant) for each in map(quota, (live, other))
        ]
        assert (given, (await calls.usage()).used) == ([True, False], 1)

    async def test_what_is_no_longer_counted_is_not_given_back(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(live.quota("job-api", limit=1, per="minute"))
        before = await calls.take()
        refused = await calls.take()
        clock.advance(60)
        assert not await calls.give_back(before)
        await calls.take()
        assert not await calls.give_back(before)
        assert not await calls.give_back(refused)
        assert (await calls.usage()).used == 1

    async def test_after_an_hour_a_call_counts_as_made(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        calls = face(quota(live))
        late, in_time = await calls.take(), await calls.take()
        clock.advance(3600)
        assert await calls.give_back(in_time)
        clock.advance(0.001)
        assert not await calls.give_back(late)
        assert not await calls.give_back(in_time)

    async def test_a_reset_begins_with_nothing(self, live: Live, face: Face) -> None:
        calls = face(quota(live))
        grant = await calls.take(5)
        await calls.avoided()
        await calls.reset()
        await calls.take()
        assert not await calls.give_back(grant)
        told = await calls.usage()
        assert (told.used, told.avoided, told.spent) == (1, 0, Decimal("0.1"))

    async def test_a_window_is_not_left_for_a_clock_that_is_behind(
        self, live: Live, backend: LiveBackend, namespace: str, clock: ManualClock
    ) -> None:
        behind = ManualClock(clock.now_ms() - 1_000)
        late = live.quota("job-api", limit=3, per="hour")  # the hour has just begun
        assert (await late.take(2)).used == 2
        async with backend.open(namespace=namespace, clock=behind) as slow:
            early = slow.quota("job-api", limit=3, per="hour")
            assert (await early.usage()).used == 2
            grants = [await early.take(), await early.take()]
            assert [each.is_allowed for each in grants] == [True, False]
            assert [each.resets_at.hour for each in grants] == [9, 9]
        assert (await late.usage()).used == 3

    async def test_a_lower_limit_holds_at_once(self, live: Live, face: Face) -> None:
        await face(quota(live)).take(4)
        lowered = face(quota(live, limit=3))
        grant = await lowered.take()
        assert (grant.is_allowed, grant.used, grant.remaining) == (False, 4, 0)
        assert (await lowered.usage()).remaining == 0

    async def test_a_longer_period_begins_when_the_shorter_one_is_over(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        month, day = (
            face(live.quota("job-api", limit=9, per=each)) for each in PERIODS
        )
        used = [(await each.take()).used for each in (month, day, month, day)]
        clock.advance(DAY_S)
        used += [(await month.take()).used, (await day.take()).used]
        assert used == [1, 1, 2, 3, 1, 1]

    @pytest.mark.parametrize("count", [0, -1, 6, 1.0, True, "1"])
    async def test_what_could_never_be_called_is_refused(
        self, live: Live, face: Face, count: int
    ) -> None:
        calls = face(quota(live))
        with pytest.raises(InvalidValue, match="job-api") as caught:
            await calls.take(count)
        assert caught.value.allowed == "an int, 1 to 5"
        assert (await calls.usage()).used == 0

    async def test_a_grant_of_another_quota_is_refused(
        self, live: Live, face: Face
    ) -> None:
        grant = await face(live.quota("mail", limit=5, per="day")).take()
        with pytest.raises(UsageError, match="another quota: mail"):
            await face(quota(live)).give_back(grant)
