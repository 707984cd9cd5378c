"""The Redis tier, kind cache: cache-aside on Redis, coherent across processes."""

from __future__ import annotations

from stateroom.cache.cache import Cache
from stateroom.cache.erasing import Erased
from stateroom.cache.functions_async import AsyncBound, AsyncCached
from stateroom.cache.functions_blocking import BlockingBound, BlockingCached
from stateroom.cache.outcomes import Entry, Origin
from stateroom.cache.voids import Blocking
from stateroom.flows.clocks import Clock, ManualClock
from stateroom.link.facts import ServerFacts

__all__ = (
    "AsyncBound",
    "AsyncCached",
    "Blocking",
    "BlockingBound",
    "BlockingCached",
    "Cache",
    "Clock",
    "Entry",
    "Erased",
    "ManualClock",
    "Origin",
    "ServerFacts",
)
