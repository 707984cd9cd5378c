"""A process that is held against what is known of it: its state, and what it stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from stateroom.errors import WriteConflict
from stateroom.persist.engine import Engine
from stateroom.persist.keys import Scope
from stateroom.persist.persistor import Persistor
from stateroom.persist.status import Phase, Problem
from stateroom.persist.storages.port import Storage
from stateroom.store import Store
from stateroom.testing.faulty import FaultyStorage
from stateroom.testing.timing import ManualClock
from tests.stateful.persist_accounts import Account, Side
from tests.stateful.persist_contents import (
    LIMIT,
    Content,
    content_of,
    parts_of,
    record_of,
)
from tests.stateful.persist_ledger import Ledger
from tests.stateful.persist_releases import Entry, release
from tests.stateful.persist_watched import Watched

__all__ = ("Held",)


class Held:
    """A store and its persistor on a place that others are on as well.

    Attributes:
        release: which one it is.
        entries: its slices, by their keys.
        problems: what was reported, in order.
        is_faulty: whether its storage was told to fail.
        states: of the slices, when it was looked last.
        shown: parts of them, which are the same objects as long as they are the same.
    """

    def __init__(
        self, storage: Storage, ledger: Ledger, *, release_name: str, clock: ManualClock
    ) -> None:
        self.release: str = release_name
        self.entries: dict[str, Entry] = release(release_name)
        self.problems: list[Problem] = []
        self.is_faulty = False
        self._ledger = ledger
        self._place = storage
        self._sides: dict[str, Side] = {}
        self.storage: FaultyStorage = FaultyStorage(Watched(storage, ledger, self))
        self.store: Store = Store(*(each.part for each in self.entries.values()))
        self.persistor: Persistor = Persistor(
            self.store,
            self.storage,
            background=False,
            poll=1.0,
            clock=clock,
            on_problem=self.problems.append,
        )
        self.states: Mapping[str, object] = self.root()
        self.shown: dict[str, Mapping[object, object]] = {}

    def __repr__(self) -> str:
        return f"{self.release}{self._ledger.lives.index(self)}"

    @property
    def engine(self) -> Engine:
        return self.persistor._engine  # noqa: SLF001 - the seam of these tests

    def root(self) -> Mapping[str, object]:
        return dict(cast("Mapping[str, object]", self.store.root_state()))

    def side(self, item: str) -> Side:
        return self._sides.setdefault(item, Side())

    def record(self, item: str) -> str:
        """Return the key of a slice's record; empty where there is none."""
        tracked = self.engine.slices.get(item)
        return "" if tracked is None else tracked.record

    def knows(self, item: str, key: str) -> bool:
        """Say whether it has read a record, be it that nothing came of it yet."""
        tracked = self.engine.slices.get(item)
        if tracked is None or tracked.record != key:
            return False
        return tracked.phase is not Phase.PENDING or key in self.side(item).seen

    def is_even(self, item: str, stamp: bytes | None) -> bool:
        """Say whether a slice has what is stored under a stamp, and nothing else."""
        tracked, side = self.engine.slices[item], self.side(item)
        is_done = tracked.phase.is_written and not tracked.attempts
        is_told = side.behind is None and not side.is_open and not side.is_kept
        is_same = tracked.stamp == stamp and not tracked.differs(self.root()[item])
        return is_done and is_told and is_same

    def content(self, item: str) -> Content:
        return content_of(item, self.root()[item])

    def meant(self, scope: Scope | None) -> list[str]:
        """Return the slices that a purge is of."""
        return [
            item
            for item in self.engine.slices
            if self.record(item)
            and scope in {None, "user" if item == "mine" else "device"}
        ]

    # -- how it must be

    def check_durable(self) -> None:
        """Blame what is not stored after it was said to be."""
        for item in self.engine.slices:
            side, key = self.side(item), self.record(item)
            if not key:
                continue
            self.settle(item, side)
            if side.is_open:
                self._ledger.blame(self, f"{item}: {side} is not stored by a flush")
            account = self._ledger.account(key)
            left = (side.dropped & account.content.tokens) - account.returned
            if left:
                self._ledger.blame(self, f"{item}: {left} was dropped and is stored")

    def check(self) -> None:
        """Blame what is wrong with the state after a step."""
        states, before = self.root(), self.states
        self.states = states
        status = self.persistor.status()
        for item, state in states.items():
            side, key = self.side(item), self.record(item)
            old = before.get(item)
            self._check_same(item, state)
            self._check_owner(item)
            self.settle(item, side)
            here = self.content(item)
            unsaved = side.pending - here.tokens
            if unsaved:
                told_of = sorted(unsaved)
                self._ledger.blame(self, f"{item}: {told_of} is lost in memory")
            if not key:
                continue
            account, told = self._ledger.account(key), status.slices[item]
            if old is not None and side.behind is None:
                there = content_of(item, old).tokens
                lost = there - here.tokens - account.gone - account.purged - side.spared
                if lost:
                    self._ledger.blame(self, f"{item}: {sorted(lost)} leaves the state")
            is_synced = self.engine.slices[item].stamp == account.stamp is not None
            if told.phase.is_written and is_synced:
                self._check_synced(item, side, account, is_dirty=told.is_dirty)

    def _check_same(self, item: str, state: object) -> None:
        """Blame a part that is the same as it was, and another object."""
        parts = parts_of(item, state)
        for name, part in self.shown.get(item, {}).items():
            new = parts.get(name)
            if new == part and new is not part:
                self._ledger.blame(
                    self, f"{item}: {name} is the same, and a new object"
                )
        self.shown[item] = parts

    def settle(self, item: str, side: Side) -> None:
        """Let go of what nobody can know, and what went with a purge if that is told.

        After damage a count is not exact: whoever mends it has some that others counted
        before, and not all; the merge of two such numbers knows neither.
        """
        key = self.record(item)
        if self.knows(item, key) and self._ledger.account(key).is_loose:
            side.count = 0
        if side.behind is None:
            return
        told = {each.code for each in self.problems[side.behind :]}
        if WriteConflict.code not in told:
            return
        here = self.content(item)
        side.pending &= here.tokens
        side.dropped.clear()
        side.count = min(side.count, here.count)
        if item == "roles" and here.title != side.title:
            side.title = None

    def _check_owner(self, item: str) -> None:
        if item != "mine":
            return
        owner = self.engine.owner
        for token in self.content(item).tokens:
            whose = token.split("-")[0]
            if whose not in {"", owner}:
                self._ledger.blame(self, f"{token} is in the state of {owner!r}")

    def _check_synced(
        self, item: str, side: Side, account: Account, *, is_dirty: bool
    ) -> None:
        here, there, blame = self.content(item), account.content, self._ledger.blame
        side.behind = None
        lost = there.tokens - here.tokens - account.gone
        if lost:
            blame(self, f"{item}: {sorted(lost)} is stored and not in the state")
        strange = here.tokens - there.tokens - side.pending - side.may
        if strange and not account.is_loose:
            blame(self, f"{item}: {sorted(strange)} is in the state from nowhere")
        if not account.is_loose and here.count != there.count + side.count:
            text = f"{here.count} counted, {there.count} stored, {side.count} not"
            blame(self, f"{item}: {text}")
        if not is_dirty and side.is_open:
            blame(self, f"{item}: {side} is to be stored, and it is not dirty")

    def check_anew(self, scope: Scope | None) -> None:
        """Blame what did not begin anew with a purge."""
        for item in self.meant(scope):
            here, side = self.content(item), self.side(item)
            key = self.record(item)
            for data in self._place.read(key, limit=LIMIT):
                record = record_of(key, data)
                if data is not None and not (record is not None and record.is_purged):
                    self._ledger.blame(self, f"{item}: it is stored after a purge")
            keys = self._place.keys()
            if any(each.startswith(f"{key}~") for each in keys):
                self._ledger.blame(self, f"{item}: it is aside after a purge")
            if here.tokens or here.count or here.title:
                self._ledger.blame(self, f"{item}: {here} is there after a purge")
            side.behind = None
