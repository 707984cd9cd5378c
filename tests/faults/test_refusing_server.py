"""What a server answers instead: the weather is passed by, a mistake is told."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.errors import NotInvalidated, Refused
from stateroom.link.breaker import Circuit
from tests.faults.conftest import OpensCache
from tests.faults.jobs import Gate, Jobs
from tests.faults.sources import Source
from tests.faults.watching import engine_of
from tests.fixtures_servers import MakesRedis
from tests.servers.binaries import HOST
from tests.servers.processes import RedisProcess
from tests.servers.talking import ReplyError


async def test_a_key_of_another_type_is_a_mistake_and_raises(
    redis_server: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    jobs = Jobs(open_cache(redis_server.url), source, Gate())
    redis_server.cli("LPUSH", jobs.static.key("a"), "somebody else's")
    with pytest.raises(Refused, match="WRONGTYPE"):
        await jobs.static("a")
    assert engine_of(jobs.cache).breaker.circuit is Circuit.CLOSED


async def test_a_missing_password_is_a_mistake_and_raises(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache
) -> None:
    server = own_redis(password="secret")  # noqa: S106 - of a server for this test
    jobs = Jobs(open_cache(f"redis://{server.address}/0"), source, Gate())
    with pytest.raises(Refused, match="Authentication"):
        await jobs.static("a")


@pytest.mark.parametrize("command", ["mget", "evalsha"])
async def test_a_missing_permission_is_a_mistake_and_raises(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache, command: str
) -> None:
    server = own_redis(config=(f"user default on nopass ~* &* +@all -{command}",))
    jobs = Jobs(open_cache(server.url), source, Gate())
    with pytest.raises(Refused, match="permission"):
        await jobs.static("a")


@pytest.mark.parametrize("binary", ["6.2", "7"])
@pytest.mark.parametrize(
    "words",
    [("REPLICAOF", HOST, "1"), ("CONFIG", "SET", "min-replicas-to-write", "1")],
    ids=["a demoted primary", "too few replicas"],
)
async def test_a_server_that_takes_no_writes_now_is_weather(
    own_redis: MakesRedis,
    source: Source,
    open_cache: OpensCache,
    binary: str,
    words: tuple[str, ...],
) -> None:
    server = own_redis(binary)
    jobs = Jobs(open_cache(server.url), source, Gate())
    await jobs.static("warm")
    server.cli(*words)

    assert await jobs.static("warm") == "warm: first"
    assert source.loads("warm") == 1
    assert await jobs.static("cold") == "cold: first"
    with pytest.raises(NotInvalidated):
        await jobs.static.invalidate("warm")
    assert await jobs.static("warm") == "warm: first"
    assert source.loads("warm") == 2  # read past the cache


@pytest.mark.parametrize("binary", ["6.2", "7"])
async def test_a_server_that_is_busy_with_somebodys_script_is_weather(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache, binary: str
) -> None:
    server = own_redis(binary, config=("lua-time-limit 20",))
    jobs = Jobs(open_cache(server.url), source, Gate())
    await jobs.static("warm")
    running = asyncio.ensure_future(
        asyncio.to_thread(server.cli, "EVAL", "while true do end", "0")
    )
    await asyncio.sleep(0.1)

    assert await jobs.static("cold") == "cold: first"
    assert await jobs.static("warm") == "warm: first"

    server.cli("SCRIPT", "KILL")
    with pytest.raises(ReplyError):
        await running
