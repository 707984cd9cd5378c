"""Flows: one text for what a tier does in several steps, asyncio and blocking alike.

A flow is a generator that asks for effects and is sent their answers. It does nothing
itself: a driver performs what it asks for, and a test plays the other side.
Standard library only.
"""

from __future__ import annotations

from stateroom.flows.driving import AsyncPerformer, Performer, run, run_async
from stateroom.flows.effects import Effect, Flow, ask

__all__ = (
    "AsyncPerformer",
    "Effect",
    "Flow",
    "Performer",
    "ask",
    "run",
    "run_async",
)
