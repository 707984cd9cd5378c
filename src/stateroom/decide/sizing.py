"""What the copies of an item cost in memory, and how many reads they answer."""

from __future__ import annotations

from collections.abc import Iterable

from stateroom.catalogue.item import Item
from stateroom.catalogue.units import format_size
from stateroom.decide.answers import percent
from stateroom.decide.decision import Copy, HomePlace, Sizing
from stateroom.decide.heat import HOUR, expected_hits

__all__ = ("describe", "real_ratio", "size_up")


def size_up(
    item: Item, home: HomePlace, copies: Iterable[Copy], budget: int
) -> Sizing | None:
    """Return the sizing of what an item holds in Redis; None when it holds nothing."""
    cached = [copy for copy in copies if copy.tier == "redis"]
    count = len(cached) + (home.place == "redis")
    if not count:
        return None
    total = None
    if item.size is not None and item.cardinality is not None:
        total = item.size * item.cardinality * count
    return Sizing(
        entries=item.cardinality,
        entry_bytes=item.size,
        copies=count,
        total_bytes=total,
        budget_bytes=budget,
        hit_ratio=real_ratio(item, cached[0]) if cached else None,
    )


def real_ratio(item: Item, copy: Copy) -> float | None:
    """Return the share of reads that a copy answers with the TTL that it really has."""
    if item.reads_per_hour is None or copy.ttl_seconds is None:
        return None
    life = copy.ttl_seconds
    if item.writer == "app" and item.writes_per_hour and not item.immutable:
        life = min(life, HOUR / item.writes_per_hour)
    return expected_hits(item.reads_per_hour, life)


def describe(sizing: Sizing) -> str:
    """Print a sizing in one line, e.g. ``1,000 x 1 KiB = 1000 KiB (3% of 32 MiB)``."""
    size = "?" if sizing.entry_bytes is None else format_size(sizing.entry_bytes)
    entries = "?" if sizing.entries is None else f"{sizing.entries:,}"
    text = f"{entries} x {size}"
    if sizing.copies > 1:
        text += f" x {sizing.copies} copies"
    if sizing.total_bytes is not None:
        share = percent(sizing.total_bytes / sizing.budget_bytes)
        budget = format_size(sizing.budget_bytes)
        text += f" = {format_size(sizing.total_bytes)} ({share} of {budget})"
    if sizing.hit_ratio is not None:
        text += f", expected hit ratio {percent(sizing.hit_ratio)}"
    return text
