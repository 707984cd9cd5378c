"""A cache before a guarded loader: an older value above a limit, and no call.

Source:
    Rule R7 of the decision framework, and its correction G46: the counter moves on
    real calls only; above the soft limit stale is served; above the hard one no call.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from stateroom.cache import AsyncCached, Cache
from stateroom.errors import QuotaExceeded
from stateroom.live import Live, ManualClock, Quota

DAY_S = 86_400
HOUR_S = 3_600


@dataclass
class Provider:
    """Somebody else's service, whose calls cost something."""

    asked: list[str] = field(default_factory=list)

    async def salary(self, title: str) -> int:
        self.asked.append(title)
        return 50_000 + len(self.asked)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def calls(clock: ManualClock) -> Quota:
    live = Live.memory(clock=clock)
    return live.quota("salary-api", limit=4, soft=2, per="month", cost_per_call="0.01")


@pytest.fixture
def salary(
    clock: ManualClock, calls: Quota, provider: Provider
) -> AsyncCached[[str], int]:
    @Cache.memory(clock=clock).cached(ttl=HOUR_S, stale_if_error=30 * DAY_S, jitter=0)
    @calls.guarded(when_soft="refuse", not_called=(ConnectionRefusedError,))
    async def salary(title: str) -> int:
        return await provider.salary(title)

    return salary


async def patient(salary: AsyncCached[[str], int], calls: Quota, title: str) -> int:
    """Return a value; of the reserve only where there is no older one."""
    try:
        return await salary(title)
    except QuotaExceeded as error:
        if not error.is_soft:
            raise
        with calls.up_to_limit():
            return await salary.refresh(title)


async def test_what_the_cache_has_is_no_call(
    salary: AsyncCached[[str], int], calls: Quota, provider: Provider
) -> None:
    told = await asyncio.gather(*(salary("Nurse") for _ in range(20)))
    assert (set(told), provider.asked) == ({50_001}, ["Nurse"])
    assert (await calls.usage()).used == 1


async def test_above_the_soft_limit_an_older_value_is_served(
    salary: AsyncCached[[str], int],
    calls: Quota,
    provider: Provider,
    clock: ManualClock,
) -> None:
    for title in ("Nurse", "Cook"):
        await salary(title)
    clock.advance(2 * HOUR_S)
    entry = await salary.entry("Nurse")
    assert (entry.value, entry.origin) == (50_001, "fallback")
    assert entry.reason.startswith("QuotaExceeded: salary-api: 2 calls count")
    assert (provider.asked, (await calls.usage()).used) == (["Nurse", "Cook"], 2)


async def test_what_no_older_value_answers_may_use_the_reserve(
    salary: AsyncCached[[str], int], calls: Quota, provider: Provider
) -> None:
    for title in ("Nurse", "Cook", "Baker", "Smith", "Smith"):
        await patient(salary, calls, title)
    assert provider.asked == ["Nurse", "Cook", "Baker", "Smith"]


async def test_above_the_hard_limit_there_is_no_call(
    salary: AsyncCached[[str], int],
    calls: Quota,
    provider: Provider,
    clock: ManualClock,
) -> None:
    titles = ["Nurse", "Cook", "Baker", "Smith"]
    for title in titles:
        await patient(salary, calls, title)
    with pytest.raises(QuotaExceeded) as caught:
        await patient(salary, calls, "Clerk")
    assert not caught.value.is_soft
    clock.advance(2 * HOUR_S)
    assert [await patient(salary, calls, each) for each in titles] == (
        [50_001, 50_002, 50_003, 50_004]
    )
    assert (provider.asked, (await calls.usage()).used) == (titles, 4)


async def test_when_the_window_ends_values_are_new_again(
    salary: AsyncCached[[str], int],
    calls: Quota,
    provider: Provider,
    clock: ManualClock,
) -> None:
    for title in ("Nurse", "Cook", "Baker", "Smith"):
        await patient(salary, calls, title)
    clock.advance(17 * DAY_S)
    assert await salary("Nurse") == 50_005
    assert (await calls.usage()).used == 1
