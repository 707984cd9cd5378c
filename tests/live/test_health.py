"""Live data on a server that may evict it is told, or refused (MEM002)."""

from __future__ import annotations

import asyncio
import logging

import pytest

from stateroom.errors import MayEvict, Unavailable
from stateroom.link.facts import ServerFacts
from stateroom.live import Live
from stateroom.live.health import judge_servers, refusal_of
from tests.fixtures_servers import MakesRedis
from tests.servers.binaries import free_port

EVICTING = ("maxmemory-policy allkeys-lru",)
ACL = "ACL SETUSER shy on >pw ~* +@all -info"


def facts(policy: str, *, is_appending: bool = False) -> ServerFacts:
    return ServerFacts(
        version=(7, 0, 0), product="redis", policy=policy, is_appending=is_appending
    )


def test_a_server_that_evicts_nothing_is_well() -> None:
    health = judge_servers([facts("noeviction", is_appending=True)])
    assert (health.standing, health.code, health.is_appending) == ("ok", "", True)


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl", "volatile-lru"])
def test_one_primary_that_evicts_is_enough(policy: str) -> None:
    health = judge_servers([facts("noeviction"), facts(policy)])
    assert (health.standing, health.code, health.policy) == (
        "degraded",
        "MEM002",
        policy,
    )


def test_the_message_names_both_ways_out() -> None:
    error = refusal_of(judge_servers([facts("allkeys-lru")]))
    assert str(error) == (
        "MEM002: Redis 7.0.0 may evict live data when it is full "
        "(maxmemory-policy allkeys-lru)"
    )
    assert error.hint == (
        "set maxmemory-policy noeviction on it, or give live and auth data a server "
        "of their own (STATEROOM_REDIS_DURABLE_URL)"
    )


@pytest.mark.slow
async def test_a_server_that_may_evict_is_told_once_and_used(
    own_redis: MakesRedis, caplog: pytest.LogCaptureFixture
) -> None:
    server = own_redis(config=EVICTING)
    with caplog.at_level(logging.WARNING, "stateroom.live"):
        async with Live(server.url, namespace="app") as live:
            views = live.counter("views")
            assert [await views.add(), await views.add()] == [1, 2]
            assert (await live.health()).code == "MEM002"
    assert [each.getMessage()[:8] for each in caplog.records] == ["MEM002: "]


@pytest.mark.slow
async def test_a_strict_one_refuses_it_before_anything_is_written(
    own_redis: MakesRedis,
) -> None:
    server = own_redis(config=EVICTING)
    async with Live(server.url, namespace="app", strict=True) as live:
        with pytest.raises(MayEvict, match="allkeys-lru"):
            await live.counter("views").add()
    with Live(server.url, namespace="app", strict=True) as live:
        views = live.counter("views").blocking
        with pytest.raises(MayEvict):
            await asyncio.to_thread(views.add)
    assert server.cli("DBSIZE").strip() == "0"


@pytest.mark.slow
async def test_a_server_that_does_not_tell_is_used_and_said_to_be_unknown(
    own_redis: MakesRedis,
) -> None:
    server = own_redis(config=EVICTING)
    server.cli(*ACL.split())
    url = server.url.replace("redis://", "redis://shy:pw@")
    async with Live(url, namespace="app", strict=True) as live:
        assert await live.counter("views").add() == 1
        health = await live.health()
    assert health.standing == "unknown"
    assert health.reason == "the server does not tell what it evicts"


async def test_a_server_that_is_away_is_no_finding() -> None:
    url = f"redis://127.0.0.1:{free_port()}"
    async with Live(url, namespace="app", strict=True) as live:
        with pytest.raises(Unavailable):
            await live.counter("views").add()
        healths = [await live.health() for _ in range(9)]  # the circuit opens, too
    assert {each.standing for each in healths} == {"unknown"}
    assert {each.reason for each in healths} == {"the server does not answer"}
