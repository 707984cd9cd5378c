"""What a cache did, for Prometheus: read when it scrapes, and not on every hit.

Labels are the names of declared items and words from closed lists; never a key, a user
or a URL. No ratio is computed: divide what you need where you look at it.

Example::

    from prometheus_client import REGISTRY

    REGISTRY.register(CacheCollector(cache))
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from stateroom.cache.engine import Engine
from stateroom.cache.tally import Spread, Tally
from stateroom.errors import MissingExtra
from stateroom.link.breaker import Circuit

try:
    from prometheus_client.core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
    )
except ModuleNotFoundError as _error:
    raise MissingExtra("the Prometheus collector", extra="prometheus") from _error

if TYPE_CHECKING:
    from prometheus_client.core import Metric

__all__ = ("CacheCollector", "Observed")

Rows = Iterable[tuple[tuple[str, ...], float]]


class Observed(Protocol):
    """What a collector looks at: a ``Cache``."""

    @property
    def namespace(self) -> str: ...

    @property
    def engine(self) -> Engine: ...

    def tallies(self) -> dict[str, Tally]:
        """Return the counts of every item."""
        ...


class CacheCollector:
    """Collects the counts of one cache.

    Args:
        cache: whose counts.
        prefix: what the names of the metrics begin with.
    """

    def __init__(self, cache: Observed, *, prefix: str = "stateroom_cache") -> None:
        self._cache = cache
        self._prefix = prefix

    def collect(self) -> Iterator[Metric]:
        """Yield every metric, as prometheus_client asks for it."""
        tallies = self._cache.tallies()
        yield from self._reads(tallies)
        yield from self._loads(tallies)
        yield from self._spreads(tallies)
        yield from self._process()

    def _reads(self, tallies: dict[str, Tally]) -> Iterator[Metric]:
        yield self._counter(
            "requests",
            "Reads, by where they were answered, or why they were not.",
            ("item", "tier", "result"),
            itertools.chain.from_iterable(
                _requests(item, tally) for item, tally in tallies.items()
            ),
        )
        yield self._counter(
            "load_waiters",
            "Callers that shared a load: of their process, or of another one.",
            ("item", "outcome"),
            (
                ((item, how), count)
                for item, each in tallies.items()
                for how, count in (("joined", each.joined), ("waited", each.waited))
            ),
        )

    def _loads(self, tallies: dict[str, Tally]) -> Iterator[Metric]:
        yield self._counter(
            "loads",
            "Calls of the loader, by how they ended.",
            ("item", "outcome"),
            _counted(tallies, "loads"),
        )
        yield self._counter(
            "refreshes",
            "Loads in the background, by reason.",
            ("item", "reason"),
            _counted(tallies, "refreshes"),
        )
        yield self._counter(
            "voided_loads",
            "Loads that were not kept: something was invalidated meanwhile.",
            ("item",),
            (((item,), each.voided) for item, each in tallies.items()),
        )
        yield self._counter(
            "negative_loads",
            "Loads whose result was stored with the negative TTL.",
            ("item",),
            (((item,), each.negative) for item, each in tallies.items()),
        )

    def _spreads(self, tallies: dict[str, Tally]) -> Iterator[Metric]:
        for name, about, of in (
            ("load_duration_seconds", "How long loads took that ended well.", "load_s"),
            ("value_size_bytes", "Payloads that were stored.", "sizes"),
            ("stale_age_seconds", "Ages of values served after their TTL.", "ages_s"),
        ):
            family = HistogramMetricFamily(
                f"{self._prefix}_{name}", about, labels=("namespace", "item")
            )
            for item, tally in tallies.items():
                spread: Spread = getattr(tally, of)
                labels = (self._cache.namespace, item)
                family.add_metric(labels, _buckets(spread), sum_value=spread.total)
            yield family

    def _process(self) -> Iterator[Metric]:
        engine = self._cache.engine
        yield self._counter(
            "invalidations",
            "Invalidations of entries and tags, by whether they arrived.",
            ("result",),
            (((how,), count) for how, count in engine.invalidations.items()),
        )
        yield self._gauge(
            "circuit_open",
            "1 while Redis is not asked because it did not answer.",
            float(engine.breaker.circuit is not Circuit.CLOSED),
        )
        yield self._gauge(
            "recovery_queue",
            "Invalidations that did not arrive yet.",
            len(engine.recovery.pending),
        )
        bulkhead = engine.shared.bulkhead
        yield self._gauge(
            "bulkhead_refusals", "Loads refused while Redis is away.", bulkhead.refused
        )
        local = engine.local
        if local is not None:
            yield self._gauge("local_entries", "Local copies.", len(local.copies))
            yield self._gauge("local_used_bytes", "Bytes of them.", local.used_bytes)
            yield self._gauge("local_limit_bytes", "At most.", local.most_bytes)
            yield self._gauge(
                "local_drops", "How often all of them were dropped.", local.drops
            )

    def _counter(
        self, name: str, about: str, labels: tuple[str, ...], rows: Rows
    ) -> Metric:
        family = CounterMetricFamily(
            f"{self._prefix}_{name}", about, labels=("namespace", *labels)
        )
        for values, count in rows:
            family.add_metric((self._cache.namespace, *values), count)
        return family

    def _gauge(self, name: str, about: str, value: float) -> Metric:
        family = GaugeMetricFamily(
            f"{self._prefix}_{name}", about, labels=("namespace",)
        )
        family.add_metric((self._cache.namespace,), value)
        return family


def _requests(item: str, tally: Tally) -> Iterator[tuple[tuple[str, ...], float]]:
    yield (item, "local", "hit"), tally.local
    yield (item, "redis", "hit"), tally.remote
    yield (item, "redis", "stale"), tally.stale
    yield (item, "redis", "fallback"), tally.fallback
    for reason, count in tuple(tally.misses.items()):
        yield (item, "redis", reason), count


def _counted(
    tallies: dict[str, Tally], of: str
) -> Iterator[tuple[tuple[str, ...], float]]:
    for item, tally in tallies.items():
        for word, count in tuple(getattr(tally, of).items()):
            yield (item, word), count


def _buckets(spread: Spread) -> list[tuple[str, float]]:
    """Return what Prometheus wants: how many values were at most so large."""
    ends = [*map(str, spread.ends), "+Inf"]
    return list(zip(ends, itertools.accumulate(map(float, spread.counts)), strict=True))
