"""What is remembered of each slice that is kept: what is stored, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stateroom.persist.actions import PURGE, REHYDRATE
from stateroom.persist.merging import Conflict
from stateroom.persist.persisted import Persisted
from stateroom.persist.status import Phase
from stateroom.persist.storages.port import AnyStorage
from stateroom.store.drafts.tables import is_same
from stateroom.store.undefined import UNDEFINED

__all__ = ("MOST_ACTIONS", "Snapshot", "Tracked")

MOST_ACTIONS: Final = 1_000
"""Actions that are remembered to be replayed; beyond that states are merged."""


MOST_ATTEMPTS: Final = 32
"""Writes whose outcome is unknown that are remembered; they are seconds apart."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a write stores, and what it was made of.

    Attributes:
        state: of the slice.
        actions: how many of those since the last write are in it.
        stamp: of the bytes.
        before: the stamp of the generation before them.
        revision: of the record.
        size: of the bytes.
        at: when it was made, in milliseconds since 1970.
    """

    state: object
    actions: int
    stamp: bytes | None
    before: bytes | None
    revision: int
    size: int
    at: int


LONGEST_TRAIL: Final = 8
"""States that are remembered: writes that another tab may be behind."""


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
        before: of the generation before them.
        revision: the highest that was seen; the next write has a higher one.
        stored_version: of what was read.
        size: bytes of the record.
        stored: the state that the record stands for; UNDEFINED when there is none.
        clean: the last state that was found to need no write.
        unknown: stored fields that the state does not have, as plain data.
        demotes: whether the next write keeps the bytes it replaces.
        must_write: whether a write is due though the state did not change.
        is_relaxed: whether the last write may not survive a loss of power. Then the
            next relaxed one leaves the generation before alone: it is the last that is
            known to be on the medium.
        is_foreign: whether nobody here wrote what was seen last, and so nobody knows
            whether it is on the medium. Then the next write is synced.
        since: when the first change came that is not stored, by the monotonic clock.
        retry_at: not before this is a failed write tried again.
        failures: how often it failed in a row.
        written_at: when it was last written, in ms since 1970.
        conflicts: of the last merge that had any.
        lost: what a flush has to tell, once: a change that went with a purge elsewhere.
        actions: since ``stored``, where they are replayed.
        missed: how many came after those, and were too many to be remembered.
        trail: the newest states that were stored or read, with their revisions.
        attempts: stamp -> a write of which nobody knows whether it was stored.
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
        self.lost: str = ""
        self.unknown: dict[str, object] = {}
        self.stamp: bytes | None = None
        self.before: bytes | None = None
        self.stored: object = UNDEFINED
        self.stored_version: int | None = None
        self.revision: int = 0
        self.size: int = 0
        self.clean: object = UNDEFINED
        self.demotes: bool = True
        self.must_write: bool = False
        self.is_relaxed: bool = False
        self.is_foreign: bool = False
        self.since: float | None = None
        self.retry_at: float = 0.0
        self.failures: int = 0
        self.actions: list[Mapping[str, object]] = []
        self.missed: int = 0
        self.trail: list[tuple[int, object]] = []
        self.attempts: dict[bytes | None, Snapshot] = {}

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

    def is_changed(self, state: object) -> bool:
        """Say whether anything happened to the slice since it began, or was stored."""
        before = self.base if self.stored is UNDEFINED else self.stored
        if state is before:
            return False
        kept, now = self.part.kept(before), self.part.kept(state)
        return kept.keys() != now.keys() or not all(
            is_same(value, now[name]) for name, value in kept.items()
        )

    def is_waiting(self) -> bool:
        """Say whether a change waits to be written."""
        return self.since is not None and self.phase.is_written

    def note_stored(self, state: object) -> None:
        """Remember that ``state`` is what is stored."""
        self.stored = self.clean = state
        self.must_write = False
        self.note_well()

    def note_theirs(self, state: object) -> None:
        """Judge anew whether ``state`` is stored: what is stored is another's now.

        Not so where it is to wait for a change, as a purge left it.
        """
        if state is not self.clean or not self.is_changed(state):
            self.clean = UNDEFINED

    def note_made(self, snapshot: Snapshot) -> None:
        """Remember that a snapshot was stored."""
        self.stamp, self.before = snapshot.stamp, snapshot.before
        self.stored = snapshot.state
        self.revision = max(self.revision, snapshot.revision)
        self.note_trail(snapshot.revision)
        self.missed -= max(0, snapshot.actions - len(self.actions))
        del self.actions[: snapshot.actions]
        self.attempts.clear()

    def note_trail(self, revision: int) -> None:
        """Remember what is stored now, under the revision of its record.

        What came after that is no way to it: where all was damaged, or another's write
        took the place of ours, revisions are used again.
        """
        kept = [each for each in self.trail if each[0] < revision]
        self.trail = [*kept, (revision, self.stored)][-LONGEST_TRAIL:]

    def overwritten_from(self, revision: int) -> object:
        """Return the state that another's write began with, which overwrote ours.

        Where a storage is not exact between writers, two of them may store the same
        revision, and the later one stays: it began with the revision before.

        Returns:
            The state; UNDEFINED when nothing of ours was overwritten, or nobody knows
            what it began with.
        """
        if not self.trail or revision > self.trail[-1][0]:
            return UNDEFINED
        return dict(self.trail).get(revision - 1, UNDEFINED)

    def note_attempt(self, snapshot: Snapshot) -> bool:
        """Remember a write that may have been stored, or will be soon.

        Returns:
            Whether none of the same bytes is remembered already.
        """
        is_first = snapshot.stamp not in self.attempts
        if len(self.attempts) > MOST_ATTEMPTS:  # and the one that is under way
            del self.attempts[next(iter(self.attempts))]
        self.attempts[snapshot.stamp] = snapshot
        return is_first

    def forget_attempt(self, snapshot: Snapshot) -> None:
        """Remember that a write was not stored."""
        self.attempts.pop(snapshot.stamp, None)

    def recognise(self, *stamps: bytes | None) -> None:
        """See whether an attempt was stored: it must not be taken for another's."""
        for stamp in stamps:
            if stamp in self.attempts:
                self.note_made(self.attempts[stamp])
                return

    def note_well(self) -> None:
        """Remember that nothing failed, or that it does not matter any more."""
        self.reason = self.error = ""
        self.failures, self.retry_at = 0, 0.0

    def note_failure(self, error: Exception, *, code: str, retry_at: float) -> None:
        """Remember that what changed is not stored, and why."""
        self.reason, self.error = str(error), code
        self.failures += 1
        self.retry_at = retry_at

    def record_action(self, action: Mapping[str, object]) -> None:
        """Remember an action that changed the state, if such are replayed."""
        if action.get("type") in {PURGE, REHYDRATE}:
            return  # what these did comes from what is stored, and is not done again
        if self.missed or len(self.actions) >= MOST_ACTIONS:
            self.missed += 1
        else:
            self.actions.append(action)

    def forget_actions(self) -> None:
        """Let nothing be replayed of what happened so far."""
        self.actions.clear()
        self.missed = 0

    def forget(self) -> None:
        """Let nothing come back of what happened so far: it was purged."""
        self.forget_actions()
        self.conflicts = ()
        self.trail.clear()
        self.attempts.clear()

    def replayable(self) -> list[Mapping[str, object]] | None:
        """Return the actions to replay; None where states are to be merged."""
        if not self.replays or self.missed:
            return None
        return list(self.actions)
