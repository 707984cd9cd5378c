"""What a persistor knows: its slices, what of them is stored, and when to write.

It does no I/O and waits for nothing. At a dispatch it is told by the store, and notes
at most a time; flows read and write; whoever runs the flows asks it what is due.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Mapping
from math import inf
from typing import Final, cast

from stateroom import signals
from stateroom.errors import (
    InvalidPersist,
    NotDurable,
    OverBudget,
    PersistError,
    StateroomError,
)
from stateroom.persist.judging import Reading
from stateroom.persist.keys import record_key
from stateroom.persist.options import Options
from stateroom.persist.persisted import Persisted
from stateroom.persist.planning import Planner
from stateroom.persist.status import Phase, Problem
from stateroom.persist.storages.port import AnyStorage
from stateroom.persist.tracking import Tracked
from stateroom.store.combining import REPLACE
from stateroom.store.store import Store

__all__ = ("Engine",)

PATIENCE: Final = 0.005
"""Seconds that the writer is left alone with. Then dispatches make way for it."""

_log: Final = logging.getLogger("stateroom.persist")
_WRITER_BYTES: Final = 6
UNSURE: Final = b"?"
"""The stamp of no record."""
LEFT: Final = "it left the store with changes that are not stored; flush() stores them"


class Engine(Planner):
    """The slices that are kept, and what is due of them.

    Attributes:
        store: whose slices they are.
        slices: by the key under which each is kept.
        owner: whose slices of scope ``user`` are kept; empty for nobody's.
        writer: names this process in what it writes.
        pulses: id of a storage -> its pulse when it was looked at last.
    """

    def __init__(self, store: Store, options: Options, *, owner: str = "") -> None:
        super().__init__(options)
        self.store: Store = store
        self.slices: dict[str, Tracked] = {}
        self.owner: str = owner
        self.writer: str = secrets.token_hex(_WRITER_BYTES)
        self._parts: Mapping[str, object] = {}
        self._seen = cast("Mapping[str, object]", store.initial_state)
        self._monotonic = options.clock.monotonic
        self._near: set[tuple[str, str]] = set()
        self._makes_room = False
        self.pulses: dict[int, object] = {}
        self._find_parts(self._seen)

    # -- what is kept

    def _find_parts(self, states: Mapping[str, object]) -> None:
        """Keep the slices of the store that are persisted, new ones too."""
        parts = self.store.parts
        if parts is self._parts:
            return
        # What is gone, or has another part under its name now, is kept no more.
        found = {
            key: each
            for key, each in self.slices.items()
            if parts.get(each.name) is each.part
        }
        for name, part in parts.items():
            if isinstance(part, Persisted):
                self._add(name, cast("Persisted[object]", part), states, found)
        gone = [each for each in self._kept if found.get(each.key) is not each]
        self._parts, self.slices = parts, found
        self._kept = tuple(found.values())
        for each in filter(Tracked.is_waiting, gone):
            self.report(each.key, code=NotDurable.code, message=f"{each.key}: {LEFT}")

    def _add(
        self,
        name: str,
        part: Persisted[object],
        states: Mapping[str, object],
        found: dict[str, Tracked],
    ) -> None:
        there = found.get(part.key)
        if there is not None and there.name == name:
            return
        if there is not None:
            raise InvalidPersist(
                f"the slices {there.name!r} and {name!r} are both kept under "
                f"{part.key!r}",
                key=part.key,
                hint="give one of them another: persist(..., key=...)",
            )
        storage = part.settings.storage or self.options.storage
        if storage is None:
            raise InvalidPersist(
                f"{part.key}: it has no storage",
                key=part.key,
                hint="Persistor(store, Files(...)), or persist(..., storage=...)",
            )
        tracked = Tracked(part, name, storage)
        # One that was injected since begins with what it is now.
        base = states[name] if name in states else self.state_of(tracked)
        tracked.begin(base, record=self.record_of(part))
        found[part.key] = tracked

    def record_of(self, part: Persisted[object]) -> str:
        """Return the key of a slice's record; empty while it has no owner."""
        namespace = self.options.namespace
        if part.settings.scope == "device":
            return record_key(namespace, part.key)
        return record_key(namespace, part.key, owner=self.owner) if self.owner else ""

    def owner_of(self, tracked: Tracked) -> str:
        """Return whose slice it is; empty for the device's."""
        return self.owner if tracked.part.settings.scope == "user" else ""

    def storages(self) -> Iterator[AnyStorage]:
        """Tell each storage once."""
        found = (each.storage for each in self._kept)
        yield from {id(each): each for each in found}.values()

    def state_of(self, tracked: Tracked) -> object:
        """Return the state of a slice as it is now."""
        return cast("Mapping[str, object]", self.store.root_state())[tracked.name]

    # -- at a dispatch

    def note(self, action: Mapping[str, object] | None) -> None:
        """Take note of what an action changed: when it has to be stored."""
        root = cast("Mapping[str, object]", self.store.root_state())
        before = self._seen
        if action is None and self.store.is_time_travelling:
            return  # it is looked at, and not what is to be stored
        if action is None or action["type"] == REPLACE:
            self._find_parts(root)
        if root is not before:
            # Each name is looked up twice, and nothing else is done for most of them.
            for tracked in self._kept:
                name = tracked.name
                if root[name] is not before.get(name):
                    self._note_change(tracked, action)
            self._seen = root  # last: Ctrl-C may come in before
        due = self.due
        if due is not None and not self._overdue_told and self._monotonic() >= due:
            # In case the clock of whoever writes failed it: once per write.
            self._overdue_told = True
            self.wake()
        if self.began is not None and self.make_way is not None:
            self._help()

    def _help(self) -> None:
        """Let the writer go on, if it is at work for longer than a write takes.

        A thread that dispatches without a pause would keep it waiting otherwise: 5 ms
        for each call to the operating system, of which a write has a dozen.
        """
        began, make_way = self.began, self.make_way
        if began is None or make_way is None:
            return
        if self._monotonic() - began > PATIENCE:
            make_way()

    def _note_change(
        self, tracked: Tracked, action: Mapping[str, object] | None
    ) -> None:
        if tracked.replays and action is not None:
            tracked.record_action(action)
        if tracked.since is not None and tracked.retry_at != inf:
            return
        tracked.since = self._monotonic()
        if tracked.retry_at == inf:
            # What only another state can mend may be mended now.
            tracked.retry_at = 0.0
        self._schedule(tracked)

    def send(self, tracked: Tracked, action: Mapping[str, object]) -> None:
        """Dispatch an action of ours to a slice.

        Raises:
            PersistError: a reducer, a merge or a middleware of the application failed,
                or kept the action for itself. The state is as it was.
        """
        before = tracked.part.takes
        try:
            self.store.dispatch(action)
        except Exception as error:
            raise _refused(tracked, action, f"failed: {error!r:.300}") from error
        if tracked.part.takes == before:
            raise _refused(
                tracked, action, "did not arrive: a middleware or the devtools kept it"
            )

    def note_forked(self, *, is_sure: bool) -> None:
        """Go on as another writer, in a child process.

        Args:
            is_sure: whether all that is known of the storages is so: otherwise it is
                read before anything is written over it.
        """
        self.writer = secrets.token_hex(_WRITER_BYTES)
        self.forget_times()
        self.pulses.clear()
        for tracked in self._kept:
            tracked.since = None
            if not tracked.phase.is_written:
                continue
            # What is not stored yet is the parent's to store: here it is no change,
            # which would win over what the parent makes of it later.
            tracked.stored = tracked.clean = self.state_of(tracked)
            tracked.forget_actions()
            tracked.stamp = tracked.stamp if is_sure else UNSURE

    # -- what went wrong

    def report(self, key: str, *, code: str, message: str) -> Problem:
        """Tell a problem to the log, to recorders, and to whoever asked for it."""
        problem = Problem(key=key, code=code, message=message)
        _log.warning("%s", problem)
        if signals.recorder is not None:
            signals.recorder(signals.PersistFailed(key=key, code=code, reason=message))
        if self.options.on_problem is not None:
            try:
                self.options.on_problem(problem)
            except Exception:
                _log.exception("on_problem failed for %s", problem)
        return problem

    def make_room(self, key: str, error: StateroomError) -> bool:
        """Let the application make the state smaller; say whether it was asked."""
        if self.options.on_full is None or self._makes_room:
            return False
        problem = Problem(key=key, code=error.code, message=str(error))
        self._makes_room = True
        try:
            self.options.on_full(problem)
        except Exception:
            _log.exception("on_full failed for %s", problem)
            return False
        finally:
            self._makes_room = False
        return True

    def note_near(self, key: str, whose: str, *, told: str) -> None:
        """Tell once that a budget is nearly used up, and forget it when it is not."""
        if not told:
            self._near.discard((key, whose))
        elif (key, whose) not in self._near:
            self._near.add((key, whose))
            self.report(key, code=OverBudget.code, message=f"{told}: nearly full")

    def take(self, tracked: Tracked, reading: Reading) -> None:
        """Remember what was read of a slice."""
        is_told = tracked.error == reading.code and tracked.reason == reading.reason
        tracked.phase, tracked.reason = reading.phase, reading.reason
        tracked.error = reading.code
        if reading.reason and not is_told:
            code = reading.code or "STR-900"
            self.report(tracked.key, code=code, message=reading.reason)
        if reading.phase is Phase.DEGRADED:
            # Nothing was learnt of what is stored.
            tracked.retry_at = self.backoff(tracked)
            tracked.failures += 1
            self.wake()
            return
        tracked.retry_at, tracked.failures = 0.0, 0
        tracked.stamp, tracked.revision = reading.stamp, reading.revision
        tracked.before = reading.before
        tracked.stored_version, tracked.size = reading.version, reading.size
        tracked.unknown = dict(reading.unknown)
        tracked.demotes, tracked.must_write = reading.demotes, reading.must_write
        # How it was written nobody knows; see ``Tracked.is_relaxed`` for what follows.
        tracked.is_relaxed = tracked.part.settings.durability == "relaxed"
        tracked.is_foreign = tracked.stamp is not None


def _refused(tracked: Tracked, action: Mapping[str, object], why: str) -> PersistError:
    return PersistError(
        f"{tracked.key}: the state could not be brought in line with the storage, "
        f"which is left as it is: {action['type']} {why}",
        key=tracked.key,
    )
