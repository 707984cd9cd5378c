"""The promises of guarded functions, and of several quotas as one."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.errors import QuotaExceeded, UsageError
from stateroom.live import Live, ManualClock, Quota
from stateroom.testing.live_base import Face, LivePromises

__all__ = ("GuardPromises",)


def quota(live: Live, *, soft: int | None = None) -> Quota:
    """Return three calls a day."""
    return live.quota("job-api", limit=3, per="day", soft=soft)


class GuardPromises(LivePromises):
    """Only real calls count, and above the limit there are none."""

    async def test_above_the_limit_a_function_is_not_called(self, live: Live) -> None:
        called: list[int] = []

        @quota(live).guarded()
        async def fetch(number: int) -> int:
            called.append(number)
            return number + 1

        assert [await fetch(each) for each in range(3)] == [1, 2, 3]
        with pytest.raises(QuotaExceeded, match="job-api"):
            await fetch(3)
        assert called == [0, 1, 2]

    async def test_a_blocking_function_is_guarded_alike(self, live: Live) -> None:
        called: list[int] = []

        @quota(live).guarded()
        def fetch(number: int) -> int:
            called.append(number)
            return number + 1

        told = [await asyncio.to_thread(fetch, each) for each in range(3)]
        with pytest.raises(QuotaExceeded, match="job-api"):
            await asyncio.to_thread(fetch, 3)
        assert (told, called) == ([1, 2, 3], [0, 1, 2])

    async def test_a_call_that_failed_was_a_call(self, live: Live) -> None:
        calls = quota(live)

        @calls.guarded(not_called=(ConnectionError,))
        async def fetch() -> None:
            raise TimeoutError("no answer")

        with pytest.raises(TimeoutError):
            await fetch()
        assert (await calls.usage()).used == 1

    async def test_a_call_that_was_never_sent_is_none(self, live: Live) -> None:
        calls = quota(live)

        @calls.guarded(not_called=(ConnectionRefusedError, LookupError))
        async def fetch() -> None:
            raise ConnectionRefusedError("nobody there")

        @calls.guarded(not_called=(LookupError,))
        def fetch_blocking() -> None:
            raise KeyError("no token")

        with pytest.raises(ConnectionRefusedError):
            await fetch()
        with pytest.raises(KeyError):
            await asyncio.to_thread(fetch_blocking)
        assert (await calls.usage()).used == 0

    async def test_it_may_stop_at_the_soft_limit(
        self, live: Live, clock: ManualClock
    ) -> None:
        @quota(live, soft=1).guarded(when_soft="refuse")
        async def fetch() -> int:
            return 1

        assert await fetch() == 1
        with pytest.raises(QuotaExceeded, match="in reserve") as caught:
            await fetch()
        assert caught.value.is_soft
        clock.advance(caught.value.retry_after)
        assert await fetch() == 1

    async def test_the_reserve_is_for_whom_it_is_opened(self, live: Live) -> None:
        calls = quota(live, soft=1)

        @calls.guarded(when_soft="refuse")
        async def fetch() -> int:
            return (await calls.usage()).used

        await fetch()
        with calls.up_to_limit():
            assert await fetch() == 2
        with pytest.raises(QuotaExceeded) as outside:
            await fetch()
        with calls.up_to_limit():
            assert await fetch() == 3
            with pytest.raises(QuotaExceeded) as inside:
                await fetch()
        assert [each.value.is_soft for each in (outside, inside)] == [True, False]

    async def test_above_the_soft_limit_it_calls_unless_told_otherwise(
        self, live: Live
    ) -> None:
        @quota(live, soft=1).guarded()
        async def fetch() -> int:
            return 1

        assert [await fetch() for _ in range(3)] == [1, 1, 1]

    async def test_a_call_has_to_fit_in_several(self, live: Live, face: Face) -> None:
        everybody, user = quota(live), live.quota("user", limit=1, per="hour")
        ann, bob = user.of(user="ann"), user.of(user="bob")
        both = [face(each.also(everybody)) for each in (ann, bob)]
        told = [(await each.take()).is_allowed for each in both for _ in range(2)]
        assert told == [True, False, True, False]
        assert (await everybody.usage()).used == 2

    async def test_what_one_of_several_refuses_the_others_do_not_count(
        self, live: Live, face: Face
    ) -> None:
        first, second = quota(live), live.quota("user", limit=1, per=60)
        both = face(first.also(second))
        await both.require()
        with pytest.raises(QuotaExceeded, match=r"^user:"):
            await both.require()
        refused = (await both.take()).refused
        assert refused is not None
        assert (refused.name, refused.retry_after) == ("user", 60)
        assert [(await each.usage()).used for each in (first, second)] == [1, 1]

    async def test_several_get_their_calls_back(self, live: Live, face: Face) -> None:
        first, second = quota(live), live.quota("user", limit=1, per=60)
        both = face(first.also(second))
        grants = await both.take()
        assert grants
        assert not await both.take()
        assert [await both.give_back(grants) for _ in range(2)] == [True, False]
        assert [(await each.usage()).used for each in (first, second)] == [0, 0]

    async def test_several_guard_a_function(self, live: Live) -> None:
        first, second = quota(live, soft=2), live.quota("user", limit=1, per="day")
        several = first.also(second)

        @several.guarded(when_soft="refuse", not_called=(LookupError,))
        async def fetch(*, is_sent: bool) -> None:
            if not is_sent:
                raise LookupError("no token")

        with pytest.raises(LookupError):
            await fetch(is_sent=False)
        await fetch(is_sent=True)
        with pytest.raises(QuotaExceeded, match=r"^user:"):
            await fetch(is_sent=True)
        assert [(await each.usage()).used for each in (first, second)] == [1, 1]

    async def test_one_quota_is_not_taken_of_twice(self, live: Live) -> None:
        with pytest.raises(UsageError, match="one quota twice"):
            quota(live).also(quota(live))

    async def test_quotas_of_several_live_objects_are_refused(
        self, live: Live, other: Live
    ) -> None:
        with pytest.raises(UsageError, match="not of one Live"):
            quota(live).also(other.quota("user", limit=1, per="day"))
