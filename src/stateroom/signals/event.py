"""What every event is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("Event",)


@dataclass(frozen=True, slots=True)
class Event:
    """Base of every event. Fields of an event are facts, never live objects."""
