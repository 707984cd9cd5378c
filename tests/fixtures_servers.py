"""Fixtures with real servers, each started by the first test that asks for it.

Shared servers live as long as the worker that runs the tests, and are not emptied
between tests: use keys of your own. What a test breaks is its own: ``own_redis`` makes
servers for one test. A cluster, and a set of sentinels, is mended before a test gets
it: from what the last one did to it, and from the weather, as nodes take each other for
failed when the machine stands still for a while. See ``tests.servers.kept``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import NoReturn, Protocol, TypeVar

import pytest

from tests.servers.binaries import MissingServer
from tests.servers.cluster import ClusterOf
from tests.servers.kept import Kept
from tests.servers.processes import RedisProcess
from tests.servers.sentinel import SentinelOf

__all__ = (
    "MakesRedis",
    "breakable_cluster",
    "breakable_sentinels",
    "cluster",
    "installed",
    "kept_cluster",
    "kept_sentinels",
    "own_redis",
    "redis_7",
    "redis_62",
    "redis_server",
    "sentinels",
)

T = TypeVar("T")


class MakesRedis(Protocol):
    """The type of ``own_redis``: makes servers that end with the test."""

    def __call__(
        self,
        binary: str = "7",
        *,
        config: Sequence[str] = (),
        password: str = "",
        tls: bool = False,
    ) -> RedisProcess:
        """Start a server, as ``RedisProcess`` does."""
        ...


@pytest.fixture(scope="session")
def redis_7() -> Iterator[RedisProcess]:
    """A Redis 7 or newer."""
    with installed(RedisProcess) as server:
        yield server


@pytest.fixture(scope="session")
def redis_62() -> Iterator[RedisProcess]:
    """A Redis 6.2, the oldest that is supported."""
    with installed(lambda: RedisProcess("6.2")) as server:
        yield server


@pytest.fixture(scope="session", params=["6.2", "7"])
def redis_server(request: pytest.FixtureRequest) -> RedisProcess:
    """Each of both, one after the other."""
    name = {"6.2": "redis_62", "7": "redis_7"}[request.param]
    server = request.getfixturevalue(name)
    assert isinstance(server, RedisProcess)
    return server


@pytest.fixture
def own_redis() -> Iterator[MakesRedis]:
    """Makes servers to be killed, paused or filled by this test."""
    with ExitStack() as stack:

        def make(
            binary: str = "7",
            *,
            config: Sequence[str] = (),
            password: str = "",
            tls: bool = False,
        ) -> RedisProcess:
            server = installed(
                lambda: RedisProcess(binary, config=config, password=password, tls=tls)
            )
            return stack.enter_context(server)

        yield make


@pytest.fixture(scope="session")
def kept_cluster() -> Iterator[Kept[ClusterOf]]:
    """Where ``cluster`` comes from."""
    with Kept(lambda: installed(ClusterOf)) as kept:
        yield kept


@pytest.fixture
def cluster(kept_cluster: Kept[ClusterOf]) -> ClusterOf:
    """Three primaries and three replicas of Redis 7; not to be broken."""
    return kept_cluster.whole()


@pytest.fixture
def breakable_cluster(cluster: ClusterOf) -> ClusterOf:
    """The same cluster, whose nodes this test may kill and pause."""
    return cluster


@pytest.fixture(scope="session")
def kept_sentinels() -> Iterator[Kept[SentinelOf]]:
    """Where ``sentinels`` come from."""
    with Kept(lambda: installed(SentinelOf)) as kept:
        yield kept


@pytest.fixture
def sentinels(kept_sentinels: Kept[SentinelOf]) -> SentinelOf:
    """A primary, two replicas and three sentinels of Redis 7; not to be broken."""
    return kept_sentinels.whole()


@pytest.fixture
def breakable_sentinels(sentinels: SentinelOf) -> SentinelOf:
    """The same, and this test may kill and pause what it likes."""
    return sentinels


def installed(start: Callable[[], T]) -> T:
    """Start a server, or do without the test when it is not installed."""
    try:
        return start()
    except MissingServer as error:
        _do_without(str(error))


def _do_without(what: str) -> NoReturn:
    """Skip the test on a developer's machine; where nobody looks, fail."""
    if os.environ.get("CI"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
