"""The helpers for an application's tests: a cache, a counter, and clear assertions."""

from __future__ import annotations

import pytest

from stateroom.cache import Cache, ManualClock
from stateroom.errors import BlockingCall
from stateroom.testing.caching import (
    Loads,
    assert_cached,
    assert_invalidated,
    fake_cache,
)


class Shop:
    """An application: it is given its cache."""

    def __init__(self, cache: Cache) -> None:
        self.loads = Loads()

        @cache.cached(ttl=60, tags=["Job"], jitter=0, name="title")
        @self.loads
        def title(number: int, *, lang: str = "en") -> str:
            return f"{lang} {number}"

        @cache.cached(ttl=60, tags=["Job"], jitter=0, stale_for=60, name="atitle")
        @self.loads
        async def atitle(number: int, *, lang: str = "en") -> str:
            return f"{lang} {number}"

        self.title, self.atitle = title, atitle


def test_time_in_a_fake_cache_stands_still_until_it_is_moved() -> None:
    with fake_cache() as cache:
        shop = Shop(cache)
        shop.title(1)
        cache.clock.advance(59.999)
        assert_cached(shop.title, 1)
        cache.clock.advance(0.001)
        shop.title(1)
    assert shop.loads.count == 2


async def test_a_fake_cache_takes_a_clock_and_options() -> None:
    clock = ManualClock()
    async with fake_cache(clock, namespace="shop", local=True) as cache:
        assert cache.clock is clock
        assert cache.namespace == "shop"
        assert isinstance(cache, Cache)


def test_what_is_cached_is_returned_with_its_age() -> None:
    with fake_cache() as cache:
        shop = Shop(cache)
        shop.title(1, lang="de")
        cache.clock.advance(3)
        entry = assert_cached(shop.title, 1, lang="de")
    assert (entry.value, entry.age_s, entry.tags) == ("de 1", 3, ("Job",))


def test_an_assertion_loads_nothing() -> None:
    with fake_cache() as cache:
        shop = Shop(cache)
        with pytest.raises(AssertionError):
            assert_cached(shop.title, 1)
        assert_invalidated(shop.title, 1)
    assert shop.loads.count == 0


def test_what_is_not_cached_is_told_with_the_reason() -> None:
    with fake_cache() as cache:
        shop = Shop(cache)
        key = shop.title.key(1)
        with pytest.raises(AssertionError, match="not cached: nothing is stored") as no:
            assert_cached(shop.title, 1)
        assert key in str(no.value)
        shop.title(1)
        cache.blocking.invalidate_tags("Job")
        with pytest.raises(AssertionError, match="stored has been invalidated"):
            assert_cached(shop.title, 1)
        shop.title(1)
        cache.clock.advance(60)
        with pytest.raises(AssertionError, match="not cached"):
            assert_cached(shop.title, 1)


def test_a_forgotten_invalidation_is_told_with_what_is_served() -> None:
    with fake_cache() as cache:
        shop = Shop(cache)
        shop.title(1)
        cache.clock.advance(2)
        with pytest.raises(AssertionError) as told:
            assert_invalidated(shop.title, 1)
        text = str(told.value)
        assert "still cached: 'en 1'" in text
        assert "2 s old; its tags: Job" in text
        cache.blocking.invalidate_tags("Job")
        assert_invalidated(shop.title, 1)


async def test_coroutine_functions_are_asked_with_await() -> None:
    async with fake_cache() as cache:
        shop = Shop(cache)
        await assert_invalidated(shop.atitle, 1)
        await shop.atitle(1)
        assert (await assert_cached(shop.atitle, 1)).value == "en 1"
        cache.clock.advance(60)
        with pytest.raises(AssertionError, match="60 s old, stale"):
            await assert_invalidated(shop.atitle, 1)
        with pytest.raises(AssertionError, match="nothing is stored"):
            await assert_cached(shop.atitle, 2)


async def test_what_has_only_expired_was_not_invalidated() -> None:
    async with fake_cache() as cache:
        shop = Shop(cache)

        @cache.cached(ttl=60, stale_if_error=60, jitter=0)
        async def town() -> str:
            return "Bern"

        await town()
        cache.clock.advance(60)
        with pytest.raises(AssertionError, match="not invalidated, but expired"):
            await assert_invalidated(town)
        with pytest.raises(AssertionError, match="has expired"):
            await assert_cached(town)
        with pytest.raises(BlockingCall):
            assert_cached(shop.title, 1)


async def test_a_method_is_asked_by_its_object() -> None:
    async with fake_cache() as cache:

        class Town:
            def __cache_key__(self) -> str:
                return "Bern"

            @cache.cached(ttl=60)
            async def name(self) -> str:
                return "Bern"

        await Town().name()
        await assert_cached(Town().name)


async def test_loads_are_counted_held_and_made_to_fail() -> None:
    loads = Loads()

    @loads
    async def title(number: int) -> str:
        return f"Job {number}"

    assert title.__name__ == "title"
    assert await title(1) == "Job 1"
    assert (loads.count, loads.calls) == (1, [(1,)])
    loads.error = ConnectionError("no database")
    with pytest.raises(ConnectionError, match="no database"):
        await title(2)
    await loads.begun(2)
