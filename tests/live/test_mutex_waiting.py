"""Who waits for a mutex on a real Redis: is woken, in order, and never forgotten."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from stateroom.errors import MutexBusy, Unavailable
from stateroom.live import Held, Live, Mutex
from tests.faults.watching import until_async
from tests.fixtures_servers import MakesRedis
from tests.servers.processes import RedisProcess
from tests.servers.talking import ReplyError

PATIENT_S = 5.0
"""For one exchange: the machine may be busy."""
SWALLOWED_S = 3.0
"""Within which a wake-up that was lost is made up for; it takes one second."""


@pytest.fixture
def redis(own_redis: MakesRedis) -> RedisProcess:
    return own_redis()


def opened(redis: RedisProcess) -> Live:
    return Live(
        redis.url, namespace="app", timeout=PATIENT_S, connect_timeout=PATIENT_S
    )


@pytest.fixture
async def mutex(redis: RedisProcess) -> AsyncIterator[Mutex]:
    async with opened(redis) as live:
        yield live.mutex("ledger")


@pytest.fixture
async def theirs(redis: RedisProcess) -> AsyncIterator[Mutex]:
    """The same of another process."""
    async with opened(redis) as live:
        yield live.mutex("ledger")


async def blocked(redis: RedisProcess, count: int) -> None:
    """Wait until so many connections wait for something."""
    await until_async(
        lambda: redis.info("blocked_clients") == str(count), f"{count} to wait"
    )


async def listening(redis: RedisProcess, mutex: Mutex, before: int = 0) -> Task:
    """Return a task that waits for a mutex, by the time it is listening."""
    task = asyncio.ensure_future(mutex.acquire())
    await blocked(redis, before + 1)
    return task


Task = asyncio.Future[Held]


def wake_of(mutex: Mutex) -> str:
    return mutex._head.place.beside("wake").decode()  # noqa: SLF001 - where it listens


async def test_tasks_of_a_process_wait_on_one_connection_and_in_order(
    redis: RedisProcess, mutex: Mutex
) -> None:
    order = []

    async def pass_on(number: int) -> None:
        async with mutex.hold():
            order.append(number)

    async with mutex.hold():
        waiting = [asyncio.ensure_future(pass_on(n)) for n in range(40)]
        await blocked(redis, 1)
    await asyncio.gather(*waiting)
    assert order == list(range(40))


async def test_processes_get_it_in_the_order_in_which_they_began_to_wait(
    redis: RedisProcess, mutex: Mutex
) -> None:
    lives = [opened(redis) for _ in range(3)]
    waiting = []
    async with mutex.hold():
        for before, live in enumerate(lives):
            waiting.append(await listening(redis, live.mutex("ledger"), before))
    for each in waiting:
        others = [other for other in waiting if not other.done() and other is not each]
        held = await each
        assert [other.done() for other in others] == [False] * len(others)
        await held.release()
    for live in lives:
        await live.aclose()


async def test_who_gives_it_back_and_wants_it_again_is_behind_who_waits(
    redis: RedisProcess, mutex: Mutex, theirs: Mutex
) -> None:
    for _ in range(10):
        held = await mutex.acquire()
        waiting = await listening(redis, theirs)
        await held.release()
        again = asyncio.ensure_future(mutex.acquire())
        theirs_now = await waiting
        assert not again.done()
        await theirs_now.release()
        assert (await again).fence > theirs_now.fence
        await (await again).release()


async def test_a_waiter_that_died_swallows_a_wake_up_for_a_moment_only(
    redis: RedisProcess, mutex: Mutex, theirs: Mutex
) -> None:
    held = await mutex.acquire()
    with ThreadPoolExecutor(1) as thread:
        dead = thread.submit(redis.ask, "BLPOP", wake_of(mutex), 4)
        await blocked(redis, 1)
        waiting = await listening(redis, theirs, 1)
        await held.release()
        assert dead.result() == [wake_of(mutex), "1"]
        async with asyncio.timeout(SWALLOWED_S):
            await (await waiting).release()


async def test_who_comes_later_does_not_wait_for_one_that_died(
    redis: RedisProcess, mutex: Mutex, theirs: Mutex
) -> None:
    held = await mutex.acquire()
    with ThreadPoolExecutor(1) as thread:
        dead = thread.submit(redis.ask, "BLPOP", wake_of(mutex), 4)
        await blocked(redis, 1)
        await held.release()
        dead.result()
    with pytest.raises(MutexBusy, match="others who came before"):
        await theirs.acquire(wait=0)
    async with asyncio.timeout(SWALLOWED_S):
        await theirs.acquire()


@pytest.mark.parametrize("turns", range(40))
async def test_who_is_cancelled_at_any_moment_leaves_nothing_behind(
    redis_7: RedisProcess, turns: int
) -> None:
    async with opened(redis_7) as live:
        mutex = live.mutex("cancelled").of(turns)
        await live.counter("warm").get()
        task = asyncio.ensure_future(mutex.acquire())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():  # it was faster
            await task.result().release()
        found = await mutex.holder()
    assert found is None


@pytest.mark.parametrize("turns", range(0, 60, 3))
async def test_who_is_cancelled_while_woken_passes_the_wake_up_on(
    redis_7: RedisProcess, turns: int
) -> None:
    lives = [opened(redis_7) for _ in range(3)]
    mine, first, second = (live.mutex("woken").of(turns) for live in lives)
    held = await mine.acquire()
    tasks = [asyncio.ensure_future(each.acquire()) for each in (first, second)]
    await asyncio.sleep(0)
    releasing = asyncio.ensure_future(held.release())
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.wait([tasks[0]])
    await releasing
    if not tasks[0].cancelled():
        await tasks[0].result().release()
    async with asyncio.timeout(SWALLOWED_S):
        await (await tasks[1]).release()
    for live in lives:
        await live.aclose()


async def test_a_server_that_ends_a_wait_is_asked_again(
    redis: RedisProcess, mutex: Mutex, theirs: Mutex
) -> None:
    """As when it becomes a replica, after a failover."""
    held = await mutex.acquire()
    waiting = await listening(redis, theirs)
    listed = redis.cli("CLIENT", "LIST")
    number = re.search(r"id=(\d+) .*cmd=blpop", listed)
    assert number is not None
    redis.ask("CLIENT", "UNBLOCK", number[1], "ERROR")
    await blocked(redis, 0)
    await held.release()
    assert (await waiting).fence > held.fence


async def test_a_wait_ends_when_redis_is_away(
    redis: RedisProcess, mutex: Mutex, theirs: Mutex
) -> None:
    await mutex.acquire()
    waiting = await listening(redis, theirs)
    redis.kill()
    with pytest.raises(Unavailable):
        await waiting


async def test_who_waits_asks_hardly_ever(
    redis: RedisProcess, mutex: Mutex, theirs: Mutex
) -> None:
    held = await mutex.acquire()
    waiting = await listening(redis, theirs)
    asked = commands(redis, "evalsha")
    await until_async(lambda: commands(redis, "blpop") == 2, "the second wait")
    assert commands(redis, "evalsha") - asked == 1
    await held.release()
    await waiting


def commands(redis: RedisProcess, name: str) -> int:
    """Return how many commands of a name the server has begun."""
    told = redis.cli("INFO", "commandstats")
    found = re.search(rf"cmdstat_{name}:calls=(\d+)", told)
    return 0 if found is None else int(found[1])


def test_threads_of_two_processes_pass_it_on(redis: RedisProcess) -> None:
    seen: list[int] = []

    def work(live: Live) -> None:
        for _ in range(5):
            with live.mutex("ledger").blocking.hold() as held:
                seen.append(held.fence)
                assert not held.is_lost

    with opened(redis) as one, opened(redis) as two, ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [one, two] * 4))
    assert seen == sorted(set(seen))
    assert len(seen) == 40


@pytest.mark.parametrize("version", ["6.2", "7"])
async def test_fences_grow_also_on_a_server_whose_clock_was_set_back(
    own_redis: MakesRedis, version: str
) -> None:
    redis = own_redis(version)
    ahead = 8_000_000_000_000_000
    async with opened(redis) as live:
        mutex = live.mutex("ledger")
        fence = mutex._head.place.beside("fence")  # noqa: SLF001 - what it remembers
        redis.ask("SET", fence.decode(), ahead)
        fences = []
        for _ in range(3):
            async with mutex.hold() as held:
                fences.append(held.fence)
    assert fences == [ahead + 1, ahead + 2, ahead + 3]


@pytest.mark.parametrize("version", ["6.2", "7"])
async def test_a_server_that_is_full_still_has_mutexes(
    own_redis: MakesRedis, version: str
) -> None:
    redis = own_redis(
        version, config=("maxmemory 100kb", "maxmemory-policy noeviction")
    )
    with pytest.raises(ReplyError, match="OOM"):
        redis.ask("SET", "more", 1)
    async with opened(redis) as live:
        async with live.mutex("ledger").hold() as held:
            await held.renew()
        assert await live.mutex("ledger").try_acquire() is not None
