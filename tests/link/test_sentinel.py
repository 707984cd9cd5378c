"""A primary that sentinels name, by both kinds of links, while another takes over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stateroom.errors import Refused, Unavailable
from stateroom.link import Call, Script
from stateroom.link.sentinels import BELIEVED_S
from stateroom.testing.proxy import FaultProxy
from tests.fixtures_servers import MakesRedis
from tests.link.caching import Titles, is_hearing, until_async, voided
from tests.link.conftest import Opens, OpensCache
from tests.link.ears import listening
from tests.link.talkers import recovered
from tests.servers.processes import RedisProcess, until
from tests.servers.sentinel import SERVICE, SentinelOf

WRITE = Script("write", "return redis.call('SET', KEYS[1], ARGV[1])")
SOON_S = 3.0
"""From the moment at which the sentinels agree on another primary."""
PASSWORD = "s/e:c@r"  # noqa: S105 - of nobody
WRITTEN = "s%2Fe%3Ac%40r"


@contextmanager
def sentinel_of(
    primary: RedisProcess, *, password: str = "", tls: bool = False
) -> Iterator[RedisProcess]:
    """Start one sentinel that watches a primary, alone, and never replaces it."""
    lines = (f"sentinel monitor {SERVICE} 127.0.0.1 {primary.port} 1",)
    with RedisProcess(
        config=lines, password=password, tls=tls, sentinel=True
    ) as sentinel:
        yield sentinel


# ------------------------------------------------------------------- in good order


async def test_what_is_written_is_on_the_primary(
    sentinels: SentinelOf, opens: Opens, prefix: str
) -> None:
    link = opens(sentinels.url)
    key = prefix.encode()
    assert await link.run([("SET", key, "1", "EX", 60), ("PING",)]) == [b"OK", b"PONG"]
    assert await link.run([Call(WRITE, (key,), ("2",))]) == [b"OK"]
    assert await link.get_many([key, b"missing"]) == [b"2", None]
    assert sentinels.primary.cli("GET", prefix) == "2"
    assert await link.nodes() == [""]


async def test_sentinels_that_are_dead_are_passed_over(
    sentinels: SentinelOf, opens: Opens
) -> None:
    living = sentinels.sentinels[0].address
    link = opens(f"redis+sentinel://127.0.0.1:1,127.0.0.1:2,{living}/{SERVICE}")
    assert await link.run([("PING",)]) == [b"PONG"]


async def test_a_sentinel_that_swallows_everything_costs_one_exchange(
    sentinels: SentinelOf, opens: Opens
) -> None:
    with FaultProxy("127.0.0.1", sentinels.sentinels[0].port) as proxy:
        proxy.black_hole()
        hosts = f"127.0.0.1:{proxy.port},{sentinels.sentinels[1].address}"
        link = opens(
            f"redis+sentinel://{hosts}/{SERVICE}", operation_s=0.2, connect_s=0.2
        )
        start = time.monotonic()
        assert await recovered(lambda: link.run([("PING",)]), within=4.0) == [b"PONG"]
        assert time.monotonic() - start < 3.0


@pytest.mark.parametrize("how", ["refuse", "black_hole"])
async def test_sentinels_that_die_later_are_not_missed(
    own_redis: MakesRedis, opens: Opens, how: str
) -> None:
    primary = own_redis()
    with (
        sentinel_of(primary) as sentinel,
        FaultProxy("127.0.0.1", sentinel.port) as proxy,
    ):
        place = f"127.0.0.1:{proxy.port}"
        url = f"redis+sentinel://{place},{place}/{SERVICE}"
        link = opens(url, operation_s=0.3, connect_s=0.3)
        await link.run([("PING",)])
        proxy.refuse() if how == "refuse" else proxy.black_hole()
        for _ in range(4):
            assert await link.run([("PING",)]) == [b"PONG"]
            # New connections need an address: the last one known is as good as any.
            primary.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            assert await link.run([("PING",)]) == [b"PONG"]
            await asyncio.sleep(0.4)  # together longer than an address is believed


async def test_where_no_sentinel_answers_it_is_weather(opens: Opens) -> None:
    link = opens(f"redis+sentinel://127.0.0.1:1,127.0.0.1:2/{SERVICE}")
    with pytest.raises(Unavailable, match="no sentinel at 127"):
        await link.get_many([b"a"])


async def test_a_service_that_no_sentinel_knows_is_a_mistake(
    sentinels: SentinelOf, opens: Opens
) -> None:
    link = opens(sentinels.url.replace(SERVICE, "other"))
    with pytest.raises(Refused, match="knows a service 'other'"):
        await link.get_many([b"a"])


async def test_a_server_that_is_no_primary_any_more_is_not_read_from(
    own_redis: MakesRedis, opens: Opens
) -> None:
    primary = own_redis()
    primary.cli("SET", "a", "old")
    with sentinel_of(primary) as sentinel:
        primary.cli("REPLICAOF", "127.0.0.1", 1)  # and its sentinel does not know
        link = opens(f"redis+sentinel://{sentinel.address}/{SERVICE}")
        with pytest.raises(Unavailable, match="not the primary any more"):
            await link.get_many([b"a"])


# ------------------------------------------------------------------- another primary


async def test_another_primary_is_noticed_though_the_first_one_lives_on(
    own_redis: MakesRedis, opens: Opens
) -> None:
    first, second = own_redis(), own_redis()
    with sentinel_of(first) as sentinel:
        link = opens(f"redis+sentinel://{sentinel.address}/{SERVICE}")
        await asyncio.gather(*(link.run([("SET", "a", "1")]) for _ in range(8)))
        _name_another(sentinel, second)
        await asyncio.sleep(BELIEVED_S)
        for _ in range(3):
            await asyncio.gather(*(link.run([("SET", "b", "2")]) for _ in range(8)))
        assert (first.cli("KEYS", "*"), second.cli("KEYS", "*")) == ("a", "b")


def test_an_ear_moves_to_another_primary_though_the_first_one_lives_on(
    own_redis: MakesRedis,
) -> None:
    first, second = own_redis(), own_redis()
    with sentinel_of(first) as sentinel:
        url = f"redis+sentinel://{sentinel.address}/{SERVICE}"
        with listening(url, b"a", doubt_s=60.0) as ear:
            ear.until_trusted()
            before = ear.heard.losses
            _name_another(sentinel, second)
            until(lambda: ear.heard.losses > before, "the loss", within=SOON_S)
            ear.until_trusted()
            second.cli("SET", "a", "1")
            ear.until_told(b"a")


def _name_another(sentinel: RedisProcess, primary: RedisProcess) -> None:
    """Let a sentinel name another server, as if it had been told by others."""
    sentinel.cli("SENTINEL", "REMOVE", SERVICE)
    sentinel.cli("SENTINEL", "MONITOR", SERVICE, "127.0.0.1", primary.port, 1)


# ------------------------------------------------------------------- a failover


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_calls_recover_and_go_to_the_new_primary(
    breakable_sentinels: SentinelOf, opens: Opens, prefix: str, how: str
) -> None:
    sentinels = breakable_sentinels
    link = opens(sentinels.url, operation_s=0.3, connect_s=0.3)
    key = prefix.encode()
    await asyncio.gather(*(link.run([("SET", key, "1")]) for _ in range(8)))
    gone = sentinels.primary
    gone.kill() if how == "kill" else gone.pause()
    with pytest.raises(Unavailable):
        await link.get_many([key])

    await asyncio.to_thread(sentinels.wait_until_ok)
    await recovered(lambda: link.get_many([key]), within=SOON_S)
    assert await link.run([("SET", key, "2", "EX", 60)]) == [b"OK"]
    assert sentinels.primary is not gone
    assert sentinels.primary.cli("GET", prefix) == "2"


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_nothing_is_written_to_a_primary_that_has_been_replaced(
    breakable_sentinels: SentinelOf, opens: Opens, prefix: str
) -> None:
    sentinels = breakable_sentinels
    links = [opens(sentinels.url, operation_s=0.3, connect_s=0.3) for _ in range(2)]
    for link in links:  # with some connections that will lie idle
        await asyncio.gather(*(link.run([("PING",)]) for _ in range(8)))
    busy, idle = links
    gone = sentinels.primary
    gone.pause()
    with pytest.raises(Unavailable):
        await busy.run([("PING",)])
    await asyncio.to_thread(sentinels.wait_until_ok)
    gone.resume()  # it takes itself for the primary until a sentinel tells it

    names = [f"{prefix}:{n}" for n in range(16)]
    for link in (busy, idle):
        await recovered(lambda link=link: link.run([("PING",)]), within=SOON_S)  # type: ignore[misc]  # bound now
        await asyncio.gather(
            *(link.run([("SET", name, "1", "EX", 60)]) for name in names)
        )
        found = sentinels.primary.cli("DEL", *names)
        assert found == str(len(names))


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["kill", "pause"])
def test_an_ear_follows_the_new_primary(
    breakable_sentinels: SentinelOf, prefix: str, how: str
) -> None:
    sentinels = breakable_sentinels
    with listening(sentinels.url, f"{prefix}:".encode()) as ear:
        ear.until_trusted()
        before = ear.heard.losses
        gone = sentinels.primary
        gone.kill() if how == "kill" else gone.pause()
        ear.until_doubted()
        sentinels.wait_until_ok()
        if how == "pause":
            gone.resume()
        until(lambda: ear.heard.losses > before, "the loss")
        until(lambda: _hears(ear.heard.keys, sentinels.primary, prefix), "the new one")
        until(lambda: ear.is_trusted, "trust", within=SOON_S)
        assert ear.is_trusted


def _hears(keys: list[bytes], server: RedisProcess, prefix: str) -> bool:
    server.cli("SET", f"{prefix}:a", "1", "EX", 60)
    return f"{prefix}:a".encode() in keys


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_no_local_copy_is_wrong_after_the_primary_was_replaced(
    breakable_sentinels: SentinelOf, opens_cache: OpensCache, how: str
) -> None:
    sentinels = breakable_sentinels
    caches = [opens_cache(sentinels.url, local=True, timeout=0.5) for _ in range(2)]
    table: dict[int, str] = {}
    here, there = (Titles(each, table) for each in caches)
    await until_async(lambda: all(map(is_hearing, caches)), "the trackers")
    for titles in (here, there):
        assert await titles.title(1) == "1 first"
    gone = sentinels.primary
    gone.kill() if how == "kill" else gone.pause()
    assert await there.title(1) == "1 first"  # from the source, where it must be

    await asyncio.to_thread(sentinels.wait_until_ok)
    if how == "pause":
        gone.resume()
    for change in ("second", "third"):
        table[1] = change
        await voided(lambda: here.title.invalidate(1), within=5.0)
        # Until it hears again, nothing local is served; then it hears of all.
        end = time.monotonic() + 1.0
        while await there.title(1) != f"1 {change}":
            assert time.monotonic() < end, change
            await asyncio.sleep(0.005)
        await until_async(lambda: all(map(is_hearing, caches)), "trust", within=8.0)
        await there.title(1)


# ------------------------------------------------------------------- TLS and passwords


@pytest.mark.slow
async def test_sentinels_and_primary_may_have_tls_and_passwords_of_their_own(
    own_redis: MakesRedis, opens: Opens, tmp_path: Path
) -> None:
    primary = own_redis(password="other", tls=True)  # noqa: S106 - of nobody
    with sentinel_of(primary, password=PASSWORD, tls=True) as sentinel:
        trusted = tmp_path / "both.crt"
        trusted.write_bytes(
            primary.authority.read_bytes() + sentinel.authority.read_bytes()
        )
        place = f"{sentinel.address}/{SERVICE}?ssl_ca_certs={trusted}"
        url = f"rediss+sentinel://:other@{place}"
        link = opens(f"{url}&sentinel_password={WRITTEN}")
        assert await link.run([("SET", "a", "1")]) == [b"OK"]
        with listening(f"{url}&sentinel_password={WRITTEN}", b"a") as ear:
            await asyncio.to_thread(ear.until_trusted)
        for wrong in (url, f"{url}&sentinel_password=wrong"):
            with pytest.raises((Refused, Unavailable)) as caught:
                await opens(wrong).run([("PING",)])
            assert "wrong" not in str(caught.value)
