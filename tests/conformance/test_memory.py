"""The stand-in keeps the promises that a Redis keeps."""

from __future__ import annotations

import pytest

from stateroom.cache import ManualClock
from stateroom.testing.conformance import CacheConformance
from tests.conformance.backends import MemoryBackend


class TestMemory(CacheConformance):
    @pytest.fixture
    def backend(self, clock: ManualClock) -> MemoryBackend:
        return MemoryBackend(clock)


class TestMemoryWithLocalCopies(CacheConformance):
    @pytest.fixture
    def backend(self, clock: ManualClock) -> MemoryBackend:
        return MemoryBackend(clock, local=True)
