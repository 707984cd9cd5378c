"""Promises about many callers of one entry: who loads, who waits, who hears of what."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from stateroom.cache import Cache
from stateroom.errors import LoadFailed
from stateroom.testing.conformance_base import (
    Backend,
    Promises,
    Titles,
    eventually,
    lease_of,
)
from stateroom.testing.conformance_faces import AsyncFace, Face

__all__ = ("FlightPromises",)

CALLERS = 50
POLL_S = 0.002
SOON_S = 0.5
"""Seconds; half of what passes until somebody looks who was not woken."""


class Away(Exception):
    """The source does not answer."""


class FlightPromises(Promises):
    """A cold entry is loaded once, and nobody suffers from what happens to another."""

    async def test_many_callers_of_a_cold_entry_load_it_once(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache)
        titles.loads.hold()
        calls = [asyncio.ensure_future(titles.get(1)) for _ in range(CALLERS)]
        await _have_joined(cache, CALLERS - 1)
        titles.loads.release()
        assert await asyncio.gather(*calls) == ["old 1"] * CALLERS
        assert titles.loads.count == 1

    async def test_when_the_first_caller_is_cancelled_the_others_get_the_value(
        self, cache: Cache, backend: Backend
    ) -> None:
        titles = Titles(AsyncFace(), cache)
        titles.loads.hold()
        first, *others = (asyncio.ensure_future(titles.get(1)) for _ in range(5))
        await _have_joined(cache, 4)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        titles.loads.release()
        assert await asyncio.gather(*others) == ["old 1"] * 4
        assert titles.loads.count == 1
        assert await backend.get(lease_of(titles.get.key(1))) is None

    async def test_when_every_caller_is_cancelled_the_load_is_not_lost(
        self, cache: Cache
    ) -> None:
        titles = Titles(AsyncFace(), cache)
        titles.loads.hold()
        calls = [asyncio.ensure_future(titles.get(1)) for _ in range(3)]
        await titles.loads.begun()
        for each in calls:
            each.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        titles.loads.release()
        titles.value = "new"
        assert await titles.get(1) == "old 1"
        assert titles.loads.count == 1

    async def test_when_the_load_fails_every_caller_gets_its_error(
        self, face: Face, cache: Cache, backend: Backend
    ) -> None:
        with _nothing_unhandled():
            titles = Titles(face, cache)
            titles.loads.error = Away("no database")
            titles.loads.hold()
            calls = [asyncio.ensure_future(titles.get(1)) for _ in range(5)]
            await _have_joined(cache, 4)
            titles.loads.release()
            errors = await asyncio.gather(*calls, return_exceptions=True)
            del calls
        assert {repr(each) for each in errors} == {"Away('no database')"}
        assert await backend.get(lease_of(titles.get.key(1))) is None

    async def test_after_a_failed_load_the_next_caller_loads(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        here, there = Titles(face, cache), Titles(face, other)
        for titles in (here, there, here):
            titles.loads.error = Away("no database")
            with pytest.raises(Away):
                await titles.get(1)
            titles.loads.error = None
        begin = time.monotonic()
        assert await there.get(1) == "old 1"
        assert time.monotonic() - begin < SOON_S

    async def test_when_every_caller_has_gone_a_failed_load_warns_of_nothing(
        self, cache: Cache
    ) -> None:
        with _nothing_unhandled():
            titles = Titles(AsyncFace(), cache)
            titles.loads.error = Away("no database")
            titles.loads.hold()
            call = asyncio.ensure_future(titles.get(1))
            await titles.loads.begun()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            titles.loads.release()
            titles.loads.error = None
            await asyncio.sleep(0.02)
            del call
        assert await titles.get(1) == "old 1"

    async def test_two_processes_load_a_cold_entry_once(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        here, there = Titles(face, cache), Titles(face, other)
        here.loads.hold()
        there.value = "new"
        first = asyncio.ensure_future(here.get.entry(1))
        await here.loads.begun()
        waiting = [asyncio.ensure_future(there.get.entry(1)) for _ in range(5)]
        await _have_joined(other, 4)
        await eventually(lambda: _waits(other), "the other one waits")
        released = time.monotonic()
        here.loads.release()
        entries = await asyncio.gather(*waiting)
        assert time.monotonic() - released < SOON_S
        assert {(each.value, each.origin) for each in entries} == {("old 1", "waited")}
        assert (await first).origin == "loaded"
        assert (here.loads.count, there.loads.count) == (1, 0)

    async def test_who_waited_in_another_process_hears_that_the_load_failed(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        here, there = Titles(face, cache), Titles(face, other)
        here.loads.error = Away("no database")
        here.loads.hold()
        first = asyncio.ensure_future(here.get(1))
        await here.loads.begun()
        waiting = [asyncio.ensure_future(there.get(1)) for _ in range(3)]
        await _have_joined(other, 2)
        await eventually(lambda: _waits(other), "the other one waits")
        here.loads.release()
        errors = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(each) for each in errors} == {LoadFailed}
        assert {str(each) for each in errors} == {"Away: no database"}
        with pytest.raises(Away):
            await first
        assert there.loads.count == 0
        assert await there.get(1) == "old 1"

    async def test_who_waited_for_what_is_not_stored_loads_soon(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        here, there = (
            Titles(face, each, negative_ttl=0, keep=lambda _: False)
            for each in (cache, other)
        )
        here.loads.hold()
        there.value = "new"
        first = asyncio.ensure_future(here.get(1))
        await here.loads.begun()
        waiting = asyncio.ensure_future(there.get(1))
        await eventually(lambda: _waits(other), "the other one waits")
        released = time.monotonic()
        here.loads.release()
        assert [await first, await waiting] == ["old 1", "new 1"]
        assert time.monotonic() - released < SOON_S

    async def test_who_has_waited_long_enough_loads_alone(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        here, there = (Titles(face, each, wait=0) for each in (cache, other))
        here.loads.hold()
        there.value = "mine"
        first = asyncio.ensure_future(here.get(1))
        await here.loads.begun()
        assert await there.get(1) == "mine 1"
        here.loads.release()
        assert await first == "old 1"


async def _have_joined(cache: Cache, count: int) -> None:
    """Wait until so many callers have joined a load of their process."""
    end = time.monotonic() + SOON_S  # counts are not exact: one may be lost
    tally = cache.tallies()["titles"]
    while tally.joined < count and time.monotonic() < end:  # noqa: ASYNC110 - polled
        await asyncio.sleep(POLL_S)


def _waits(cache: Cache) -> bool:
    """Say whether somebody waits for a load of another process."""
    return bool(cache._engine.hearing.changes._waiters)  # noqa: SLF001 - one of us


@contextmanager
def _nothing_unhandled() -> Iterator[None]:
    """Fail when a task or a future ends with an error that nobody looks at."""
    loop = asyncio.get_running_loop()
    found: list[Mapping[str, object]] = []
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: found.append(context))
    try:
        yield
        gc.collect()
    finally:
        loop.set_exception_handler(before)
    assert found == []
