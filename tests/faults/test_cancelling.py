"""Whoever is cancelled, and wherever: nobody else notices, and nothing is left behind.

``test_*_at_every_await`` cancels a load at its first await, then in a new run at its
second, and so on until one runs through: so no await is forgotten.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Coroutine, Generator
from typing import Self

import pytest

from stateroom.cache.policy import LEASE_LEAST_MS
from tests.faults.conftest import OpensCache
from tests.faults.jobs import Gate, Jobs
from tests.faults.sources import Source
from tests.faults.watching import engine_of, keys_of, until_async
from tests.servers.processes import RedisProcess

AT_ONCE_S = LEASE_LEAST_MS / 1000 / 2
"""Well before a lease that was forgotten would have run out."""
MOST_AWAITS = 60


class Cancelled:
    """Runs a coroutine, and cancels its task at the n-th await that suspends it.

    Attributes:
        is_over: whether it ran to its end without so many awaits.
    """

    def __init__(self, work: Coroutine[object, object, object], at: int) -> None:
        self.is_over = False
        self._work = work
        self._at = at

    def __await__(self) -> Generator[object, object, object]:
        steps: Generator[object, object, object] = self._work.__await__()
        count, error = 0, None
        try:
            while True:
                waited_for = steps.throw(error) if error else steps.send(None)
                count += 1
                if count == self._at:
                    _cancel_this()
                error = yield from _caught(waited_for)
        except StopIteration as end:
            return end.value
        finally:
            self.is_over = count < self._at


def _cancel_this() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


def _caught(waited_for: object) -> Generator[object, object, BaseException | None]:
    """Hand to the loop what is waited for; return what it throws instead."""
    try:
        yield waited_for
    except BaseException as error:
        return error
    return None


class Cutting:
    """Cancels the first load that begins while it is in force, at its n-th await.

    A load is a task of its own that its callers only wait for; so its task is made
    here, as ``asyncio`` lets one, around the coroutine that the cache hands over.
    """

    def __init__(self, at: int) -> None:
        self.cuts: list[Cancelled] = []
        self._at = at

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(self._make)  # type: ignore[arg-type]  # of object, not of Any
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().set_task_factory(None)

    def _make(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[object, object, object] | Generator[object, None, object],
        **options: object,
    ) -> asyncio.Task[object]:
        del options  # a name, and a context that nobody gives here
        name = getattr(work, "__qualname__", "")
        if name == "AsyncServing._load" and isinstance(work, Coroutine):
            self.cuts.append(Cancelled(work, 0 if self.cuts else self._at))
            return asyncio.Task(_awaited(self.cuts[-1]), loop=loop)
        assert isinstance(work, Coroutine)
        return asyncio.Task(work, loop=loop)


async def _awaited(work: Awaitable[object]) -> object:
    return await work


async def test_the_first_who_asks_may_leave_and_the_others_get_the_value(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    gate.close()
    jobs = Jobs(open_cache(redis_7.url), source, gate)
    first, *others = [asyncio.ensure_future(jobs.static("a")) for _ in range(5)]
    await gate.arrival()
    first.cancel()
    await asyncio.sleep(0)
    gate.open()

    assert await asyncio.gather(*others) == ["a: first"] * 4
    assert first.cancelled()
    assert source.loads("a") == 1


async def test_a_load_is_kept_though_everybody_has_left(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    gate.close()
    here, there = (Jobs(open_cache(redis_7.url), source, gate) for _ in range(2))
    waiting = [asyncio.ensure_future(here.static("a")) for _ in range(3)]
    await gate.arrival()
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    gate.open()

    assert await there.static("a") == "a: first"
    assert source.loads("a") == 1


async def test_a_load_cancelled_at_every_await_leaves_nothing_behind(
    redis_server: RedisProcess, source: Source, open_cache: OpensCache, namespace: str
) -> None:
    pause = lambda _: asyncio.sleep(0.001)  # noqa: E731 - an await of the loader's own
    here, there = (Jobs(open_cache(redis_server.url), source, pause) for _ in range(2))
    await here.static("warm")
    for at in range(1, MOST_AWAITS):
        source.write(f"n{at}", f"Job:{at} text")
        with Cutting(at) as cutting:
            # It is the load that is cancelled, not who waits for it: they load anew.
            async with asyncio.timeout(AT_ONCE_S):
                assert (await here.tagged(f"n{at}")).text == f"Job:{at} text"
        assert cutting.cuts, "no task of that name began"
        if cutting.cuts[0].is_over:
            break
        assert len(cutting.cuts) == 2, at
        leases = f"{namespace}:l:lease:*"
        await until_async(
            lambda name=leases: not keys_of(redis_server, name),  # type: ignore[misc]  # a default binds it
            f"the end of its lease, at {at}",
            within=AT_ONCE_S,
        )
        found = [(await each.tagged(f"n{at}")).text for each in (there, here)]
        assert found == [f"Job:{at} text"] * 2, at
    else:
        pytest.fail("no load ran through")
    assert at > 5  # it was cancelled at several
    assert len(engine_of(here.cache).here().flights._all) == 0  # noqa: SLF001 - a leak


async def test_a_reader_cancelled_at_every_moment_never_gets_another_ones_reply(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    jobs = Jobs(open_cache(redis_7.url), source, Gate())
    names = [f"n{n}" for n in range(8)]
    await asyncio.gather(*(jobs.static(each) for each in names))
    for turn in range(150):
        readers = [asyncio.ensure_future(jobs.static(each)) for each in names]
        await for_a_moment((turn % 30) * 50e-6)  # from at once to a whole reply
        for each in readers[turn % 2 :: 2]:
            each.cancel()
        left = await asyncio.gather(*readers, return_exceptions=True)
        for name, value in zip(names, left, strict=True):
            assert (
                isinstance(value, asyncio.CancelledError) or value == f"{name}: first"
            )
        assert [await jobs.static(each) for each in names] == [
            f"{each}: first" for each in names
        ]
    assert [source.loads(each) for each in names] == [1] * 8


async def for_a_moment(seconds: float) -> None:
    """Let others run for so long; ``sleep`` is not that exact."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:  # noqa: ASYNC110 - nothing sets an event
        await asyncio.sleep(0)


