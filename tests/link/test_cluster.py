"""A cluster, by both kinds of links, while its slots move and its primaries die."""

from __future__ import annotations

import asyncio
import time

import pytest

from stateroom.errors import Refused, Unavailable
from stateroom.link import Budgets, Call, Command, Script, read_url
from stateroom.link.opening import open_async_link
from stateroom.link.slots import slot_of
from stateroom.testing.proxy import FaultProxy
from tests.fixtures_servers import MakesRedis
from tests.link.conftest import Opens
from tests.link.ears import listening
from tests.link.moves import moving
from tests.link.talkers import COUNT, fill, recovered, spread
from tests.servers.cluster import ClusterOf
from tests.servers.processes import RedisProcess, until

TAKE = Script("take", "return redis.call('GETDEL', KEYS[1])")
FAILOVER_S = 15.0
SOON_S = 3.0
"""From the moment at which the cluster is in order again."""


# ------------------------------------------------------------------- in good order


async def test_values_come_from_all_nodes_in_the_order_of_their_keys(
    cluster: ClusterOf, opens: Opens, prefix: str
) -> None:
    link = opens(cluster.url)
    keys = spread(prefix)
    await fill(link, keys)
    wanted = [*keys[::-1], None]
    assert await link.get_many([*keys[::-1], b"missing"]) == wanted
    assert await link.get_many([keys[0]]) == [keys[0]]
    assert await link.get_many([]) == []
    assert all(each.cli("KEYS", f"{prefix}:*") for each in cluster.primaries)


async def test_scripts_and_deletions_find_the_nodes_of_their_keys(
    cluster: ClusterOf, opens: Opens, prefix: str
) -> None:
    link = opens(cluster.url)
    keys = spread(prefix)
    for node in cluster.primaries:
        node.cli("SCRIPT", "FLUSH")  # nobody knows them: each node is told
    for _ in range(2):
        await fill(link, keys)
        takes = [Call(TAKE, (key,), ()) for key in keys[::2]]
        deletes: list[Command] = [("DEL", key) for key in keys[1::2]]
        replies = await link.run([*takes, *deletes])
        assert replies == [*keys[::2], *[1] * len(deletes)]
        assert await link.get_many(keys) == [None] * COUNT


async def test_what_has_no_key_is_answered_too(
    cluster: ClusterOf, opens: Opens
) -> None:
    link = opens(cluster.url)
    assert await link.run([("PING",), ("PUBLISH", "nobody", "1")]) == [b"PONG", 0]
    assert await link.on_each(("PING",)) == [b"PONG"] * 3


async def test_its_nodes_are_its_primaries_and_scans_find_all_keys(
    cluster: ClusterOf, opens: Opens, prefix: str
) -> None:
    link = opens(cluster.url)
    keys = spread(prefix, 1000)
    await fill(link, keys)
    assert set(await link.nodes()) == {each.address for each in cluster.primaries}
    found = await link.scan_all(f"{prefix}:*")
    assert sorted(found) == sorted(keys)


async def test_keys_of_several_slots_in_one_command_are_refused(
    cluster: ClusterOf, opens: Opens, prefix: str
) -> None:
    link = opens(cluster.url)
    with pytest.raises(Refused, match="DEL: "):
        await link.run([("DEL", *spread(prefix))])


def test_slots_are_those_of_redis(cluster: ClusterOf) -> None:
    for key in ("foo", "{foo}bar", "x{}y", "x{y", "{{a}}", "a}b{c}d", "é", "7"):
        assert slot_of(key.encode()) == cluster.slot_of(key)


async def test_a_cluster_is_found_by_any_of_its_nodes(
    cluster: ClusterOf, opens: Opens, prefix: str
) -> None:
    replica = cluster.replicas[0]
    for url in (f"127.0.0.1:1,{replica.address}", f"{replica.address},127.0.0.1:1"):
        link = opens(f"redis+cluster://{url}")
        await fill(link, spread(prefix))


async def test_a_node_that_swallows_everything_costs_one_exchange(
    cluster: ClusterOf, opens: Opens
) -> None:
    with FaultProxy("127.0.0.1", cluster.primaries[0].port) as proxy:
        proxy.black_hole()
        good = cluster.primaries[1].address
        hosts = f"127.0.0.1:{proxy.port},localhost:{proxy.port},{good}"
        link = opens(f"redis+cluster://{hosts}", operation_s=0.2, connect_s=0.2)
        start = time.monotonic()
        assert await recovered(lambda: link.run([("PING",)]), within=4.0) == [b"PONG"]
        assert time.monotonic() - start < 3.0


async def test_where_nobody_answers_it_is_weather(opens: Opens) -> None:
    link = opens("redis+cluster://127.0.0.1:1,127.0.0.1:2")
    with pytest.raises(Unavailable, match=r"no node of 127\.0\.0\.1:1,127\.0\.0\.1:2"):
        await link.get_many([b"a"])


