"""Events of live data in Redis. None has a key, a member, a value or a token."""

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
        item: the name that was declared, never whose data it is; of several quotas as
            one, all their names: ``"job-api+daily"``.
        kind: ``counter``, ``leaderboard``, ``login_sessions``, ``membership``,
            ``mutex``, ``quota``, ``quotas``, ``recent`` or ``record``.
        operation: the method: ``take``. ``guarded`` is the call that a guarded function
            waits for before it runs.
        outcome: ``ok``; ``unavailable`` when Redis did not answer; ``cancelled`` when
            the caller was, or was interrupted; else ``error``.
        code: of the error, such as ``STR-708`` for a quota that is used up; empty when
            there is none, or it is none of Stateroom.
        seconds: from the call to its end, by the clock of the application.
    """

    namespace: str
    item: str
    kind: str
    operation: str
    outcome: str
    code: str
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
    """A quota granted calls or refused them.

    Of several quotas as one, each tells of itself. What was granted before another one
    refused is given back, which is no decision.

    Attributes:
        namespace: of the application.
        item: the name that was declared, never whose quota it is.
        is_allowed: whether the calls may be made.
        is_soft: allowed: the soft limit is exceeded with them; not allowed: only the
            soft limit is in the way.
        calls: how many were asked for at once.
        limit: as it was declared: ``300/day``, or of a smooth rate ``10/60s``.
        origin: ``redis``; ``allowed`` or ``denied`` when it did not answer, and the
            calls are counted nowhere.
    """

    namespace: str
    item: str
    is_allowed: bool
    is_soft: bool
    calls: int
    limit: str
    origin: str
