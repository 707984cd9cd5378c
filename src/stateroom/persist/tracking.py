"""What is remembered of each slice that is kept: what is stored, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stateroom.persist.merging import Conflict
from stateroom.persist.persisted import Persisted
from stateroom.persist.status import Phase
from stateroom.persist.storages.port import AnyStorage
from stateroom.store.drafts.tables import is_same
from stateroom.store.undefined import UNDEFINED

__all__ = ("MOST_ACTIONS", "Tracked")

MOST_ACTIONS: Final = 1_000
"""Actions that are remembered to be replayed; beyond that states are merged."""


class Tracked:
    """One slice that is kept.

    Written by whoever runs the flows, one at a time; only ``since`` and ``actions`` are
    also written at a dispatch.

    Attributes:
        part: the slice with its settings.
        name: its key in the root state.
        storage: where it is kept.
        base: the state that it began with.
        record: the key of its record; empty while a user's slice has no user.
        phase: whether it may be written.
        reason: why it is not ready, or not stored.
        error: the code of that error; empty when there is none.
        stamp: of the bytes that were seen last.
        revision: of the record that was seen last.
        stored_version: of what was read.
        size: bytes of the record.
        stored: the state that the record stands for; UNDEFINED when there is none.
        clean: the last state that was found to need no write.
        unknown: stored fields that the state does not have, as plain data.
        demotes: whether the next write keeps the bytes it replaces.
        must_write: whether a write is due though the state did not change.
        is_relaxed: whether the last write may not survive a loss of power.
        since: when the first change came that is not stored, by the monotonic clock.
        retry_at: not before this is a failed write tried again.
        failures: how often it failed in a row.
        written_at: when it was last written, in ms since 1970.
        conflicts: of the last merge.
        actions: since ``stored``, where they are replayed.
        texts: field -> a value and its text, as it was last written.
    """

    def __init__(self, part: Persisted[object], name: str, storage: AnyStorage) -> None:
        self.part: Persisted[object] = part
        self.name: str = name
        self.storage: AnyStorage = storage
        self.replays: bool = part.settings.reconcile == "replay"
        self.written_at: int | None = None
        self.texts: dict[str, tuple[object, str]] = {}
        self.begin(UNDEFINED, record="")

    def begin(self, base: object, *, record: str) -> None:
        """Know nothing of what is stored under ``record``."""
        self.base: object = base
        self.record: str = record
        self.phase: Phase = Phase.PENDING
        self.reason: str = "" if record else "it has no owner: nobody signed in"
        self.error: str = ""
        self.conflicts: tuple[Conflict, ...] = ()
        self.unknown: dict[str, object] = {}
        self.stamp: bytes | None = None
        self.stored: object = UNDEFINED
        self.stored_version: int | None = None
        self.revision: int = 0
        self.size: int = 0
        self.clean: object = UNDEFINED
        self.demotes: bool = True
        self.must_write: bool = False
        self.is_relaxed: bool = False
        self.since: float | None = None
        self.retry_at: float = 0.0
        self.failures: int = 0
        self.actions: list[Mapping[str, object]] = []

    @property
    def key(self) -> str:
        """Under which the slice is kept, for people."""
        return self.part.key

    def differs(self, state: object) -> bool:
        """Say whether ``state`` has what is not stored."""
        if self.must_write:
            return True
        if state is self.clean or state is self.stored:
            return False
        before = {} if self.stored is UNDEFINED else self.part.kept(self.stored)
        after = self.part.kept(state)
        if self.stored is UNDEFINED or before.keys() != after.keys():
            return True
        if all(is_same(value, after[name]) for name, value in before.items()):
            self.clean = state
            return False
        return True

    def note_stored(self, state: object) -> None:
        """Remember that ``state`` is what is stored."""
        self.stored = self.clean = state
        self.must_write = False
        self.reason = self.error = ""
        self.failures, self.retry_at = 0, 0.0

    def note_failure(self, error: Exception, *, code: str, retry_at: float) -> None:
        """Remember that what changed is not stored, and why."""
        self.reason, self.error = str(error), code
        self.failures += 1
        self.retry_at = retry_at

    def record_action(self, action: Mapping[str, object]) -> None:
        """Remember an action that changed the state, if such are replayed."""
        if len(self.actions) <= MOST_ACTIONS:
            self.actions.append(action)

    def replayable(self) -> list[Mapping[str, object]] | None:
        """Return the actions to replay; None where states are to be merged."""
        if not self.replays or len(self.actions) > MOST_ACTIONS:
            return None
        return list(self.actions)
