"""What can be declared of a quota, and what a guarded function stays."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

import pytest

from stateroom.errors import BlockingCall, InvalidValue, QuotaExceeded, UsageError
from stateroom.live import Live, ManualClock, Quota
from stateroom.live.quota_rules import Money, OnUnavailable, Per


class Options(TypedDict, total=False):
    """What ``Live.quota`` takes."""

    limit: int
    per: Per
    soft: int
    burst: int
    cost_per_call: Money
    on_unavailable: OnUnavailable


def declared(**options: Unpack[Options]) -> Quota:
    given: Options = {"limit": 5, "per": "month"}
    given.update(options)
    return Live.memory(clock=ManualClock()).quota("job-api", **given)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": -3}, "limit"),
        ({"limit": 10**15 + 1}, "limit"),
        ({"limit": 5.0}, "limit"),
        ({"limit": True}, "limit"),
        ({"per": "fortnight"}, "not a period"),
        ({"per": 0}, "per"),
        ({"per": -1.0}, "per"),
        ({"per": 0.0001}, "per"),
        ({"per": float("nan")}, "per"),
        ({"per": float("inf")}, "per"),
        ({"per": True}, "per"),
        ({"per": None}, "per"),
        ({"per": timedelta(0)}, "per"),
        ({"per": timedelta(days=40_000)}, "per"),
        ({"soft": -1}, "soft"),
        ({"soft": 6}, "soft"),
        ({"soft": "3"}, "soft"),
        ({"per": 60, "burst": 0}, "burst"),
        ({"per": 60, "burst": 2, "soft": 3}, "soft"),
        ({"per": timedelta(days=365), "limit": 1, "burst": 101}, "fills too long"),
        ({"cost_per_call": 0.1}, "costs"),
        ({"cost_per_call": 1}, "costs"),
        ({"cost_per_call": "ten"}, "costs"),
        ({"cost_per_call": "-0.1"}, "costs"),
        ({"cost_per_call": Decimal("NaN")}, "costs"),
        ({"cost_per_call": Decimal("Infinity")}, "costs"),
        ({"on_unavailable": "ignore"}, "Redis is away"),
    ],
)
def test_what_is_no_quota_is_refused(options: Options, told: str) -> None:
    with pytest.raises(InvalidValue, match=told) as caught:
        declared(**options)
    assert caught.value.found
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("options", "told", "hint"),
    [
        ({"burst": 2}, "burst=2 of a window", "in seconds"),
        ({"per": 60, "cost_per_call": "1"}, "smooth rate", 'per="month"'),
    ],
)
def test_what_does_not_go_together_is_refused(
    options: Options, told: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        declared(**options)
    assert hint in caught.value.hint


@pytest.mark.parametrize("per", [1, 0.5, 0.001, 86_400, timedelta(minutes=5)])
async def test_a_time_is_a_rate_and_a_word_is_a_window(per: Per) -> None:
    grant = await declared(per=per).take(5)
    assert (grant.remaining, grant.resets_at.year) == (0, 2027)


async def test_money_does_not_round() -> None:
    calls = declared(limit=10**12, cost_per_call=Decimal("0.000123456789012345"))
    assert (await calls.take(10**12)).cost == Decimal("123456789.012345")


async def test_a_soft_limit_of_none_is_soft_from_the_first_call() -> None:
    assert (await declared(soft=0).take()).is_soft


def test_a_guarded_function_looks_like_itself() -> None:
    @declared().guarded()
    async def fetch(title: str, *, page: int = 1) -> list[str]:
        """Fetch a page."""
        return [title] * page

    @declared().guarded()
    def fetch_blocking(title: str) -> str:
        return title

    assert inspect.iscoroutinefunction(fetch)
    assert not inspect.iscoroutinefunction(fetch_blocking)
    assert (fetch.__name__, fetch.__doc__) == ("fetch", "Fetch a page.")
    assert list(inspect.signature(fetch).parameters) == ["title", "page"]


async def test_a_guard_without_options_needs_no_parentheses() -> None:
    live = Live.memory()
    calls = live.quota("job-api", limit=2, per="day")
    share = live.quota("share", limit=9, per="day")

    @calls.guarded
    async def fetch(number: int) -> int:
        return number + 1

    @calls.also(share).blocking.guarded
    def fetch_blocking(number: int) -> int:
        return number + 2

    assert [await fetch(1), await asyncio.to_thread(fetch_blocking, 1)] == [2, 3]
    assert ((await calls.usage()).used, (await share.usage()).used) == (2, 1)
    with pytest.raises(QuotaExceeded):
        await fetch(1)


def test_what_is_no_function_is_not_guarded() -> None:
    for guard in (declared().guarded, declared().guarded()):
        with pytest.raises(InvalidValue, match="job-api: not a function to guard: 'r"):
            guard("refuse")  # type: ignore[call-overload]


async def test_methods_and_callable_objects_are_guarded() -> None:
    calls = declared(limit=2)

    class Client:
        @calls.guarded()
        async def fetch(self, number: int) -> int:
            return number + 1

        async def __call__(self) -> str:
            return "called"

    client = Client()
    fetch = calls.guarded()(client.__call__)
    assert [await client.fetch(1), await fetch()] == [2, "called"]
    with pytest.raises(QuotaExceeded):
        await client.fetch(1)


async def test_what_awaits_though_it_is_no_coroutine_function_is_refused() -> None:
    async def inner() -> int:
        return 1

    @declared().guarded()
    def fetch() -> Awaitable[int]:
        return inner()

    with pytest.raises(BlockingCall):
        await fetch()
    with pytest.raises(UsageError, match="something to await") as caught:
        await (await asyncio.to_thread(fetch))
    assert "async def" in caught.value.hint


def test_a_generator_is_refused() -> None:
    def pages() -> Iterator[int]:
        yield 1

    async def pages_async() -> AsyncIterator[int]:
        yield 1

    for each in (pages, pages_async):
        with pytest.raises(UsageError, match="generator"):
            declared().guarded()(each)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"when_soft": "stop"}, "when_soft"),
        ({"when_soft": "refuse"}, "no soft limit"),
        ({"not_called": ConnectionError}, "not_called"),
        ({"not_called": ("ConnectionError",)}, "not_called"),
        ({"not_called": (KeyboardInterrupt,)}, "not_called"),
    ],
)
def test_a_wrong_guard_is_refused(options: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        declared().guarded(**options)  # type: ignore[call-overload]  # that is the point


async def test_a_guarded_blocking_function_is_not_called_in_a_loop() -> None:
    called: list[int] = []
    calls = declared()
    fetch = calls.guarded()(called.append)
    with pytest.raises(BlockingCall, match="job-api: guarded"):
        fetch(1)
    assert (called, (await calls.usage()).used) == ([], 0)


async def test_a_call_that_is_cancelled_stays_counted() -> None:
    calls = declared()
    is_sent = asyncio.Event()

    @calls.guarded(not_called=(Exception,))
    async def fetch() -> None:
        is_sent.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(fetch())
    await is_sent.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await calls.usage()).used == 1


async def test_the_reserve_that_one_task_opened_is_closed_to_others() -> None:
    calls = declared(soft=0)

    @calls.guarded(when_soft="refuse")
    async def fetch() -> str:
        return "called"

    async def reserved() -> str:
        with calls.up_to_limit():
            return await fetch()

    told = await asyncio.gather(reserved(), fetch(), return_exceptions=True)
    assert told[0] == "called"
    assert isinstance(told[1], QuotaExceeded)
