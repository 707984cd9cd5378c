"""Fixtures with real servers, each started by the first test that asks for it.

Shared servers live as long as the worker that runs the tests, and are not emptied
between tests: use keys of your own. What a test breaks is its own: ``own_redis`` makes
servers for one test, and ``breakable_cluster`` and ``breakable_sentinels`` are mended
when it ends.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import NoReturn, Protocol, TypeVar

import pytest

from tests.servers.binaries import MissingServer
from tests.servers.cluster import ClusterOf
from tests.servers.processes import RedisProcess
from tests.servers.sentinel import SentinelOf

__all__ = (
    "MakesRedis",
    "breakable_cluster",
    "breakable_sentinels",
    "cluster",
    "installed",
    "one_cluster",
    "one_set_of_sentinels",
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
def one_cluster() -> Iterator[ClusterOf]:
    """What ``cluster`` gives to each test of the run."""
    with installed(ClusterOf) as made:
        yield made


@pytest.fixture
def cluster(one_cluster: ClusterOf) -> ClusterOf:
    """Three primaries and three replicas of Redis 7; not to be broken.

    Nodes take each other for failed when the machine stands still for a while; what
    that did to them is over when the test begins.
    """
    one_cluster.mend()
    return one_cluster


@pytest.fixture
def breakable_cluster(cluster: ClusterOf) -> Iterator[ClusterOf]:
    """The same cluster, whose nodes this test may kill and pause."""
    yield cluster
    cluster.heal()


@pytest.fixture(scope="session")
def one_set_of_sentinels() -> Iterator[SentinelOf]:
    """What ``sentinels`` gives to each test of the run."""
    with installed(SentinelOf) as made:
        yield made


@pytest.fixture
def sentinels(one_set_of_sentinels: SentinelOf) -> SentinelOf:
    """A primary, two replicas and three sentinels of Redis 7; not to be broken.

    They are mended first, as ``cluster`` is.
    """
    one_set_of_sentinels.mend()
    return one_set_of_sentinels


@pytest.fixture
def breakable_sentinels(sentinels: SentinelOf) -> Iterator[SentinelOf]:
    """The same, and this test may kill and pause what it likes."""
    yield sentinels
    sentinels.heal()


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
