"""The promises on one Redis, newest and oldest, with local copies and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stateroom.testing.conformance import LifePromises, ServerConformance
from tests.conformance.backends import RedisBackend
from tests.conformance.topologies import TopologyConformance
from tests.servers.processes import RedisProcess


class TestRedis7(ServerConformance):
    @pytest.fixture
    def backend(self, redis_7: RedisProcess) -> Iterator[RedisBackend]:
        yield from RedisBackend.on(redis_7.url, [redis_7])


class TestRedis7WithLocalCopies(TopologyConformance):
    @pytest.fixture
    def backend(self, redis_7: RedisProcess) -> Iterator[RedisBackend]:
        yield from RedisBackend.on(redis_7.url, [redis_7], local=True)


class TestRedis62(LifePromises, TopologyConformance):
    @pytest.fixture
    def backend(self, redis_62: RedisProcess) -> Iterator[RedisBackend]:
        yield from RedisBackend.on(redis_62.unix_url, [redis_62])
