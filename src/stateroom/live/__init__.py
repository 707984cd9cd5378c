"""The Redis tier, kinds live and auth: what is not a copy, and must not be evicted."""

from __future__ import annotations

from stateroom.flows.clocks import ManualClock
from stateroom.live.counters import BlockingCounter, Counter
from stateroom.live.health import Health
from stateroom.live.live import BlockingLive, Live

__all__ = (
    "BlockingCounter",
    "BlockingLive",
    "Counter",
    "Health",
    "Live",
    "ManualClock",
)
