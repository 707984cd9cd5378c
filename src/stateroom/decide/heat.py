"""How long a copy lives, and how many reads it answers before it ends.

A copy ends when its TTL does. Where this application is the writer it also ends with
the next write, because the writer invalidates it; and there a copy is as good as the
truth until then, so that the age a reader accepts does not make it less useful. That
is a copy's real life, and ``hit_ratio`` is worked out from it.
"""

from __future__ import annotations

from stateroom.catalogue.item import Item

__all__ = ("DEFAULT_TTL", "expected_hits", "hit_ratio", "life_of", "ttl_of")

HOUR = 3600.0
DEFAULT_TTL = 3600
"""Seconds a copy lives when nothing bounds it. Source: the seed's default (L294)."""


def ttl_of(item: Item) -> float | None:
    """Return the smallest bound on the life of a copy in seconds, or None.

    The bounds are the preset's TTL, the staleness a reader accepts, and the licence.
    """
    accepted = None if item.staleness == "exact" else item.staleness
    return _smallest(item.preset_ttl, accepted, item.licence_ttl)


def life_of(item: Item) -> float | None:
    """Return how long a copy is worth keeping, in seconds; None when unknown.

    Where the writer invalidates, the staleness bound does not end a copy that is still
    true; the TTL of its data class does, so that what is hardly read does not count as
    hot because it is never written.
    """
    changes = 0.0 if item.immutable else item.writes_per_hour
    ttl = ttl_of(item)
    if changes is None or not (item.immutable or item.writer == "app"):
        return ttl
    kept = max(item.preset_ttl or DEFAULT_TTL, ttl or 0)
    return _smallest(kept, item.licence_ttl, HOUR / changes if changes else None)


def hit_ratio(item: Item) -> float | None:
    """Return the share of reads that a copy would answer, 0..1; None when unknown."""
    if item.reads_per_hour is None:
        return None
    if not item.reads_per_hour:
        return 0.0
    life = life_of(item)
    if life is None and item.staleness == "exact":
        # No copy is held; this is what one of the default life would answer.
        life = DEFAULT_TTL
    return None if life is None else expected_hits(item.reads_per_hour, life)


def expected_hits(reads_per_hour: float, life: float) -> float:
    """Return lT/(1+lT) for l reads per hour and a life of T, given in seconds.

    Source: reads that arrive at random, a copy that starts to live when it is loaded.
    """
    answered = reads_per_hour * life / HOUR
    return answered / (1 + answered)


def _smallest(*bounds: float | None) -> float | None:
    return min([bound for bound in bounds if bound is not None], default=None)
