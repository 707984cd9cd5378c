"""Events of live data in Redis."""

from __future__ import annotations

from dataclasses import dataclass

from stateroom.signals.event import Event

__all__ = (
    "LiveCalled",
    "LiveCircuit",
    "QuotaDecided",
)


@dataclass(frozen=True, slots=True)
class LiveCalled(Event):
    """A call of live data ended.

    Attributes:
        namespace: of the application.
        item: whose data it is; the name that was declared.
        kind: ``quota``, ``counter``, ``leaderboard``, ``membership``, ``record``,
            ``recent``, ``mutex`` or ``logins``.
        operation: the method: ``take``.
        outcome: ``ok``; ``unavailable`` when Redis did not answer; else ``error``.
        seconds: from the call to its end.
    """

    namespace: str
    item: str
    kind: str
    operation: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LiveCircuit(Event):
    """Live data stopped asking a Redis that does not answer, or asks it again.

    Attributes:
        namespace: of the application.
        server: its place, without user and password.
        circuit: ``open``, ``half-open`` or ``closed``.
    """

    namespace: str
    server: str
    circuit: str


@dataclass(frozen=True, slots=True)
class QuotaDecided(Event):
    """A quota granted a call or refused it.

    Attributes:
        namespace: of the application.
        item: whose quota it is.
        is_granted: whether the call may be made.
        cost: units that it was asked for.
        limit: that refused it, or that was the closest: ``300/day``; may be empty.
        is_counted: whether it was counted; not so when Redis did not answer.
    """

    namespace: str
    item: str
    is_granted: bool
    cost: int
    limit: str
    is_counted: bool
