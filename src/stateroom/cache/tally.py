"""Counts what the entries of one item do: plain numbers, always on, read at leisure.

A count costs some 30 ns on a hit; an event per hit would cost more than the hit. They
are not locked: a count may be lost when two threads count in the same moment.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

__all__ = ("AGES_S", "LOADS_S", "SIZES", "Spread", "Tally")

LOADS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper ends of the classes that loads are counted in, in seconds."""
SIZES = (
    256.0,
    1024.0,
    4096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    16_777_216.0,
)
"""Those of stored payloads, in bytes."""
AGES_S = (0.1, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 21_600.0, 86_400.0)
"""Those of the ages of values that were served, in seconds."""


class Spread:
    """How a quantity is spread over classes.

    Attributes:
        ends: the upper ends of the classes; what is larger is in one more.
        counts: how many were in each.
        total: of all values.
    """

    __slots__ = ("counts", "ends", "total")

    def __init__(self, ends: tuple[float, ...]) -> None:
        self.ends: tuple[float, ...] = ends
        self.counts: list[int] = [0] * (len(ends) + 1)
        self.total: float = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.ends, value)] += 1
        self.total += value


class Tally:
    """The counts of one item.

    Attributes:
        local: hits in this process.
        remote: hits in Redis.
        stale: entries served after their TTL, while they were refreshed.
        fallback: entries served because a load failed, or took too long.
        negative: of the loads, those whose result ``keep`` refused.
        misses: reads that found nothing to serve, by reason: ``cold``, ``expired``,
            ``invalidated``, ``undecodable``, ``bypass``, ``forced``.
        joined: callers that shared a load of their own process.
        waited: loads of another process that were waited for.
        loads: by outcome: ``ok``, ``error``, ``timeout``.
        load_s: how long the loads took that ended well, in seconds.
        voided: loads that were not kept because something was invalidated meanwhile.
        refreshes: loads in the background, by reason: ``early``, ``stale``.
        sizes: of the payloads that were stored, in bytes.
        ages_s: of the values that were served though their TTL was over, in seconds.
    """

    __slots__ = (
        "ages_s", "fallback", "joined", "load_s", "loads", "local", "misses",
        "negative", "refreshes", "remote", "sizes", "stale", "voided", "waited",
    )  # fmt: skip

    def __init__(self) -> None:
        self.local: int = 0
        self.remote: int = 0
        self.stale: int = 0
        self.fallback: int = 0
        self.negative: int = 0
        self.joined: int = 0
        self.waited: int = 0
        self.voided: int = 0
        self.load_s: Spread = Spread(LOADS_S)
        self.sizes: Spread = Spread(SIZES)
        self.ages_s: Spread = Spread(AGES_S)
        self.misses: Counter[str] = Counter()
        self.loads: Counter[str] = Counter()
        self.refreshes: Counter[str] = Counter()
