"""Live data keeps its promises wherever it stands."""

from __future__ import annotations

import pytest

from stateroom.live import ManualClock
from stateroom.testing.live_conformance import LiveConformance
from tests.live.backends import MemoryBackend, RedisBackend
from tests.servers.cluster import ClusterOf
from tests.servers.processes import RedisProcess
from tests.servers.sentinel import SentinelOf


class TestMemory(LiveConformance):
    @pytest.fixture
    def backend(self, clock: ManualClock) -> MemoryBackend:
        return MemoryBackend(clock)


class TestRedis7(LiveConformance):
    @pytest.fixture
    def backend(self, redis_7: RedisProcess) -> RedisBackend:
        return RedisBackend(redis_7.url)


class TestRedis62(LiveConformance):
    @pytest.fixture
    def backend(self, redis_62: RedisProcess) -> RedisBackend:
        return RedisBackend(redis_62.unix_url)


class TestCluster(LiveConformance):
    @pytest.fixture
    def backend(self, cluster: ClusterOf) -> RedisBackend:
        return RedisBackend(cluster.url)


class TestSentinel(LiveConformance):
    @pytest.fixture
    def backend(self, sentinels: SentinelOf) -> RedisBackend:
        return RedisBackend(sentinels.url)