async def test_closing_a_cache_amid_a_load_takes_nothing_from_who_waits(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache, namespace: str
) -> None:
    gate = Gate()
    gate.close()
    here, there = (Jobs(open_cache(redis_7.url), source, gate) for _ in range(2))
    asked = asyncio.ensure_future(here.static("a"))
    await gate.arrival()

    await here.cache.aclose()
    gate.open()

    assert await asked == "a: first"
    assert await there.static("a") == "a: first"
    assert keys_of(redis_7, f"{namespace}:l:*") == []


async def test_leaving_a_cache_amid_a_load_gives_the_lease_back(
    redis_7: RedisProcess, source: Source, namespace: str, open_cache: OpensCache
) -> None:
    jobs = Jobs(open_cache(redis_7.url), source, lambda _: asyncio.sleep(60))
    with pytest.raises(TimeoutError):
        async with jobs.cache, asyncio.timeout(0.3):
            await jobs.static("a")
    assert source.loads("a") == 1
    assert keys_of(redis_7, f"{namespace}:l:*") == []


async def test_an_invalidation_that_is_cancelled_is_made_good(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    here, there = (Jobs(open_cache(redis_7.url), source, Gate()) for _ in range(2))
    for turn in range(12):
        name = f"n{turn}"
        source.write(name, "old")
        await here.static(name)
        source.write(name, "new")
        voiding = asyncio.ensure_future(here.static.invalidate(name))
        for _ in range(turn):
            await asyncio.sleep(0)
        voiding.cancel()
        await asyncio.gather(voiding, return_exceptions=True)

        if turn:  # it had begun
            assert await here.static(name) == "new", turn
            recovery = engine_of(here.cache).recovery
            await until_async(lambda queue=recovery: not queue.pending, "its replay")  # type: ignore[misc]  # a default binds it
            assert await there.static(name) == "new", turn
