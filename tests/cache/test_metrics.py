"""What Prometheus reads: bounded labels, and numbers that agree with what happened."""

from __future__ import annotations

import subprocess
import sys

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from stateroom import signals
from stateroom.cache import Cache, ManualClock
from stateroom.cache.metrics import CacheCollector
from stateroom.signals import CacheInvalidated, CacheLoaded, CacheRead, Event


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def cache(clock: ManualClock) -> Cache:
    return Cache.memory(namespace="shop", clock=clock, local=True)


@pytest.fixture
def registry(cache: Cache) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(CacheCollector(cache))
    return registry


def sample(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    named = {"namespace": "shop", **labels}
    return registry.get_sample_value(f"stateroom_cache_{name}", named)


async def test_reads_and_loads_are_counted_by_item_and_result(
    cache: Cache, registry: CollectorRegistry, clock: ManualClock
) -> None:
    @cache.cached(ttl=10, stale_for=10, jitter=0, early=0, name="price", tags=["Price"])
    async def price(of: str) -> list[str]:
        if of == "nothing":
            raise LookupError
        return [of]

    await price("tea")
    await price("tea")  # from Redis, or from here
    await price("tea")
    clock.advance(11)
    await price("tea")  # stale
    with pytest.raises(LookupError):
        await price("nothing")
    await cache.invalidate_tags("Price")

    requests = {
        (tier, result): sample(
            registry, "requests_total", item="price", tier=tier, result=result
        )
        for tier, result in [("redis", "cold"), ("redis", "stale"), ("local", "hit")]
    }
    assert requests[("redis", "cold")] == 2
    assert requests[("redis", "stale")] == 1
    assert (requests[("local", "hit")] or 0) >= 1
    assert sample(registry, "loads_total", item="price", outcome="error") == 1
    assert (sample(registry, "loads_total", item="price", outcome="ok") or 0) >= 1
    assert sample(registry, "stale_age_seconds_count", item="price") == 1
    assert sample(registry, "value_size_bytes_count", item="price") is not None
    assert sample(registry, "invalidations_total", result="ok") == 1
    assert sample(registry, "circuit_open") == 0
    assert sample(registry, "recovery_queue") == 0
    await cache.aclose()


async def test_no_label_holds_a_key_or_an_argument(
    cache: Cache, registry: CollectorRegistry
) -> None:
    @cache.cached(ttl=10, scope="user", name="mine")
    async def mine(user: str, secret: str) -> str:
        return secret + user

    await mine("alice", "hunter2")
    text = generate_latest(registry).decode()
    assert "alice" not in text
    assert "hunter2" not in text
    assert 'item="mine"' in text


async def test_every_operation_reports_to_an_installed_recorder(cache: Cache) -> None:
    @cache.cached(ttl=10, name="price")
    async def price(of: str) -> str:
        return of

    events: list[Event] = []
    with signals.recording(events.append):
        for _ in range(3):
            await price("tea")
        await price.invalidate("tea")
    await price("tea")
    kinds = [type(each) for each in events]
    assert kinds == [CacheLoaded, *[CacheRead] * 3, CacheInvalidated]
    reads = [each for each in events if isinstance(each, CacheRead)]
    assert [each.result for each in reads] == ["loaded", "hit", "local"]


def test_the_cache_itself_does_not_load_prometheus() -> None:
    code = "import stateroom.cache, sys; sys.exit('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0
