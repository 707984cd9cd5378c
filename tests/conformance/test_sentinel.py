"""The promises on the primary that sentinels name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.backends import RedisBackend
from tests.conformance.topologies import TopologyConformance
from tests.servers.sentinel import SentinelOf


class TestSentinel(TopologyConformance):
    @pytest.fixture
    def backend(self, sentinels: SentinelOf) -> Iterator[RedisBackend]:
        yield from RedisBackend.on(sentinels.url, [sentinels.primary])
