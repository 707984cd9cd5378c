"""One ``Live`` in many event loops, none of which closes it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from stateroom.live import Live
from tests.fixtures_servers import MakesRedis
from tests.link.elsewhere import elsewhere
from tests.link.ended import clients, closed
from tests.servers.processes import RedisProcess, until

PATIENT_S = 5.0
"""For one exchange: the machine may be busy."""


@pytest.fixture
def server(own_redis: MakesRedis) -> RedisProcess:
    return own_redis()


@pytest.fixture
def live(server: RedisProcess) -> Iterator[Live]:
    with Live(
        server.url, namespace="a", timeout=PATIENT_S, connect_timeout=PATIENT_S
    ) as live:
        yield live


async def waits(live: Live) -> int:
    """Count, and wait for a mutex that somebody has: that is a connection apart."""
    mutex = live.mutex("ledger", lease=3)

    async def wait() -> None:
        async with mutex.hold():
            pass

    async with mutex.hold():
        waiting = asyncio.ensure_future(wait())
        count = await live.counter("visits").add()
    await waiting
    return count


def test_a_loop_takes_its_connections_along(server: RedisProcess, live: Live) -> None:
    assert [asyncio.run(waits(live)) for _ in range(30)] == list(range(1, 31))
    until(lambda: not clients(server), "the server to see it")


def test_a_loop_that_was_closed_keeps_no_connection_beside_the_next_one(
    server: RedisProcess, live: Live
) -> None:
    assert [closed(waits(live)) for _ in range(30)] == list(range(1, 31))
    # One that waited, and one for each of two that were answered at the same moment.
    until(lambda: 0 < len(clients(server)) <= 3, "the server to see it")
    live.close()
    until(lambda: not clients(server), "the server to see it")


def test_a_loop_in_another_thread_keeps_its_connections(
    server: RedisProcess, live: Live
) -> None:
    with elsewhere() as other:
        assert other.run(waits(live)) == 1
        kept = clients(server)
        assert [closed(waits(live)) for _ in range(3)] == [2, 3, 4]
        assert [asyncio.run(waits(live)) for _ in range(3)] == [5, 6, 7]
        assert other.run(waits(live)) == 8
        until(lambda: clients(server) >= kept, "the server to see it")
    until(lambda: not clients(server), "the server to see it")


def test_a_mutex_that_was_held_in_a_closed_loop_is_not_renewed(
    server: RedisProcess, live: Live
) -> None:
    mutex = live.mutex("ledger", lease=1)

    async def leave() -> int:
        hold = mutex.hold()
        return (await hold.__aenter__()).fence

    fence = closed(leave())

    async def take() -> int:
        async with mutex.hold(wait=PATIENT_S) as held:
            return held.fence

    assert asyncio.run(take()) > fence
    until(lambda: not clients(server), "the server to see it")
