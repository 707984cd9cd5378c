"""The promises on a cluster: the keys of one entry share a slot, its tags do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.backends import RedisBackend
from tests.conformance.topologies import TopologyConformance
from tests.servers.cluster import ClusterOf


class TestCluster(TopologyConformance):
    @pytest.fixture
    def backend(self, cluster: ClusterOf) -> Iterator[RedisBackend]:
        yield from RedisBackend.on(cluster.url, cluster.primaries)
