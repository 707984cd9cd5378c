"""Promises about time: how old a served value may be, and who loads the next one."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.cache import Cache, ManualClock
from stateroom.errors import LoadTimeout
from stateroom.testing.conformance_base import Promises, Titles, eventually
from stateroom.testing.conformance_faces import AsyncFace, Face
from stateroom.testing.loads import Loads

__all__ = ("LifePromises",)

TTL = 60.0


class Away(Exception):
    """The source does not answer."""


class LifePromises(Promises):
    """Nothing is served for longer than was declared."""

    async def test_a_value_is_served_until_its_ttl_is_over_and_not_longer(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL)
        await titles.get(1)
        titles.value = "new"
        clock.advance(TTL - 0.001)
        assert await titles.get(1) == "old 1"
        clock.advance(0.001)
        assert await titles.get(1) == "new 1"

    async def test_a_value_is_as_old_as_the_beginning_of_its_load(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        loads = Loads()

        def slow() -> str:
            clock.advance(20)
            return f"load {loads.count}"

        cached = face.cached(cache, slow, loads=loads, ttl=TTL, early=0.0)
        await cached()
        clock.advance(TTL - 20.001)
        assert await cached() == "load 1"
        clock.advance(0.001)
        assert await cached() == "load 2"

    async def test_jitter_shortens_a_life_and_never_makes_it_longer(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, jitter=0.5)
        calls = range(8)
        await titles.get.get_many(calls)
        clock.advance(TTL / 2 - 0.001)
        await titles.get.get_many(calls)
        assert titles.loads.count == len(calls)
        clock.advance(TTL / 2 + 0.001)
        await titles.get.get_many(calls)
        assert titles.loads.count == 2 * len(calls)

    async def test_a_stale_value_is_served_while_a_new_one_is_loaded(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, stale_for=TTL)
        await titles.get(1)
        titles.value = "new"
        clock.advance(TTL)
        entry = await titles.get.entry(1)
        assert (entry.value, entry.origin, entry.is_stale) == ("old 1", "stale", True)
        await _is_served(titles, "new 1")
        assert titles.loads.count == 2

    async def test_a_stale_value_has_an_end(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, stale_for=TTL)
        await titles.get(1)
        titles.value = "new"
        clock.advance(2 * TTL)
        assert await titles.get(1) == "new 1"

    async def test_a_refresh_is_done_once_whoever_asks(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, stale_for=TTL)
        await titles.get(1)
        titles.value = "new"
        clock.advance(TTL)
        titles.loads.hold()
        got = await asyncio.gather(*(titles.get(1) for _ in range(10)))
        assert got == ["old 1"] * 10
        titles.loads.release()
        await _is_served(titles, "new 1")
        assert titles.loads.count == 2

    async def test_an_expired_value_is_served_when_its_load_fails(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, stale_if_error=TTL)
        await titles.get(1)
        clock.advance(TTL)
        titles.loads.error = Away("no database")
        entry = await titles.get.entry(1)
        assert (entry.value, entry.origin) == ("old 1", "fallback")
        assert "Away: no database" in entry.reason
        assert entry.is_stale

    async def test_after_a_failed_load_the_source_is_left_alone_for_a_moment(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, stale_if_error=TTL)
        await titles.get(1)
        clock.advance(TTL)
        titles.loads.error = Away("no database")
        assert [await titles.get(1) for _ in range(5)] == ["old 1"] * 5
        assert titles.loads.count == 2
        titles.loads.error = None
        titles.value = "new"
        clock.advance(2)
        assert await titles.get(1) == "new 1"

    async def test_an_expired_value_is_not_served_when_its_load_works(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, stale_if_error=TTL)
        await titles.get(1)
        titles.value = "new"
        clock.advance(TTL)
        assert await titles.get(1) == "new 1"

    async def test_what_is_too_old_is_not_served_even_when_its_load_fails(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, stale_if_error=TTL)
        await titles.get(1)
        clock.advance(2 * TTL)
        titles.loads.error = Away("no database")
        with pytest.raises(Away, match="no database"):
            await titles.get(1)

    async def test_what_was_invalidated_is_not_served_even_when_its_load_fails(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache, tags=["Job"], stale_if_error=TTL, stale_for=TTL)
        await titles.get(1)
        await face.direct(cache).invalidate_tags("Job")
        titles.loads.error = Away("no database")
        with pytest.raises(Away):
            await titles.get(1)

    async def test_who_asks_for_a_fresh_value_gets_no_other(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, stale_for=TTL, stale_if_error=TTL)
        await titles.get(1)
        assert await titles.get.fresh(1) == "old 1"
        assert titles.loads.count == 1
        titles.value = "new"
        clock.advance(TTL)
        assert await titles.get.fresh(1) == "new 1"
        clock.advance(TTL)
        titles.loads.error = Away("no database")
        with pytest.raises(Away):
            await titles.get.fresh(1)

    async def test_a_refresh_loads_and_stores_although_the_value_is_fresh(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        titles = Titles(face, cache)
        await titles.get(1)
        titles.value = "new"
        assert await titles.get.refresh(1) == "new 1"
        assert await titles.get(1) == "new 1"
        assert await Titles(face, other).get(1) == "new 1"

    async def test_what_was_kept_for_less_lives_for_less(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(
            face, cache, ttl=TTL, negative_ttl=5, keep=lambda title: "new" in title
        )
        await titles.get(1)
        clock.advance(4.999)
        assert await titles.get(1) == "old 1"
        titles.value = "new"
        clock.advance(0.001)
        assert await titles.get(1) == "new 1"
        titles.value = "newer"
        clock.advance(TTL - 0.001)
        assert await titles.get(1) == "new 1"

    async def test_that_there_is_nothing_is_known_for_less(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        loads = Loads()

        def found() -> str | None:
            return None

        cached = face.cached(cache, found, loads=loads, ttl=TTL, negative_ttl=5)
        assert [await cached() for _ in range(2)] == [None, None]
        assert loads.count == 1
        clock.advance(5)
        assert await cached() is None
        assert loads.count == 2

    async def test_with_a_negative_ttl_of_zero_what_is_not_kept_is_not_stored(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache, negative_ttl=0, keep=lambda _: False)
        assert [await titles.get(1) for _ in range(2)] == ["old 1"] * 2
        assert titles.loads.count == 2

    async def test_what_is_dear_is_refreshed_before_it_ends(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        loads = Loads()

        def slow() -> str:
            clock.advance(0.01)
            return f"load {loads.count}"

        cached = face.cached(cache, slow, loads=loads, ttl=TTL, early=1e9)
        await cached()
        entry = await cached.entry()
        assert (entry.value, entry.origin, entry.is_stale) == ("load 1", "hit", False)
        await eventually(lambda: loads.count > 1, "it is refreshed early")

    async def test_with_early_zero_nothing_is_refreshed_before_it_ends(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        loads = Loads()

        def slow() -> str:
            clock.advance(TTL / 2)
            return "slow"

        cached = face.cached(cache, slow, loads=loads, ttl=TTL, early=0.0)
        await cached()
        clock.advance(TTL / 2 - 0.001)
        assert [await cached() for _ in range(20)] == ["slow"] * 20
        assert loads.count == 1

    async def test_a_slow_load_goes_on_behind_what_was_there(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=TTL, stale_if_error=TTL, soft_timeout=0.02)
        await titles.get(1)
        titles.value = "new"
        clock.advance(TTL)
        titles.loads.hold()
        entry = await titles.get.entry(1)
        assert (entry.value, entry.origin) == ("old 1", "fallback")
        titles.loads.release()
        await _is_served(titles, "new 1")

    async def test_a_load_that_takes_too_long_is_given_up(self, cache: Cache) -> None:
        titles = Titles(AsyncFace(), cache, load_timeout=0.02)
        titles.loads.hold()
        with pytest.raises(LoadTimeout):
            await titles.get(1)
        titles.loads.release()
        assert await titles.get(1) == "old 1"


async def _is_served(titles: Titles, value: str) -> None:
    """Wait until a refresh in the background is seen."""
    for _ in range(2000):
        if await titles.get(1) == value:
            return
        await asyncio.sleep(0.001)
    raise TimeoutError(f"waited in vain for {value!r}")
