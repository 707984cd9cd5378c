"""While Redis is away, only so many loads reach the source at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from stateroom.cache.bulkhead import Bulkhead
from stateroom.errors import Overloaded


class Loads:
    """Loads that end when they are told to, and count themselves."""

    def __init__(self, bulkhead: Bulkhead) -> None:
        self.bulkhead = bulkhead
        self.running = 0
        self.most = 0
        self.done = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)

    def end(self) -> None:
        with self._lock:
            self.running -= 1
            self.done += 1

    def load(self, until: Callable[[], object]) -> None:
        with self.bulkhead.turn():
            self.begin()
            until()
            self.end()

    async def load_async(self, until: Callable[[], Awaitable[object]]) -> None:
        async with self.bulkhead.turn_async():
            self.begin()
            await until()
            self.end()


def test_no_more_threads_load_than_there_are_turns_and_all_get_one() -> None:
    loads = Loads(Bulkhead(loads=3))
    full = threading.Barrier(3)  # is passed only if three are in at once

    threads = [
        threading.Thread(target=loads.load, args=(lambda: full.wait(5),))
        for _ in range(9)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (loads.most, loads.done, loads.bulkhead.most_seen) == (3, 9, 3)
    assert loads.bulkhead.refused == 0


async def test_no_more_tasks_load_than_there_are_turns_and_all_get_one() -> None:
    loads = Loads(Bulkhead(loads=3))
    full = asyncio.Barrier(3)
    await asyncio.gather(*(loads.load_async(full.wait) for _ in range(9)))
    assert (loads.most, loads.done, loads.bulkhead.most_seen) == (3, 9, 3)


def test_who_gets_no_turn_in_time_is_refused_and_told_how_many_load() -> None:
    bulkhead = Bulkhead(loads=1, queue_s=0.0)
    with bulkhead.turn():
        with pytest.raises(Overloaded, match="1 loads run already"), bulkhead.turn():
            pass
        assert bulkhead.refused == 1
    with bulkhead.turn():
        pass


async def test_a_task_that_gets_no_turn_in_time_is_refused() -> None:
    bulkhead = Bulkhead(loads=1, queue_s=0.0)
    async with bulkhead.turn_async():
        with pytest.raises(Overloaded):
            async with bulkhead.turn_async():
                pass
    async with bulkhead.turn_async():
        assert bulkhead.refused == 1


async def test_threads_and_loops_share_the_turns() -> None:
    bulkhead = Bulkhead(loads=1, queue_s=0.0)
    with bulkhead.turn(), pytest.raises(Overloaded):
        async with bulkhead.turn_async():
            pass
    async with bulkhead.turn_async():
        with pytest.raises(Overloaded), bulkhead.turn():
            pass


def test_a_load_that_fails_gives_its_turn_back() -> None:
    bulkhead = Bulkhead(loads=1, queue_s=0.0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), bulkhead.turn():
            raise ZeroDivisionError


async def test_a_cancelled_load_gives_its_turn_back() -> None:
    loads = Loads(Bulkhead(loads=1, queue_s=0.0))
    started = asyncio.Event()

    async def never() -> None:
        started.set()
        await asyncio.Event().wait()

    task = asyncio.ensure_future(loads.load_async(never))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with loads.bulkhead.turn_async():
        pass


async def test_who_is_cancelled_while_waiting_takes_no_turn_along() -> None:
    loads = Loads(Bulkhead(loads=1))
    release = asyncio.Event()
    holder = asyncio.ensure_future(loads.load_async(release.wait))
    waiter = asyncio.ensure_future(loads.load_async(release.wait))
    await asyncio.sleep(0)
    waiter.cancel()
    release.set()
    await asyncio.gather(holder, waiter, return_exceptions=True)
    assert loads.done == 1
    await loads.load_async(release.wait)
    assert (loads.done, loads.most) == (2, 1)


def test_a_child_does_not_wait_for_the_turns_of_its_parent() -> None:
    bulkhead = Bulkhead(loads=1, queue_s=0)
    with bulkhead.turn():
        bulkhead.after_fork()
        with bulkhead.turn():
            pass
