"""Counts what the entries of one item do: plain numbers, always on, read at leisure.

A count costs some 30 ns on a hit; an event per hit would cost more than the hit. They
are not locked: a count may be lost when two threads count in the same moment.
"""

from __future__ import annotations

from collections import Counter

__all__ = ("Tally",)


class Tally:
    """The counts of one item.

    Attributes:
        local: hits in this process.
        remote: hits in Redis.
        stale: entries served after their TTL, while they were refreshed.
        fallback: entries served because a load failed.
        misses: reads that found nothing to serve, by reason: ``cold``, ``expired``,
            ``invalidated``, ``undecodable``, ``bypass``, ``forced``.
        joined: callers that shared a load of their own process.
        waited: loads of another process that were waited for.
        loads: by outcome: ``ok``, ``error``, ``timeout``.
        load_s: seconds that loads took, all together.
        voided: loads that came too late to be kept.
        refreshes: loads in the background, by reason: ``early``, ``stale``.
        invalidations: by result: ``ok``, ``queued``.
        stored_bytes: of all entries written.
        stored: entries written.
        age_ms: of the values served from Redis, all together.
    """

    __slots__ = (
        "age_ms", "fallback", "invalidations", "joined", "load_s", "loads", "local",
        "misses", "refreshes", "remote", "stale", "stored", "stored_bytes", "voided",
        "waited",
    )  # fmt: skip

    def __init__(self) -> None:
        self.local = 0
        self.remote = 0
        self.stale = 0
        self.fallback = 0
        self.joined = 0
        self.waited = 0
        self.voided = 0
        self.stored = 0
        self.stored_bytes = 0
        self.age_ms = 0
        self.load_s = 0.0
        self.misses: Counter[str] = Counter()
        self.loads: Counter[str] = Counter()
        self.refreshes: Counter[str] = Counter()
        self.invalidations: Counter[str] = Counter()
