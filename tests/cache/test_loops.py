"""One cache in many event loops, none of which closes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import TypeVar

import pytest

from stateroom.cache import Cache
from tests.fixtures_servers import MakesRedis
from tests.link.elsewhere import elsewhere
from tests.link.ended import clients, closed
from tests.servers.processes import RedisProcess, until

PATIENT_S = 5.0
"""For one exchange: the machine may be busy."""

T = TypeVar("T")
Doubles = Callable[[int], Coroutine[object, object, int]]


@pytest.fixture
def server(own_redis: MakesRedis) -> RedisProcess:
    return own_redis()


@pytest.fixture
def cache(server: RedisProcess) -> Iterator[Cache]:
    with Cache(
        server.url, namespace="a", timeout=PATIENT_S, connect_timeout=PATIENT_S
    ) as cache:
        yield cache


@pytest.fixture
def doubles(cache: Cache) -> Doubles:
    @cache.cached(60, name="double", early=0)
    async def double(number: int) -> int:
        return 2 * number

    async def read(number: int) -> int:
        return await double(number)

    return read


def test_a_loop_takes_its_connections_along(
    server: RedisProcess, doubles: Doubles
) -> None:
    assert [asyncio.run(doubles(n)) for n in range(30)] == list(range(0, 60, 2))
    until(lambda: not clients(server), "the server to see it")


def test_a_loop_that_was_closed_keeps_no_connection_beside_the_next_one(
    server: RedisProcess, cache: Cache, doubles: Doubles
) -> None:
    closed(doubles(0))
    most = len(clients(server))
    assert [closed(doubles(n)) for n in range(30)] == list(range(0, 60, 2))
    until(lambda: 0 < len(clients(server)) <= most, "the server to see it")
    cache.close()
    until(lambda: not clients(server), "the server to see it")


def test_a_loop_in_another_thread_keeps_its_connection(
    server: RedisProcess, doubles: Doubles
) -> None:
    with elsewhere() as other:
        assert other.run(doubles(1)) == 2
        kept = clients(server)
        assert [closed(doubles(n)) for n in range(5)] == [0, 2, 4, 6, 8]
        assert [asyncio.run(doubles(n)) for n in range(5)] == [0, 2, 4, 6, 8]
        assert other.run(doubles(1)) == 2
        until(lambda: clients(server) == kept, "the server to see it")
    until(lambda: not clients(server), "the server to see it")


def test_a_load_ends_with_its_loop_and_gives_its_lease_back(
    server: RedisProcess, cache: Cache
) -> None:
    ends: list[str] = []

    @cache.cached(60, name="slow", early=0)
    async def slow() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ends.append("cancelled")
        return 1

    async def main() -> None:
        asking = asyncio.ensure_future(slow())
        await asyncio.wait([asking], timeout=0.2)
        asking.cancel()  # the load goes on, for others
        await asyncio.wait([asking])
        assert server.cli("KEYS", "*:l:lease:*")
        await asyncio.get_running_loop().shutdown_asyncgens()

    closed(main())
    assert ends == ["cancelled"]
    assert server.cli("KEYS", "*:l:lease:*") == ""
    until(lambda: not clients(server), "the server to see it")
