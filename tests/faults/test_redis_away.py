"""Redis is killed, paused, cut off or slow: a correct value anyway, in bounded time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from stateroom.cache import Cache
from stateroom.errors import NotInvalidated, Overloaded
from stateroom.link.breaker import Circuit
from stateroom.testing import FaultProxy
from tests.faults.conftest import OpensBlocking, OpensCache
from tests.faults.jobs import Gate, Jobs, Plain
from tests.faults.sources import Source
from tests.faults.watching import engine_of, until_async
from tests.faults.weather import SILENT, WEATHER, Weather
from tests.fixtures_servers import MakesRedis
from tests.servers.binaries import HOST
from tests.servers.processes import RedisProcess, until

BUDGET_S = 0.15
MOST_ADDED_S = 5.0
"""No test of speed: the budgets allow a third of it, and the machine is busy."""
BLOCKED = [each for each in WEATHER if each.name in {"paused", "killed", "refused"}]
NAMES = [f"n{n}" for n in range(10)]
VALUES = [f"{name}: first" for name in NAMES]


@pytest.fixture
def proxy(own_redis: MakesRedis, weathered: RedisProcess) -> Iterator[FaultProxy]:
    del own_redis
    with FaultProxy(HOST, weathered.port) as made:
        yield made


@pytest.fixture
def weathered(own_redis: MakesRedis) -> RedisProcess:
    """The server that a test breaks."""
    return own_redis()


@pytest.fixture(params=WEATHER, ids=[each.name for each in WEATHER])
def weather(request: pytest.FixtureRequest) -> Weather:
    found = request.param
    assert isinstance(found, Weather)
    return found


@contextmanager
def in_time() -> Iterator[None]:
    """See that the block does not take longer than a call may be held up."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < MOST_ADDED_S


