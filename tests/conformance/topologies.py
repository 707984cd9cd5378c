"""The promises that depend on where keys stand, and on which server: not on bytes."""

from __future__ import annotations

from stateroom.testing.conformance import (
    FlightPromises,
    HitPromises,
    RacePromises,
    ServerPromises,
    TagPromises,
    ValuePromises,
)

__all__ = ("TopologyConformance",)


class TopologyConformance(
    HitPromises,
    TagPromises,
    RacePromises,
    FlightPromises,
    ValuePromises,
    ServerPromises,
):
    """What damaged bytes and TTLs come to is tested on memory and on one server."""
