"""Events of the persisted client store."""

from __future__ import annotations

from dataclasses import dataclass

from stateroom.signals.event import Event

__all__ = (
    "PersistFailed",
    "PersistHydrated",
    "PersistWritten",
)


@dataclass(frozen=True, slots=True)
class PersistHydrated(Event):
    """A slice was read from its storage, or could not be.

    Attributes:
        key: under which the slice is kept.
        storage: the name of the storage.
        phase: ``ready``, ``degraded``, ``quarantined`` or ``read_only``.
        revision: of the record; 0 when there is none.
        bytes: of the record.
    """

    key: str
    storage: str
    phase: str
    revision: int
    bytes: int


@dataclass(frozen=True, slots=True)
class PersistWritten(Event):
    """A slice was stored.

    Attributes:
        key: under which the slice is kept.
        storage: the name of the storage.
        revision: of the record.
        bytes: of the record.
        seconds: that it took.
        delay: seconds from the first change in it to its being stored.
    """

    key: str
    storage: str
    revision: int
    bytes: int
    seconds: float
    delay: float


@dataclass(frozen=True, slots=True)
class PersistFailed(Event):
    """Something of a slice could not be read, stored, or kept of both sides.

    Attributes:
        key: under which the slice is kept; empty when it is about a storage.
        code: of the error.
        reason: what happened.
    """

    key: str
    code: str
    reason: str
