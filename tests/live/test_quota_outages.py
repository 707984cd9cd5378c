"""What becomes of calls while Redis is away, refuses, or is full."""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from stateroom.errors import QuotaExceeded, Unavailable, Undecodable
from stateroom.live import Grant, Live, Quota
from stateroom.live.quota_rules import OnUnavailable
from stateroom.testing import FaultProxy
from tests.fixtures_servers import MakesRedis
from tests.servers.processes import RedisProcess
from tests.servers.talking import ReplyError

TIMEOUT_S = 0.05
FULL = ("maxmemory 8mb", "maxmemory-policy noeviction")


@pytest.fixture
def proxy(redis_7: RedisProcess) -> Iterator[FaultProxy]:
    with FaultProxy("127.0.0.1", redis_7.port) as proxy:
        yield proxy


@pytest.fixture
async def live(proxy: FaultProxy) -> AsyncIterator[Live]:
    namespace = f"o{secrets.token_hex(6)}"
    async with Live(
        proxy.url(), namespace=namespace, timeout=TIMEOUT_S, connect_timeout=TIMEOUT_S
    ) as live:
        yield live


def quota(live: Live, way: OnUnavailable, *, limit: int = 100) -> Quota:
    return live.quota("job-api", limit=limit, per="year", on_unavailable=way)


async def counted(calls: Quota) -> Grant:
    """Take a call as soon as Redis answers again."""
    async with asyncio.timeout(10):
        while True:
            grant = await calls.take()
            if grant.origin == "redis":
                return grant
            await asyncio.sleep(0.05)


async def test_an_outage_is_an_error_where_nothing_else_was_said(
    live: Live, proxy: FaultProxy
) -> None:
    proxy.black_hole()
    with pytest.raises(Unavailable):
        await quota(live, "raise").take()


async def test_calls_may_be_allowed_uncounted(live: Live, proxy: FaultProxy) -> None:
    calls = quota(live, "allow", limit=2)
    await calls.take()
    proxy.black_hole()
    grants = [await calls.take() for _ in range(5)]
    assert {(each.is_allowed, each.origin, each.used) for each in grants} == {
        (True, "allowed", 0)
    }
    assert [each.receipt for each in grants] == [None] * 5
    assert (calls.outage.allowed, calls.outage.denied) == (5, 0)


async def test_calls_may_be_denied(live: Live, proxy: FaultProxy) -> None:
    calls = quota(live, "deny")
    proxy.black_hole()
    grant = await calls.of(user=7).take(3)
    assert (grant.is_allowed, grant.origin, grant.retry_after) == (False, "denied", 1.0)
    with pytest.raises(QuotaExceeded, match="Redis is away") as caught:
        await calls.require()
    assert caught.value.retry_after == 1.0
    assert (calls.outage.allowed, calls.outage.denied) == (0, 4)


async def test_an_outage_is_logged_once_and_so_is_its_end(
    live: Live, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    calls = quota(live, "allow")
    with caplog.at_level(logging.WARNING, logger="stateroom.live"):
        for _ in range(2):
            proxy.black_hole()
            for _ in range(6):
                await calls.take()
            proxy.pass_through()
            await counted(calls)
    told = [each for each in caplog.messages if each.startswith("job-api")]
    assert [each[:31] for each in told] == [
        "job-api: Redis is away; until i",
        "job-api: Redis is back; without",
    ] * 2
    assert int(told[1].split()[6]) + int(told[3].split()[6]) == calls.outage.allowed


@pytest.mark.parametrize("is_used", [True, False])
async def test_a_dead_redis_is_not_waited_for_by_each_call(
    live: Live, proxy: FaultProxy, *, is_used: bool
) -> None:
    calls = quota(live, "allow")
    if is_used:
        await calls.take()
    proxy.black_hole()
    for _ in range(6):
        await calls.take()
    before = proxy.connections
    assert {(await calls.take()).origin for _ in range(50)} == {"allowed"}
    assert proxy.connections == before


async def test_a_server_that_refuses_is_no_outage(
    live: Live, redis_7: RedisProcess
) -> None:
    calls = quota(live, "allow")
    await calls.take()
    (key,) = redis_7.cli("KEYS", f"{live.namespace}:*").split()
    redis_7.cli("SET", key, "what another program wrote")
    with pytest.raises(Undecodable, match="another kind of data stands there"):
        await calls.take()
    assert calls.outage.allowed == 0


async def test_an_error_stays_itself_when_the_call_cannot_be_given_back(
    live: Live, proxy: FaultProxy
) -> None:
    @quota(live, "raise").guarded(not_called=(LookupError,))
    async def fetch() -> None:
        proxy.black_hole()
        raise LookupError("no token")

    with pytest.raises(LookupError, match="no token") as caught:
        await fetch()
    assert caught.value.__notes__[0].startswith("job-api: this call stays counted: ")


async def test_what_was_not_given_back_for_want_of_an_answer_is_when_asked_again(
    live: Live, proxy: FaultProxy
) -> None:
    calls = quota(live, "allow")
    grant = await calls.take()
    proxy.black_hole()
    with pytest.raises(Unavailable):
        await calls.give_back(grant)
    proxy.pass_through()
    await counted(calls)
    assert [await calls.give_back(grant) for _ in range(2)] == [True, False]
    assert (await calls.usage()).used == 1


@pytest.mark.slow
@pytest.mark.parametrize("version", ["6.2", "7"])
async def test_a_full_server_still_counts(own_redis: MakesRedis, version: str) -> None:
    server = own_redis(version, config=FULL)
    async with Live(server.url, namespace="app", timeout=3, connect_timeout=3) as live:
        month = live.quota("month", limit=4, per="month")
        rate = live.quota("rate", limit=1, per=86_400, burst=4)
        before = [await each.take() for each in (month, rate)]
        fill(server)
        for calls, grant in zip((month, rate), before, strict=True):
            assert [(await calls.take(2)).used, (await calls.take()).used] == [3, 4]
            assert not (await calls.take()).is_allowed
            assert await calls.give_back(grant)
            assert (await calls.of(user=7).take()).used == 1
        await month.avoided(3)
        assert ((await month.usage()).used, (await month.usage()).avoided) == (3, 3)


def fill(server: RedisProcess) -> None:
    """Write until not even a small value finds room, and then take some of it away."""
    for size in (65_536, 4_096, 64):
        with pytest.raises(ReplyError, match="OOM command not allowed"):
            write(server, size)
    server.cli("CONFIG", "SET", "maxmemory", "4mb")


def write(server: RedisProcess, size: int) -> None:
    for number in itertools.count():
        server.cli("SET", f"fill:{size}:{number}", "x" * size)
