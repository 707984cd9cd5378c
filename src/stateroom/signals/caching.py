"""Events of the cache in Redis."""

from __future__ import annotations

from dataclasses import dataclass

from stateroom.signals.event import Event

__all__ = (
    "CacheCircuit",
    "CacheInvalidated",
    "CacheLoaded",
    "CacheRead",
)


@dataclass(frozen=True, slots=True)
class CacheRead(Event):
    """A cached value was asked for, and served.

    Attributes:
        namespace: of the cache.
        item: whose entry it is.
        result: ``local``, ``hit``, ``stale``, ``loaded``, ``waited`` or ``fallback``.
        reason: why it was no hit, or why an older value was served; may be empty.
        seconds: from the call to the value.
    """

    namespace: str
    item: str
    result: str
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CacheLoaded(Event):
    """A loader ran for a cache.

    Attributes:
        namespace: of the cache.
        item: whose entry it is.
        outcome: ``ok``, ``error`` or ``timeout``.
        seconds: that it took.
        is_kept: whether the result was stored.
    """

    namespace: str
    item: str
    outcome: str
    seconds: float
    is_kept: bool


@dataclass(frozen=True, slots=True)
class CacheInvalidated(Event):
    """Entries, or tags, were invalidated.

    Attributes:
        namespace: of the cache.
        item: whose entry it is; empty for tags and for everything.
        keys: that were deleted, without those of other releases.
        result: ``ok``, or ``queued`` when Redis did not answer.
        seconds: that it took.
    """

    namespace: str
    item: str
    keys: tuple[str, ...]
    result: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CacheCircuit(Event):
    """A cache stopped asking a Redis that does not answer, or asks it again.

    Attributes:
        namespace: of the cache.
        server: its place, without user and password.
        circuit: ``open``, ``half-open`` or ``closed``.
    """

    namespace: str
    server: str
    circuit: str
