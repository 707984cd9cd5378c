"""What servers tell of themselves: parts of captured answers, and living servers."""

from __future__ import annotations

import pytest

from stateroom.errors import Refused
from stateroom.link.facts import (
    ServerFacts,
    check_version,
    facts_of,
    read_facts,
    read_facts_async,
)
from tests.fixtures_servers import MakesRedis
from tests.link.conftest import Opens
from tests.link.talkers import AsyncTalker, BlockingTalker, Talker
from tests.servers.cluster import ClusterOf
from tests.servers.processes import RedisProcess

REDIS_62 = """\
# Server
redis_version:6.2.14
redis_git_sha1:00000000
redis_mode:standalone
uptime_in_seconds:86400

# Clients
connected_clients:12

# Memory
used_memory:1048576
used_memory_human:1.00M
used_memory_rss:8126464
total_system_memory:8350298112
maxmemory:104857600
maxmemory_human:100.00M
maxmemory_policy:allkeys-lru

# Stats
expired_keys:34
expired_stale_perc:0.00
evicted_keys:5

# Replication
role:master

# Cluster
cluster_enabled:0

# Keyspace
db0:keys=1,expires=0,avg_ttl=0
"""
REDIS_70 = """\
# Server\r
redis_version:7.0.15\r
redis_git_dirty:0\r
redis_mode:cluster\r
uptime_in_seconds:7\r
config_file:\r
\r
# Clients\r
connected_clients:1\r
cluster_connections:10\r
\r
# Memory\r
used_memory:2097152\r
total_system_memory:8350298112\r
maxmemory:0\r
maxmemory_policy:noeviction\r
\r
# Stats\r
expired_keys:0\r
evicted_keys:0\r
evicted_clients:9\r
\r
# Replication\r
role:slave\r
master_host:127.0.0.1\r
\r
# Cluster\r
cluster_enabled:1\r
"""
VALKEY_8 = """\
# Server
redis_version:7.2.4
server_name:valkey
valkey_version:8.0.1
valkey_release_stage:ga
server_mode:standalone
uptime_in_seconds:60

# Clients
connected_clients:2

# Memory
used_memory:950272
total_system_memory:4294967296
maxmemory:1073741824
maxmemory_policy:volatile-lru

# Stats
expired_keys:1
evicted_keys:2

# Replication
role:master

# Cluster
cluster_enabled:0
"""

FACTS = [
    (
        REDIS_62,
        "Redis 6.2.14",
        ServerFacts(
            version=(6, 2, 14), product="redis", role="master", policy="allkeys-lru",
            maxmemory=104_857_600, used_memory=1_048_576, system_memory=8_350_298_112,
            evicted_keys=5, expired_keys=34, connected_clients=12, uptime_s=86_400,
        ),
    ),
    (
        REDIS_70,
        "Redis 7.0.15",
        ServerFacts(
            version=(7, 0, 15), product="redis", is_cluster=True, role="slave",
            policy="noeviction", used_memory=2_097_152, system_memory=8_350_298_112,
            connected_clients=1, uptime_s=7,
        ),
    ),
    (
        VALKEY_8,
        "Valkey 8.0.1",
        ServerFacts(
            version=(8, 0, 1), product="valkey", role="master", policy="volatile-lru",
            maxmemory=1_073_741_824, used_memory=950_272, system_memory=4_294_967_296,
            evicted_keys=2, expired_keys=1, connected_clients=2, uptime_s=60,
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown", "facts"), FACTS, ids=[shown for _, shown, _ in FACTS]
)
def test_the_answer_of_each_server_is_read(
    text: str, shown: str, facts: ServerFacts
) -> None:
    assert facts_of(text) == facts
    assert facts.shown == shown
    check_version(facts)


def test_what_a_server_does_not_tell_is_nothing() -> None:
    facts = facts_of("redis_version:7.2\nmaxmemory:many\nmaxmemory_policy")
    assert facts == ServerFacts(version=(7, 2, 0), product="redis")
    assert not facts.evicts


@pytest.mark.parametrize("text", ["", "role:master", "redis_version:unknown"])
def test_an_answer_without_a_version_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="no version"):
        facts_of(text)


@pytest.mark.parametrize(
    ("policy", "evicts"),
    [("noeviction", False), ("", False), ("allkeys-lru", True), ("volatile-ttl", True)],
)
def test_a_policy_says_whether_room_is_made(policy: str, *, evicts: bool) -> None:
    facts = ServerFacts(version=(7, 0, 0), product="redis", policy=policy)
    assert facts.evicts is evicts


@pytest.mark.parametrize("version", [(6, 1, 9), (5, 0, 14), (2, 8, 0)])
def test_an_old_redis_is_refused_with_what_is_needed(
    version: tuple[int, int, int],
) -> None:
    with pytest.raises(Refused, match=r"needed is Redis 6\.2") as caught:
        check_version(ServerFacts(version=version, product="redis"))
    assert ".".join(map(str, version)) in str(caught.value)
    assert "upgrade" in caught.value.hint


@pytest.mark.parametrize("version", [(6, 2, 0), (7, 0, 0), (10, 0, 0)])
def test_a_newer_redis_is_good(version: tuple[int, int, int]) -> None:
    check_version(ServerFacts(version=version, product="redis"))


async def read(link: Talker) -> tuple[ServerFacts, ...]:
    if isinstance(link, AsyncTalker):
        return await read_facts_async(link.link)
    assert isinstance(link, BlockingTalker)
    return read_facts(link.link)


async def test_a_living_server_is_read(
    redis_server: RedisProcess, opens: Opens
) -> None:
    (facts,) = await read(opens(redis_server.url))
    assert ".".join(map(str, facts.version)) == redis_server.info("redis_version")
    assert (facts.product, facts.role, facts.is_cluster) == ("redis", "master", False)
    assert facts.used_memory > 0
    assert facts.system_memory > facts.used_memory
    check_version(facts)


async def test_policy_and_memory_are_read_where_config_is_closed(
    own_redis: MakesRedis, opens: Opens
) -> None:
    server = own_redis(
        config=(
            "maxmemory 8mb",
            "maxmemory-policy allkeys-lfu",
            "user alice on >secret +info",
        )
    )
    link = opens(f"redis://alice:secret@{server.address}")
    with pytest.raises(Refused):
        await link.run([("CONFIG", "GET", "maxmemory")])
    (facts,) = await read(link)
    assert (facts.policy, facts.maxmemory) == ("allkeys-lfu", 8 * 1024 * 1024)


async def test_every_primary_of_a_cluster_is_read(
    cluster: ClusterOf, opens: Opens
) -> None:
    facts = await read(opens(cluster.url))
    assert [each.is_cluster for each in facts] == [True] * 3
    assert {each.role for each in facts} == {"master"}


async def test_who_may_not_ask_is_refused(own_redis: MakesRedis, opens: Opens) -> None:
    server = own_redis(config=("user alice on >secret +get",))
    with pytest.raises(Refused, match="INFO"):
        await read(opens(f"redis://alice:secret@{server.address}"))
