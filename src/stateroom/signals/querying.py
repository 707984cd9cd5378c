"""Events of the query layer."""

from __future__ import annotations

from dataclasses import dataclass

from stateroom.signals.event import Event

__all__ = (
    "QueryInvalidated",
    "QueryRead",
    "QueryRequested",
)


@dataclass(frozen=True, slots=True)
class QueryRead(Event):
    """A query was asked for, by a subscription or by a call.

    Attributes:
        endpoint: its name.
        result: ``cached`` when no request was needed, ``joined`` when one was under
            way, ``requested`` when one began.
    """

    endpoint: str
    result: str


@dataclass(frozen=True, slots=True)
class QueryRequested(Event):
    """A request of a query or a mutation ended.

    Attributes:
        endpoint: its name.
        kind: ``query`` or ``mutation``.
        outcome: ``ok``, ``error`` or ``cancelled``.
        seconds: from its start to its end, retries included.
    """

    endpoint: str
    kind: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class QueryInvalidated(Event):
    """Entries of a query cache were given up because of tags.

    Attributes:
        tags: that were invalidated, as text: ``Job`` or ``Job:7``.
        refetched: entries that somebody watches, so that they are asked for anew.
        removed: entries that nobody watches.
    """

    tags: tuple[str, ...]
    refetched: int
    removed: int
