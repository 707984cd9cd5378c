"""Waiting on the memory of a process: who came first is served first, as by Redis."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from stateroom.live import ManualClock
from stateroom.live.memory import MemoryServer

KEY = b"list"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def server(clock: ManualClock) -> MemoryServer:
    return MemoryServer(clock)


def push(server: MemoryServer, *words: bytes) -> None:
    server.table.put(KEY, list(words))
    server.open().run([("GET", b"another")])  # any exchange serves who waits


async def popped(server: MemoryServer, seconds: float = 10) -> object:
    return (await server.open_async().run([("BLPOP", KEY, str(seconds))]))[0]


async def test_what_is_there_is_taken_at_once(server: MemoryServer) -> None:
    push(server, b"a", b"b")
    assert [await popped(server), await popped(server)] == [[KEY, b"a"], [KEY, b"b"]]
    assert server.open().run([("GET", KEY)]) == [None]


async def test_who_waits_gets_it_in_the_order_in_which_they_came(
    server: MemoryServer,
) -> None:
    waiting = [asyncio.ensure_future(popped(server)) for _ in range(3)]
    await asyncio.sleep(0)
    push(server, b"a", b"b")
    push(server, b"c")
    assert await asyncio.gather(*waiting) == [[KEY, b"a"], [KEY, b"b"], [KEY, b"c"]]


async def test_nothing_is_the_answer_when_the_time_has_passed_by_the_clock(
    server: MemoryServer, clock: ManualClock
) -> None:
    waiting = asyncio.ensure_future(popped(server))
    await asyncio.sleep(0)
    clock.advance(9.9)
    assert not waiting.done()
    clock.advance(0.1)
    assert await waiting is None


async def test_nothing_is_the_answer_when_the_time_has_really_passed(
    server: MemoryServer,
) -> None:
    assert await popped(server, 0.01) is None
    assert server.open().run([("BLPOP", KEY, "0.01")]) == [None]


async def test_who_was_cancelled_takes_nothing(server: MemoryServer) -> None:
    waiting = asyncio.ensure_future(popped(server))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    push(server, b"a")
    assert await popped(server) == [KEY, b"a"]


def test_threads_are_woken_too(server: MemoryServer) -> None:
    link = server.open()
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(link.run, [("BLPOP", KEY, 10)]) for _ in range(2)]
        push(server, b"a", b"b")
        found = {str(each.result()[0]) for each in waiting}
    assert found == {str([KEY, b"a"]), str([KEY, b"b"])}


def test_a_loop_that_ended_amid_a_wait_is_no_harm(server: MemoryServer) -> None:
    async def leave() -> None:
        task = asyncio.ensure_future(popped(server))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    push(server, b"a")
    assert server.open().run([("BLPOP", KEY, 1)]) == [[KEY, b"a"]]
