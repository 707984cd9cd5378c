"""How it stands with what is kept: for health checks, consoles and people."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from stateroom.persist.merging import Conflict

__all__ = ("Phase", "Problem", "SliceStatus", "Status")


class Phase(enum.StrEnum):
    """Whether a slice may be written, and why not."""

    PENDING = "pending"
    """Nothing was read yet; nothing is written."""
    READY = "ready"
    """It was read, and is written."""
    DEGRADED = "degraded"
    """Its storage could not be read: it lives in memory, and reading is tried again."""
    QUARANTINED = "quarantined"
    """Damaged bytes were put aside; it is written again."""
    READ_ONLY = "read_only"
    """What is stored must not be replaced by this release; it lives in memory."""

    @property
    def is_written(self) -> bool:
        """Whether changes are stored."""
        return self in {Phase.READY, Phase.QUARANTINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that went wrong, for whoever is to know of it.

    Attributes:
        key: of the slice; empty when it is about a whole storage.
        code: of the error, e.g. ``"STR-903"``.
        message: what happened, and what to do about it.
    """

    key: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceStatus:
    """How it stands with one slice.

    Attributes:
        phase: whether it may be written.
        reason: why it is not ready, or not stored; empty when all is well.
        storage: the name of the storage.
        record: under which key it stands there; empty while it has no owner.
        version: of the slice's schema.
        stored_version: of what was read; None when nothing was.
        revision: of the record; 0 when there is none.
        bytes: of the record.
        budget: bytes that it may have.
        is_dirty: whether something is not stored yet.
        written_at: when it was last written, in ms since 1970; None for not by us.
        conflicts: what could not be kept of both sides, by the last merge that had
            to choose; none after a purge.
        unmentioned: fields that are neither kept nor said to be transient.
        unknown: fields that are stored and that the state does not have; kept as
            they are.
    """

    phase: Phase
    reason: str
    storage: str
    record: str
    version: int
    stored_version: int | None
    revision: int
    bytes: int
    budget: int
    is_dirty: bool
    written_at: int | None
    conflicts: tuple[Conflict, ...]
    unmentioned: tuple[str, ...]
    unknown: tuple[str, ...]

    def __str__(self) -> str:
        dirty = ", not all stored" if self.is_dirty else ""
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.phase}, revision {self.revision}{dirty}{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How it stands with all that is kept.

    Attributes:
        phase: that of the slice with which it stands worst.
        slices: by the key under which each is kept.
        owner: whose slices of scope ``user`` are kept; empty for nobody's.
        is_paused: whether nothing is written of itself.
        bytes: of all records.
        budget: bytes that they may have together.
    """

    phase: Phase
    slices: Mapping[str, SliceStatus]
    owner: str
    is_paused: bool
    bytes: int
    budget: int

    def __str__(self) -> str:
        slices = ", ".join(f"{key} {each}" for key, each in self.slices.items())
        return f"{self.phase}: {slices}"

    @property
    def is_ready(self) -> bool:
        """Whether every slice was read, and is written."""
        return self.phase.is_written

    @property
    def is_dirty(self) -> bool:
        """Whether something is not stored yet."""
        return any(each.is_dirty for each in self.slices.values())
