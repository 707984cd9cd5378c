"""An embedded Redis that keeps its values: for what has no other copy."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from stateroom.cache import Cache
from stateroom.link.embedded import open_embedded
from stateroom.live import Live
from tests.servers.binaries import find_binary
from tests.servers.processes import until
from tests.servers.talking import Reply, answers, ask


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("k")


def told(home: Path, *words: str) -> Reply:
    return ask(home / "live" / "redis.sock", *words)


def is_gone(home: Path) -> bool:
    return not answers(home / "live" / "redis.sock")


def test_it_appends_what_it_is_told_and_evicts_nothing(home: Path) -> None:
    with open_embedded(home, keeps=True):
        assert told(home, "CONFIG", "GET", "appendonly") == ["appendonly", "yes"]
        assert told(home, "CONFIG", "GET", "maxmemory-policy") == [
            "maxmemory-policy",
            "noeviction",
        ]


@pytest.mark.slow
@pytest.mark.parametrize("version", ["6.2", "7"])
def test_its_values_are_there_when_it_is_opened_again(home: Path, version: str) -> None:
    server = str(find_binary(version))
    for _ in range(3):
        with open_embedded(home, keeps=True, server=server):
            told(home, "INCR", "opened")
        until(lambda: is_gone(home), "the server has ended")
    with open_embedded(home, keeps=True, server=server):
        assert told(home, "GET", "opened") == "3"


@pytest.mark.slow
def test_its_values_survive_the_killing_of_the_server(home: Path) -> None:
    with open_embedded(home, keeps=True):
        told(home, "SET", "kept", "yes")
        info = str(told(home, "INFO", "server"))
        (pid,) = [line for line in info.splitlines() if line.startswith("process_id:")]
        os.kill(int(pid.partition(":")[2]), signal.SIGKILL)
        until(lambda: is_gone(home), "the server has ended")
        with open_embedded(home, keeps=True):
            assert told(home, "GET", "kept") == "yes"


@pytest.mark.slow
def test_a_cache_and_live_data_of_one_directory_have_a_server_each(home: Path) -> None:
    url = f"embedded://{home}"
    with (
        Cache(url, namespace="one") as cache,
        Live(url, namespace="one", strict=True) as live,
    ):
        live.counter("views").blocking.add(2)
        cache.blocking.set("views", 3, of=int, ttl=60)
        (facts,) = cache.blocking.facts()
        assert (facts.policy, live.blocking.health().policy) == (
            "allkeys-lru",
            "noeviction",
        )
        assert live.counter("views").blocking.get() == 2