async def test_one_server_is_no_cluster(redis_7: RedisProcess, opens: Opens) -> None:
    link = opens(f"redis+cluster://{redis_7.address}")
    with pytest.raises(Refused, match="cluster support disabled"):
        await link.get_many([b"a"])


@pytest.mark.parametrize("steps", range(0, 24, 3))
async def test_an_exchange_may_be_cancelled_at_any_step(
    cluster: ClusterOf, prefix: str, steps: int
) -> None:
    budgets = Budgets(connect_s=3.0, operation_s=3.0)
    link = open_async_link(read_url(cluster.url), budgets)
    keys = spread(prefix)
    await link.run([("SET", key, key, "EX", 300) for key in keys])
    for _ in range(3):
        asking = asyncio.ensure_future(link.get_many(keys))
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert await link.get_many(keys[::-1]) == keys[::-1]
    await link.aclose()


# ------------------------------------------------------------------- primaries that die


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_calls_recover_when_a_primary_is_replaced(
    breakable_cluster: ClusterOf, opens: Opens, prefix: str, how: str
) -> None:
    cluster = breakable_cluster
    link = opens(cluster.url, operation_s=0.3, connect_s=0.3)
    keys = spread(prefix)
    await fill(link, keys)
    gone = cluster.primaries[1]
    others = [key for key in keys if cluster.primary_of(slot_of(key)) is not gone]
    await asyncio.to_thread(gone.kill if how == "kill" else gone.pause)

    # Whoever asks for keys of others does not notice.
    assert await link.get_many(others) == others
    with pytest.raises(Unavailable):
        await link.get_many(keys)
    assert await link.get_many(others) == others

    await asyncio.to_thread(cluster.wait_until_ok)
    start = time.monotonic()
    # What was written just before may be lost; it never comes back wrong.
    found = await recovered(lambda: link.get_many(keys), within=SOON_S)
    assert all(value in {key, None} for key, value in zip(keys, found, strict=True))
    await recovered(lambda: fill(link, keys), within=SOON_S)
    assert time.monotonic() - start < SOON_S
    assert await link.get_many(keys) == keys
    assert gone.address not in await link.nodes()
    assert sorted(await link.scan_all(f"{prefix}:*")) == sorted(keys)


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_an_ear_follows_the_new_primary(
    breakable_cluster: ClusterOf, prefix: str
) -> None:
    cluster = breakable_cluster
    keys = [key.decode() for key in spread(prefix, 30)]
    with listening(cluster.url, f"{prefix}:".encode()) as ear:
        await asyncio.to_thread(ear.until_trusted)
        for key in keys:
            cluster.primary_of(cluster.slot_of(key)).cli("SET", key, "1", "EX", 300)
        until(lambda: set(ear.heard.keys) == set(spread(prefix, 30)), "all changes")
        assert ear.heard.modes == [True]

        before = ear.heard.losses
        cluster.kill_primary(0)
        until(lambda: ear.heard.losses > before, "the loss")
        ear.until_doubted()
        cluster.wait_until_ok()
        until(lambda: ear.is_trusted, "trust", within=SOON_S + 2)
        for key in keys:
            cluster.primary_of(cluster.slot_of(key)).cli("SET", key, "2", "EX", 300)
        until(lambda: set(ear.heard.keys) >= set(spread(prefix, 30)), "all changes")


@pytest.mark.slow
async def test_an_ear_hears_of_a_key_wherever_its_slot_is(
    cluster: ClusterOf, prefix: str
) -> None:
    key = f"{{{prefix}}}:a"
    with listening(cluster.url, f"{{{prefix}}}".encode()) as ear:
        await asyncio.to_thread(ear.until_trusted)
        slot = cluster.slot_of(key)
        async with moving(cluster, key) as to:
            await asyncio.to_thread(cluster.finish_move, slot, to)
            ear.heard.keys.clear()
            to.cli("SET", key, "1", "EX", 300)
            ear.until_told(key.encode())
            assert ear.is_trusted


# ------------------------------------------------------------------- TLS and passwords


@pytest.mark.slow
async def test_a_cluster_with_tls_and_a_password_is_spoken_to_like_others(
    own_redis: MakesRedis, opens: Opens, prefix: str
) -> None:
    node = own_redis(
        config=("cluster-enabled yes", "tls-cluster yes"),
        password="secret",  # noqa: S106 - of nobody
        tls=True,
    )
    node.cli("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    until(lambda: "cluster_state:ok" in node.cli("CLUSTER", "INFO"), "a cluster")
    url = f"rediss+cluster://:secret@{node.address}?ssl_ca_certs={node.authority}"
    link = opens(url)
    keys = spread(prefix)
    await fill(link, keys)
    assert await link.get_many(keys) == keys
    with listening(url, f"{prefix}:".encode()) as ear:
        await asyncio.to_thread(ear.until_trusted)
        node.cli("DEL", f"{prefix}:1")
        ear.until_told(f"{prefix}:1".encode())
    with pytest.raises(Refused) as caught:
        await opens(f"rediss+cluster://:secret@{node.address}").get_many(keys)
    assert "ssl_ca_certs" in caught.value.hint
