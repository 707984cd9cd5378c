"""What a server says of itself, and that one that is too old is refused."""

from __future__ import annotations

import asyncio

from stateroom.cache import Cache
from tests.servers.processes import RedisProcess


def test_a_cache_tells_the_facts_of_its_server(redis_server: RedisProcess) -> None:
    async def ask() -> None:
        async with Cache(redis_server.url, namespace="facts") as cache:
            (awaited,) = await cache.facts()
            (blocking,) = await asyncio.to_thread(cache.blocking.facts)
        assert awaited.version == blocking.version
        assert awaited.version >= (6, 2, 0)
        assert awaited.role == "master"

    asyncio.run(ask())


def test_a_cache_in_memory_has_no_server() -> None:
    assert Cache.memory().blocking.facts() == ()
