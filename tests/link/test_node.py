"""One server, by both kinds of links: what comes back, and what a bad line does."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from stateroom.errors import Refused, Unavailable
from stateroom.link import Budgets, Call, Command, Script, read_url
from stateroom.link.opening import open_async_link
from stateroom.testing.proxy import FaultProxy
from tests.fixtures_servers import MakesRedis
from tests.link.conftest import Opens, OpensBlocking
from tests.servers.cluster import ClusterOf
from tests.servers.processes import RedisProcess

ECHO = Script("echo", "return {KEYS[1], ARGV[1]}")
WRITE = Script("write", "return redis.call('SET', KEYS[1], ARGV[1])")
PATIENT = Budgets(connect_s=3.0, operation_s=3.0)
HASTY_S = 0.15
"""For one exchange, where it is to be too long."""
BUSY_S = 1.0
"""What a busy machine may add."""


def echo(key: bytes, word: bytes) -> Call:
    return Call(ECHO, (key,), (word,))


# ---------------------------------------------------------------- what comes back


async def test_values_come_in_the_order_of_their_keys_and_none_where_there_is_none(
    redis_server: RedisProcess, opens: Opens, prefix: str
) -> None:
    link = opens(redis_server.url)
    a, b = f"{prefix}:a".encode(), f"{prefix}:b".encode()
    raw = bytes(range(256)) + b"\r\n$-1\r\n"
    await link.run([("SET", a, raw), ("SET", b, b"")])
    assert await link.get_many([b, prefix.encode(), a]) == [b"", None, raw]
    assert await link.get_many([a]) == [raw]
    assert await link.get_many([prefix.encode()]) == [None]
    assert await link.get_many([]) == []
    assert await link.run([]) == []


async def test_a_key_of_another_type_has_no_value(
    redis_server: RedisProcess, opens: Opens, prefix: str
) -> None:
    link = opens(redis_server.url)
    await link.run([("RPUSH", prefix, "one")])
    assert await link.get_many([prefix.encode(), b"missing"]) == [None, None]
    with pytest.raises(Refused, match="GET: WRONGTYPE"):
        await link.get_many([prefix.encode()])
    with pytest.raises(Refused, match="INCR: WRONGTYPE"):
        await link.run([("PING",), ("INCR", prefix)])
    assert await link.run([("LLEN", prefix)]) == [1]  # the replies are still in step


async def test_thousands_of_commands_go_out_together(
    redis_server: RedisProcess, opens: Opens, prefix: str
) -> None:
    link = opens(redis_server.url)
    writes = [("SET", f"{prefix}:{n}", n, "EX", 60) for n in range(5000)]
    assert await link.run(writes) == [b"OK"] * 5000
    keys = [f"{prefix}:{n}".encode() for n in range(5000)]
    assert await link.get_many(keys) == [str(n).encode() for n in range(5000)]
    mixed = [echo(key, b"word") for key in keys[:2000]]
    assert await link.run(mixed) == [[key, b"word"] for key in keys[:2000]]


async def test_large_values_pass(
    redis_server: RedisProcess, opens: Opens, prefix: str
) -> None:
    link = opens(redis_server.url)
    large = b"\xff\r\n" * 1_000_000
    await link.run([("SET", prefix, large, "EX", 60), ("PING",)])
    assert await link.get_many([prefix.encode()]) == [large]


async def test_scripts_that_the_server_forgot_are_told_again(
    redis_server: RedisProcess, opens: Opens, prefix: str
) -> None:
    link = opens(redis_server.url)
    key = prefix.encode()
    write = Call(WRITE, (key,), ("3",))
    calls: list[Call | Command] = [
        echo(key, b"1"), ("SET", key, "2"), write, echo(key, b"4"),
    ]  # fmt: skip
    wanted = [[key, b"1"], b"OK", b"OK", [key, b"4"]]
    for _ in range(2):
        redis_server.cli("SCRIPT", "FLUSH")
        assert await link.run(calls) == wanted
        assert await link.run(calls) == wanted
    assert await link.get_many([key]) == [b"3"]


async def test_one_server_is_one_node_without_a_name_and_a_scan_finds_its_keys(
    redis_server: RedisProcess, opens: Opens, prefix: str
) -> None:
    link = opens(redis_server.url)
    keys = {f"{prefix}:{n}".encode() for n in range(1500)}
    await link.run([("SET", key, "1", "EX", 60) for key in keys])
    assert await link.nodes() == [""]
    assert set(await link.scan_all(f"{prefix}:*")) == keys
    assert await link.on_each(("PING",)) == [b"PONG"]


async def test_replies_reach_those_who_asked(
    redis_7: RedisProcess, opens: Opens, prefix: str
) -> None:
    link = opens(redis_7.url)
    keys = [f"{prefix}:{n}".encode() for n in range(150)]
    await link.run([("SET", key, key, "EX", 60) for key in keys])

    async def ask(key: bytes) -> None:
        for _ in range(5):
            assert await link.get_many([key]) == [key]

    await asyncio.gather(*map(ask, keys))


async def test_a_link_that_was_closed_opens_anew(
    redis_7: RedisProcess, opens: Opens
) -> None:
    link = opens(redis_7.url)
    await link.run([("PING",)])
    await link.close()
    assert await link.run([("PING",)]) == [b"PONG"]


async def test_no_connection_stays_behind(own_redis: MakesRedis, opens: Opens) -> None:
    server = own_redis()
    link = opens(server.url)
    await asyncio.gather(*(link.run([("PING",)]) for _ in range(10)))
    assert 1 <= server.cli("CLIENT", "LIST").count("name=stateroom") <= 10
    await link.close()
    assert server.cli("CLIENT", "LIST").count("name=stateroom") == 0


# ------------------------------------------------------------ connections that died


@pytest.mark.parametrize("binary", ["6.2", "7"])
async def test_connections_that_died_while_they_were_idle_are_replaced_unseen(
    own_redis: MakesRedis, opens: Opens, binary: str
) -> None:
    server = own_redis(binary)
    link = opens(server.url)
    for _ in range(3):
        await asyncio.gather(*(link.run([("SET", "a", "1")]) for _ in range(8)))
        server.restart()
    assert await link.run([("GET", "a")]) == [None]
    replies = await asyncio.gather(*(link.run([("PING",)]) for _ in range(8)))
    assert replies == [[b"PONG"]] * 8


async def test_connections_may_be_replaced_any_number_of_times(
    own_redis: MakesRedis, opens: Opens
) -> None:
    server = own_redis()
    link = opens(server.url)
    for _ in range(120):  # a pool of redis-py gives up after a hundred
        assert await link.run([("PING",)]) == [b"PONG"]
        server.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


async def test_threads_that_meet_dead_connections_at_once_all_get_through(
    own_redis: MakesRedis, opens_blocking: OpensBlocking
) -> None:
    server = own_redis()
    link = opens_blocking(server.url).link
    with ThreadPoolExecutor(16) as threads:
        for _ in range(20):
            server.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            asked = [threads.submit(link.run, [("ECHO", n)]) for n in range(64)]
            found = [each.result()[0] for each in asked]
            assert found == [str(n).encode() for n in range(64)]


async def test_a_server_that_is_gone_is_weather_until_it_is_back(
    own_redis: MakesRedis, opens: Opens
) -> None:
    server = own_redis()
    link = opens(server.url)
    await link.run([("PING",)])
    server.kill()
    for _ in range(2):
        with pytest.raises(Unavailable, match="PING: ") as caught:
            await link.run([("PING",)])
        assert not caught.value.is_slow
    server.restart()
    assert await link.run([("PING",)]) == [b"PONG"]


async def test_half_a_reply_is_no_reply(redis_7: RedisProcess, opens: Opens) -> None:
    with FaultProxy("127.0.0.1", redis_7.port) as proxy:
        link = opens(proxy.url())
        await link.run([("PING",)])
        proxy.cut_after(500)
        with pytest.raises(Unavailable):
            await link.run([("ECHO", "x" * 1000)])
        proxy.pass_through()
        assert await link.run([("ECHO", "x" * 1000)]) == [b"x" * 1000]


# --------------------------------------------------------------------- time is up


async def test_an_answer_that_does_not_come_is_not_waited_for(
    redis_7: RedisProcess, opens: Opens
) -> None:
    with FaultProxy("127.0.0.1", redis_7.port) as proxy:
        link = opens(proxy.url(), operation_s=HASTY_S, connect_s=HASTY_S)
        await link.run([("PING",)])
        proxy.black_hole()
        for what in ("established", "new"):
            start = time.monotonic()
            with pytest.raises(Unavailable) as caught:
                await link.run([("ECHO", what)])
            assert caught.value.is_slow
            assert time.monotonic() - start < 2 * HASTY_S + BUSY_S
        proxy.pass_through()
        assert await link.run([("ECHO", "after")]) == [b"after"]


async def test_a_late_reply_is_never_taken_for_the_next_one(
    redis_7: RedisProcess, opens: Opens
) -> None:
    with FaultProxy("127.0.0.1", redis_7.port) as proxy:
        link = opens(proxy.url(), operation_s=HASTY_S, connect_s=HASTY_S)
        await link.run([("PING",)])
        proxy.half_open()  # the server answers, and the answer is held
        with pytest.raises(Unavailable):
            await link.run([("ECHO", "first")])
        proxy.pass_through()
        for word in (b"second", b"third"):
            assert await link.run([("ECHO", word)]) == [word]


async def test_a_cancelled_exchange_leaves_no_reply_for_the_next_one(
    redis_7: RedisProcess,
) -> None:
    with FaultProxy("127.0.0.1", redis_7.port) as proxy:
        link = open_async_link(read_url(proxy.url()), PATIENT)
        await link.run([("PING",)])
        proxy.half_open()
        asking = asyncio.ensure_future(link.run([("ECHO", "cancelled")]))
        await asyncio.sleep(0.02)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        proxy.pass_through()
        for word in (b"second", b"third"):
            assert await link.run([("ECHO", word)]) == [word]
        await link.aclose()


@pytest.mark.parametrize("steps", range(12))
async def test_an_exchange_may_be_cancelled_at_any_step(
    redis_7: RedisProcess, steps: int
) -> None:
    link = open_async_link(read_url(redis_7.url), PATIENT)
    for is_new in (True, False):
        asking = asyncio.ensure_future(link.run([("ECHO", "old"), ("ECHO", "er")]))
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert await link.run([("ECHO", f"{is_new}")]) == [f"{is_new}".encode()]
    await link.aclose()


async def test_idle_connections_to_a_server_that_stands_still_are_not_tried_in_turn(
    own_redis: MakesRedis, opens: Opens
) -> None:
    server = own_redis()
    link = opens(server.url, operation_s=HASTY_S, connect_s=HASTY_S)
    await asyncio.gather(*(link.run([("PING",)]) for _ in range(8)))
    server.pause()
    with pytest.raises(Unavailable) as caught:
        await link.run([("PING",)])
    assert caught.value.is_slow
    server.resume()
    assert await link.run([("PING",)]) == [b"PONG"]
    # Of eight that were open, none is used any more: they may lead to the wrong place.
    assert server.cli("CLIENT", "LIST").count("name=stateroom") == 1


async def test_connecting_has_a_time_of_its_own(
    own_redis: MakesRedis, opens: Opens
) -> None:
    server = own_redis(password="secret")  # noqa: S106 - of nobody
    with FaultProxy("127.0.0.1", server.port) as proxy:
        proxy.delay(0.4)  # two answers until it is signed in, and one to the command
        url = proxy.url().replace("redis://", "redis://:secret@")
        link = opens(url, operation_s=0.7, connect_s=5.0)
        assert await link.run([("PING",)]) == [b"PONG"]


# ------------------------------------------------------------- what a server refuses


@pytest.mark.parametrize("binary", ["6.2", "7"])
async def test_a_full_server_says_so_and_still_deletes(
    own_redis: MakesRedis, opens: Opens, binary: str
) -> None:
    server = own_redis(binary, config=("maxmemory 3mb", "maxmemory-policy noeviction"))
    link = opens(server.url)
    large = "x" * 10_000
    commands: list[Command] = [("SET", f"a:{n}", large) for n in range(1000)]
    scripts = [Call(WRITE, (f"b:{n}".encode(),), (large,)) for n in range(100)]
    with pytest.raises(Unavailable, match="SET: ") as caught:
        await link.run(commands)
    assert caught.value.is_full
    with pytest.raises(Unavailable, match="EVALSHA: ") as caught:
        await link.run(scripts)
    assert caught.value.is_full
    assert await link.run([("DEL", "a:0")]) == [1]


@pytest.mark.parametrize("binary", ["6.2", "7"])
async def test_a_replica_is_no_place_to_write(
    own_redis: MakesRedis, opens: Opens, binary: str
) -> None:
    server = own_redis(binary)
    link = opens(server.url)
    await link.run([("PING",), Call(ECHO, (b"a",), ("1",))])
    server.cli("REPLICAOF", "127.0.0.1", 1)
    for write in (("SET", "a", "1"), Call(WRITE, (b"a",), ("1",))):
        with pytest.raises(Unavailable) as caught:
            await link.run([write])
        assert not caught.value.is_slow
    server.cli("REPLICAOF", "NO", "ONE")
    assert await link.run([("SET", "a", "1")]) == [b"OK"]


async def test_who_may_not_is_refused(own_redis: MakesRedis, opens: Opens) -> None:
    server = own_redis(
        config=("user alice on >secret ~a:* +@read +@connection",),
        password="other",  # noqa: S106 - of nobody
    )
    nobody = opens(f"redis://{server.address}")
    with pytest.raises(Refused, match="Authentication required") as caught:
        await nobody.run([("GET", "a:b")])
    assert "password" in caught.value.hint
    alice = opens(f"redis://alice:secret@{server.address}")
    assert await alice.run([("GET", "a:b")]) == [None]
    for command in (("GET", "b:b"), ("SET", "a:b", "1"), ("CONFIG", "GET", "*")):
        with pytest.raises(Refused, match=f"{command[0]}: "):
            await alice.run([command])


async def test_a_node_of_a_cluster_is_refused_with_the_right_url(
    cluster: ClusterOf, opens: Opens
) -> None:
    node = cluster.primaries[0]
    link = opens(f"redis://{node.address}")
    writes = [("SET", f"elsewhere:{n}", "1", "EX", 60) for n in range(20)]
    with pytest.raises(Refused) as caught:
        await link.run(writes)
    assert "redis+cluster://" in caught.value.hint
