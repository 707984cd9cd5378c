"""The Redis tier, kind cache: cache-aside on Redis, coherent across processes."""

from __future__ import annotations

from stateroom.cache.cache import Blocking, Cache
from stateroom.cache.clocks import Clock, ManualClock
from stateroom.cache.functions import AsyncCached, BlockingCached
from stateroom.cache.outcomes import Entry, Origin

__all__ = (
    "AsyncCached",
    "Blocking",
    "BlockingCached",
    "Cache",
    "Clock",
    "Entry",
    "ManualClock",
    "Origin",
)
