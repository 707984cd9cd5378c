"""Who holds the lease dies, sleeps, is slow or fails: others wait for so long only."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from stateroom.cache.loading import PAST_LEASE_MS
from stateroom.cache.policy import LEASE_LEAST_MS
from stateroom.errors import LoadFailed
from tests.faults.conftest import OpensBlocking, OpensCache, OpensStation
from tests.faults.jobs import Gate, Jobs, Plain
from tests.faults.sources import Source
from tests.faults.watching import keys_of, scripts_run, until_async
from tests.servers.processes import RedisProcess, until

LEASE_S = LEASE_LEAST_MS / 1000
MOST_WAIT_S = LEASE_S + 2 * PAST_LEASE_MS / 1000
"""From the last renewal to the attempt of who waits: the lease, and the jitter."""
BUSY_S = 1.0
"""What a busy machine may add."""


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("is_heard", [False, True], ids=["polling", "told"])
def test_a_killed_holder_delays_others_by_its_lease_and_no_more(
    redis_7: RedisProcess, source: Source, open_station: OpensStation, *, is_heard: bool
) -> None:
    holder, other = (open_station(redis_7.url, local=is_heard) for _ in range(2))
    if is_heard:
        other.ask("hear")
    holder.ask("hold")
    holder.order("static", "a")
    holder.reached("a")
    waiting = other.order("static", "a")
    holder.kill()

    answer = other.answer(waiting)

    assert answer.value == "a: first"
    assert answer.seconds < MOST_WAIT_S + BUSY_S
    assert source.loads("a") == 2


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_holder_that_slept_past_its_lease_keeps_its_value_to_itself(
    redis_7: RedisProcess, source: Source, open_station: OpensStation
) -> None:
    holder, other = (open_station(redis_7.url) for _ in range(2))
    holder.ask("hold")
    source.write("a", "old")
    asked = holder.order("static", "a")
    holder.reached("a")
    holder.stop()
    source.write("a", "new")
    assert other.ask("static", "a").value == "new"

    holder.resume()
    holder.ask("release")

    assert holder.answer(asked).value == "old"  # its own, and no error
    assert holder.ask("voided").value == "1"
    assert [each.ask("static", "a").value for each in (other, holder)] == ["new", "new"]
    assert source.loads("a") == 2


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_holder_that_wakes_while_another_loads_does_not_publish_first(
    redis_7: RedisProcess, source: Source, open_station: OpensStation
) -> None:
    holder, other = (open_station(redis_7.url) for _ in range(2))
    for each in (holder, other):
        each.ask("hold")
    source.write("a", "old")
    asked = holder.order("static", "a")
    holder.reached("a")
    holder.stop()
    source.write("a", "new")
    taken = other.order("static", "a")
    other.reached("a")

    holder.resume()
    holder.ask("release")
    assert holder.answer(asked).value == "old"
    other.ask("release")

    assert other.answer(taken).value == "new"
    assert holder.ask("static", "a").value == "new"
    assert source.loads("a") == 2


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_load_of_three_leases_keeps_its_lease(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache, namespace: str
) -> None:
    async def slow(_: str) -> None:
        await asyncio.sleep(3 * LEASE_S)

    here, there = (Jobs(open_cache(redis_7.url), source, slow) for _ in range(2))
    loading = asyncio.ensure_future(here.static("a"))
    await until_async(lambda: source.loads("a") == 1, "the load")

    assert await there.static("a") == "a: first"
    assert await loading == "a: first"
    assert source.loads("a") == 1
    assert keys_of(redis_7, f"{namespace}:l:*") == []


async def test_who_waits_in_the_same_process_gets_the_error_of_the_load(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    gate.close()
    source.write("a", "fails")
    jobs = Jobs(open_cache(redis_7.url), source, gate)
    waiting = [asyncio.ensure_future(jobs.static("a")) for _ in range(20)]
    await gate.arrival()
    gate.open()

    errors = await asyncio.gather(*waiting, return_exceptions=True)

    assert {(type(each), str(each)) for each in errors} == {(LookupError, "a")}
    assert len({id(each) for each in errors}) == 20  # a traceback of its own for each
    assert source.loads("a") == 1


async def test_who_waits_in_another_process_is_told_that_the_load_failed(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache, namespace: str
) -> None:
    gate = Gate()
    gate.close()
    source.write("a", "fails")
    here, there = (Jobs(open_cache(redis_7.url), source, gate) for _ in range(2))
    loading = asyncio.ensure_future(here.static("a"))
    await gate.arrival()
    before = scripts_run(redis_7)
    waiting = [asyncio.ensure_future(there.static("a")) for _ in range(5)]
    await until_async(lambda: there.static.serving.tally.joined == 4, "the others")
    await until_async(lambda: scripts_run(redis_7) > before, "their first try")
    gate.open()

    with pytest.raises(LookupError):
        await loading
    errors = await asyncio.gather(*waiting, return_exceptions=True)

    assert {type(each) for each in errors} == {LoadFailed}
    assert str(errors[0]) == "LookupError: a"
    assert source.loads("a") == 1
    assert keys_of(redis_7, f"{namespace}:l:*") == []  # neither lease nor fence


async def test_who_asks_after_a_failed_load_loads_at_once(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    source.write("a", "fails")
    here, there = (Jobs(open_cache(redis_7.url), source, Gate()) for _ in range(2))
    with pytest.raises(LookupError):
        await here.static("a")
    source.write("a", "mended")

    start = time.monotonic()

    assert await there.static("a") == "mended"
    assert time.monotonic() - start < LEASE_S


async def test_a_failed_load_that_nobody_waits_for_any_more_warns_of_nothing(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: told.append(what))
    gate = Gate()
    gate.close()
    source.write("a", "fails")
    jobs = Jobs(open_cache(redis_7.url), source, gate)
    waiting = [asyncio.ensure_future(jobs.static("a")) for _ in range(3)]
    await gate.arrival()
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    del waiting, each
    gate.open()

    await until_async(lambda: jobs.static.serving.tally.loads["error"] == 1, "its end")
    await asyncio.sleep(0)
    gc.collect()  # a task that ends unheard says so when it is collected
    await asyncio.sleep(0)

    assert told == []


def test_a_failed_load_of_a_thread_is_told_to_all_who_wait_in_threads(
    redis_7: RedisProcess, source: Source, open_blocking: OpensBlocking
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def before_return(_: str) -> None:
        reached.set()
        go_on.wait()

    source.write("a", "fails")
    here, there = (
        Plain(open_blocking(redis_7.url), source, before_return) for _ in range(2)
    )
    with ThreadPoolExecutor() as threads:
        asked = [threads.submit(here.static, "a")]
        reached.wait()
        before = scripts_run(redis_7)
        asked += [threads.submit(each.static, "a") for each in (here, there)]
        until(lambda: scripts_run(redis_7) > before, "the other cache")
        until(lambda: here.static.serving.tally.joined == 1, "the other thread")
        go_on.set()
        errors = [type(each.exception()) for each in asked]

    assert errors == [LookupError, LookupError, LoadFailed]
    assert source.loads("a") == 1
