"""Judges which reads were stale, and how late news arrived. Pure: no clock, no Redis.

A value is the number of its version, which only its writer raises. A read is stale

* in the process that wrote: when it began after the write was acknowledged, and found
  an older version;
* in any process: when it began after a read that found a newer version had ended. The
  push had then been applied, and what it removed came back;
* at the end, when all pushes have come: when it finds another version than the source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

__all__ = ("Report", "Seen", "Watch", "lags_of")


class Seen(msgspec.Struct, frozen=True):
    """A version of a key, and the moment when it was there, in seconds."""

    key: int
    version: int
    moment: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one process has seen.

    Attributes:
        reads: how many there were.
        stale: how many of them.
        writes: its own, each with the moment of its acknowledgement.
        news: the first read of each version that it found.
    """

    reads: int
    stale: int
    writes: list[Seen]
    news: list[Seen]


class Watch:
    """Keeps what one process has written and read."""

    def __init__(self) -> None:
        self._least: dict[int, int] = defaultdict(int)
        self._newest: dict[int, int] = defaultdict(int)
        self._reads = 0
        self._stale = 0
        self._writes: list[Seen] = []
        self._news: list[Seen] = []

    def least(self, key: int) -> int:
        """Return the oldest version that a read which begins now may find."""
        return self._least[key]

    def wrote(self, seen: Seen) -> None:
        """Note a write of this process that has been acknowledged."""
        self._writes.append(seen)
        self._least[seen.key] = max(self._least[seen.key], seen.version)

    def read(self, seen: Seen, *, least: int) -> None:
        """Note what a read found; ``least`` is what was allowed when it began."""
        self._reads += 1
        self._stale += seen.version < least
        self._least[seen.key] = max(self._least[seen.key], seen.version)
        if seen.version > self._newest[seen.key]:
            self._newest[seen.key] = seen.version
            self._news.append(seen)

    def report(self) -> Report:
        """Return all of it."""
        return Report(
            reads=self._reads,
            stale=self._stale,
            writes=self._writes,
            news=self._news,
        )


def lags_of(reports: Sequence[Report]) -> list[float]:
    """Return how long after each write every other process found it, or a newer one.

    A process that had it before the writer was told counts as 0, and one that read the
    key no more after the write does not count.
    """
    lags = []
    for writer in reports:
        for reader in reports:
            if reader is not writer:
                lags += _lags(writer.writes, _by_key(reader.news))
    return lags


def _lags(writes: Sequence[Seen], news: Mapping[int, Sequence[Seen]]) -> list[float]:
    found = (
        (write, next((n for n in news[write.key] if n.version >= write.version), None))
        for write in writes
        if write.key in news
    )
    return [max(0.0, new.moment - write.moment) for write, new in found if new]


def _by_key(news: Sequence[Seen]) -> dict[int, list[Seen]]:
    found: dict[int, list[Seen]] = defaultdict(list)
    for each in news:
        found[each.key].append(each)
    return dict(found)
