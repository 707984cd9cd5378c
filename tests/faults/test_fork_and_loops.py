"""A cache that is forked, or used by several loops and threads, goes on as if new."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.faults.herds import herd
from tests.faults.sources import Source
from tests.faults.stations import ROOT, environment
from tests.servers.processes import RedisProcess, until

NAMES = [f"n{n}" for n in range(20)]
VALUES = [f"{name}: first" for name in NAMES]


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("used", "face"),
    [("async", "async"), ("blocking", "blocking"), ("async", "blocking")],
)
def test_a_cache_that_was_used_before_a_fork_works_in_parent_and_children(
    redis_7: RedisProcess, namespace: str, source: Source, used: str, face: str
) -> None:
    values = herd(
        redis_7.url, namespace, source, count=3, used=used, face=face, local=True
    )
    assert values == ["a: first"] * 3
    assert [source.loads(each) for each in ("a", "parent", "after")] == [1, 1, 1]
    faces = len({used, face})  # each has an item of its own
    assert [source.loads(f"n{n}") for n in range(5)] == [faces] * 5


@pytest.mark.slow
@pytest.mark.parametrize("way", ["one after the other", "each closed", "side by side"])
def test_a_cache_serves_every_loop_and_thread_of_a_process(
    redis_7: RedisProcess, namespace: str, source: Source, way: str
) -> None:
    before = clients_of(redis_7)
    said = loops(redis_7, namespace, source, way)
    assert json.loads(said) == VALUES
    kinds = 2 if way == "side by side" else 1  # the blocking function is another item
    assert [source.loads(each) for each in NAMES] == [kinds] * len(NAMES)
    until(lambda: clients_of(redis_7) == before, "the end of its connections")


@pytest.mark.slow
def test_a_loop_that_ends_amid_a_load_gives_the_lease_back(
    redis_7: RedisProcess, namespace: str, source: Source
) -> None:
    said = loops(redis_7, namespace, source, "ends early")
    assert json.loads(said) == ["", "n0: first"]


def loops(server: RedisProcess, namespace: str, source: Source, way: str) -> str:
    """Return what ``tests.faults.workers.loops`` says."""
    ran = subprocess.run(
        (sys.executable, "-m", "tests.faults.workers.loops", server.url, namespace,
         str(source.home), way),
        capture_output=True, check=False, cwd=ROOT, env=environment(), text=True,
        timeout=20,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def clients_of(server: RedisProcess) -> int:
    """Return how many connections of caches a server has."""
    return server.cli("CLIENT", "LIST").count("name=stateroom")
