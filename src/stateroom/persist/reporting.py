"""Tells how it stands with what is kept."""

from __future__ import annotations

from typing import Final

from stateroom.persist.engine import Engine
from stateroom.persist.status import Phase, SliceStatus, Status
from stateroom.persist.tracking import Tracked

__all__ = ("status_of",)

_WORST: Final = (
    Phase.DEGRADED,
    Phase.READ_ONLY,
    Phase.PENDING,
    Phase.QUARANTINED,
    Phase.READY,
)


def status_of(engine: Engine) -> Status:
    """Return how it stands with all slices of an engine."""
    slices = {
        key: _slice_status(engine, tracked) for key, tracked in engine.slices.items()
    }
    # A user's slice that waits for its user is not in trouble.
    phases = {each.phase for each in slices.values() if each.record}
    return Status(
        phase=next((each for each in _WORST if each in phases), Phase.READY),
        slices=slices,
        owner=engine.owner,
        is_paused=engine.is_paused,
        bytes=sum(each.bytes for each in slices.values()),
        budget=engine.options.budget,
    )


def _slice_status(engine: Engine, tracked: Tracked) -> SliceStatus:
    is_read = tracked.phase is not Phase.PENDING
    state = engine.state_of(tracked)
    return SliceStatus(
        phase=tracked.phase,
        reason=tracked.reason,
        storage=tracked.storage.name,
        record=tracked.record,
        version=tracked.part.version,
        stored_version=tracked.stored_version,
        revision=tracked.revision,
        bytes=tracked.size,
        budget=tracked.part.settings.budget,
        is_dirty=tracked.since is not None or (is_read and tracked.differs(state)),
        written_at=tracked.written_at,
        conflicts=tracked.conflicts,
        unmentioned=tracked.part.unmentioned,
        unknown=tuple(sorted(tracked.unknown)),
    )