def answers(cache: Cache) -> bool:
    """Say whether a cache believes that its Redis answers."""
    return engine_of(cache).breaker.circuit is Circuit.CLOSED


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the words that the log has for each change, in order."""
    lines = [each.getMessage() for each in caplog.records if each.name != "asyncio"]
    words = ("does not answer", "answers again")
    return [next((w for w in words if line.endswith(w)), line) for line in lines]


@pytest.mark.slow
async def test_every_read_gets_a_correct_value_in_time_and_redis_is_found_again(
    weathered: RedisProcess,
    proxy: FaultProxy,
    weather: Weather,
    source: Source,
    open_cache: OpensCache,
    *,
    caplog: pytest.LogCaptureFixture,
) -> None:
    jobs = Jobs(open_cache(proxy.url(), timeout=BUDGET_S), source, Gate())
    await until_async(lambda: weathered.is_running, "the server")
    await jobs.static("warm")
    caplog.set_level(logging.INFO, "stateroom")
    weather.begin(weathered, proxy)

    for name, value in zip(NAMES, VALUES, strict=True):
        with in_time():
            assert await jobs.static(name) == value
        with in_time():
            assert await jobs.static("warm") == "warm: first"
    assert not answers(jobs.cache)
    assert engine_of(jobs.cache).breaker.opened == 1

    weather.end(weathered, proxy)
    async with asyncio.timeout(10):
        while not answers(jobs.cache):  # whoever reads finds out
            with in_time():
                assert await jobs.static("warm") == "warm: first"
    assert [await jobs.static(each) for each in NAMES] == VALUES
    loads = [source.loads(each) for each in NAMES]
    assert [await jobs.static(each) for each in NAMES] == VALUES
    assert [source.loads(each) for each in NAMES] == loads  # they are cached again
    assert told(caplog) == ["does not answer", "answers again"]


@pytest.mark.slow
@pytest.mark.parametrize("weather", BLOCKED, ids=[each.name for each in BLOCKED])
def test_blocking_reads_get_a_correct_value_in_time(
    weathered: RedisProcess,
    proxy: FaultProxy,
    weather: Weather,
    source: Source,
    open_blocking: OpensBlocking,
) -> None:
    cache = open_blocking(proxy.url(), timeout=BUDGET_S)
    plain = Plain(cache, source, lambda _: None)
    plain.static("warm")
    weather.begin(weathered, proxy)
    for name, value in zip(NAMES, VALUES, strict=True):
        with in_time():
            assert plain.static(name) == value
    assert not answers(cache)

    weather.end(weathered, proxy)
    until(
        lambda: plain.static("warm") == "warm: first" and answers(cache),
        "the probe that works",
    )
    assert [plain.static(each) for each in NAMES] == VALUES


@pytest.mark.parametrize("silent", SILENT, ids=[each.name for each in SILENT])
async def test_two_hundred_readers_of_a_silent_redis_are_not_held_up_in_turn(
    weathered: RedisProcess,
    proxy: FaultProxy,
    silent: Weather,
    source: Source,
    open_cache: OpensCache,
) -> None:
    jobs = Jobs(open_cache(proxy.url(), timeout=BUDGET_S), source, Gate())
    await jobs.static("warm")
    silent.begin(weathered, proxy)
    names = [f"n{n}" for n in range(200)]
    with in_time():
        values = await asyncio.gather(*(jobs.static(each) for each in names))
    assert values == [f"{each}: first" for each in names]
    silent.end(weathered, proxy)


async def test_a_redis_that_is_slow_within_the_budget_is_no_failure(
    proxy: FaultProxy, source: Source, open_cache: OpensCache
) -> None:
    jobs = Jobs(open_cache(proxy.url(), timeout=2.0), source, Gate())
    proxy.delay(0.03)
    assert await asyncio.gather(*(jobs.static(n) for n in NAMES * 2)) == VALUES * 2
    assert [source.loads(each) for each in NAMES] == [1] * len(NAMES)
    assert engine_of(jobs.cache).breaker.opened == 0


async def test_while_redis_is_away_only_so_many_loads_run_at_once(
    proxy: FaultProxy, weathered: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    running = most = 0

    async def watched(_: str) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    jobs = Jobs(open_cache(proxy.url(), timeout=BUDGET_S, bulkhead=3), source, watched)
    weathered.kill()
    names = [f"n{n}" for n in range(60)]
    values = await asyncio.gather(*(jobs.static(each) for each in names))
    assert values == [f"{each}: first" for each in names]
    assert most == 3


async def test_a_load_that_gets_no_turn_in_time_is_refused(
    proxy: FaultProxy, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    gate.close()
    cache = open_cache(proxy.url(), timeout=BUDGET_S, bulkhead=2)
    bulkhead = engine_of(cache).shared.bulkhead
    bulkhead._queue_s = 0.3  # noqa: SLF001 - five seconds are long for a test
    jobs = Jobs(cache, source, gate)
    proxy.refuse()
    asked = [asyncio.ensure_future(jobs.static(f"n{n}")) for n in range(6)]
    await until_async(lambda: sum(each.done() for each in asked) == 4, "refusals")
    gate.open()
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in outcomes].count(Overloaded) == 4
    assert bulkhead.refused == 4
    assert await jobs.static("n7") == "n7: first"


async def test_a_loaders_own_error_is_raised_as_it_is_when_redis_is_away(
    proxy: FaultProxy, source: Source, open_cache: OpensCache
) -> None:
    jobs = Jobs(open_cache(proxy.url(), timeout=BUDGET_S), source, Gate())
    proxy.refuse()
    source.write("a", "fails")
    with pytest.raises(LookupError):
        await jobs.static("a")


async def test_direct_calls_say_what_did_not_happen(
    proxy: FaultProxy, open_cache: OpensCache
) -> None:
    cache = open_cache(proxy.url(), timeout=BUDGET_S)
    proxy.refuse()
    with in_time():
        assert await cache.get("k", of=str, default="none") == "none"
    with in_time():
        assert not await cache.set("k", "value", of=str, ttl=60)
    with in_time(), pytest.raises(NotInvalidated):
        await cache.delete("k")

    async def load() -> str:
        return "loaded"

    async def load_all(keys: list[str]) -> dict[str, str]:
        return dict.fromkeys(keys, "loaded")

    with in_time():
        assert await cache.get_or_load("k2", load, of=str, ttl=60) == "loaded"
    with in_time():
        many = await cache.get_many_or_load(["k3", "k4"], load_all, of=str, ttl=60)
    assert many == {"k3": "loaded", "k4": "loaded"}
