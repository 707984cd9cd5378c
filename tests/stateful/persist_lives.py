"""One process of an application: it lives from a start to its end, or to a crash."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from stateroom.errors import NotDurable, PersistError
from stateroom.persist.keys import Scope
from tests.stateful.persist_accounts import Account, Side
from tests.stateful.persist_held import Held
from tests.stateful.persist_releases import late_entry

__all__ = ("OWNERS", "Life")

OWNERS = ("o1", "o2~corrupt.5:p:x/ü")
"""Users; an id may have anything in it."""


class Life(Held):
    """What a process does, and notes of it for the ledger."""

    def act(self, item: str, how: str, token: str) -> None:
        """Dispatch an action, and note what it is to change."""
        entry, side, here = self.entries[item], self.side(item), self.content(item)
        if how == "drop":
            if not here.tokens:
                return
            token = min(here.tokens)
            self._note_drop(item, token)
        self.store.dispatch(entry.acts[how](token))
        self.states = {**self.states, item: self.root()[item]}
        self.shown.pop(item, None)
        if how == "add":
            side.pending.add(token)
        if how == "count":
            side.count += 1
        if how == "name" and self.release != "D":
            side.title = token
            side.named.add(token)

    def _note_drop(self, item: str, token: str) -> None:
        side, key = self.side(item), self.record(item)
        side.pending.discard(token)
        side.may.discard(token)
        if key:
            side.dropped.add(token)
            self._ledger.account(key).gone.add(token)

    def inject(self) -> None:
        """Let the late slice come."""
        if "late" not in self.entries:
            self.entries["late"] = late_entry()
            self.store.inject(self.entries["late"].part)

    def try_(self, call: Callable[[], object]) -> PersistError | None:
        """Do what may fail; return with what it did."""
        try:
            call()
        except PersistError as error:
            # What a purge elsewhere took along is told once, and no failure.
            is_told = isinstance(error, NotDurable) and all(
                "purged elsewhere" in each for each in error.reasons.values()
            )
            if not self.is_faulty and not self.unwritten() and not is_told:
                self._ledger.blame(self, f"it failed without a reason: {error}")
            return error
        return None

    def unwritten(self) -> list[str]:
        """Return the slices that are not written, and have what is to be."""
        slices = self.engine.slices.items()
        return [key for key, each in slices if not each.phase.is_written]

    def crash(self) -> None:
        """End, and store nothing more."""
        self.persistor._forget_exit()  # noqa: SLF001 - a process that is gone
        self.persistor._end()  # noqa: SLF001 - as above
        self._ledger.lives.remove(self)

    def close(self) -> None:
        """Store what is not stored, and end."""
        failed = self.try_(self.persistor.close)
        if failed is None:
            self.check_durable()
        with suppress(ValueError):
            self._ledger.lives.remove(self)

    def purge(self, scope: Scope | None, *, reset: bool) -> None:
        """Erase records, and note what this is to change."""
        failed = self.try_(lambda: self.persistor.purge(scope, reset=reset))
        self.note_purged(scope, keeps=not reset, is_done=failed is None)
        if failed is None and reset:
            self.check_anew(scope)

    def note_purged(
        self, scope: Scope | None, *, keeps: bool = False, is_done: bool = True
    ) -> None:
        """Note that a purge ended: what is not in the state any more went with it."""
        for item in self.meant(scope):
            side, account = self.side(item), self._ledger.account(self.record(item))
            side.seen.add(self.record(item))  # it knows of it, though it read nothing
            is_at = self.engine.slices[item].stamp == account.stamp
            if not is_done and not (account.is_purged and is_at):
                self._note_unpurged(item, side)
            elif keeps:
                self._note_kept(item, side, account)
            else:
                self._note_begun(item, side, account)
        self.states, self.shown = self.root(), {}

    def _note_unpurged(self, item: str, side: Side) -> None:
        """Note that a purge failed before this slice, or while it was at it."""
        if side.behind is not None:
            here = self.content(item)
            side.pending &= here.tokens
            side.count = min(side.count, here.count)
            side.title = side.title if side.title == here.title else None

    def _note_begun(self, item: str, side: Side, account: Account) -> None:
        here = self.content(item)
        added, own = side.pending & here.tokens, side.may & here.tokens
        counted, title = side.count, side.title
        is_kept = side.is_kept and bool(here.tokens or here.count or here.title)
        side.begin()
        side.pending, side.may, side.is_kept = added, own, is_kept
        side.count = min(counted, here.count)
        side.title = title if title == here.title else None
        side.behind = len(self.problems) if account.is_purged else None

    def _note_kept(self, item: str, side: Side, account: Account) -> None:
        here = self.content(item)
        account.is_loose |= bool(here.count or here.title)
        side.begin()
        side.may, side.is_kept = set(here.tokens), True

    def note_left(self) -> None:
        """Note that a user left: what is there now is nobody's."""
        side, here = self.side("mine"), self.content("mine")
        added = side.pending & here.tokens
        if here.tokens - added:
            self._ledger.blame(self, f"{here.tokens} is left of who left")
        side.begin()
        side.pending = added
        side.seen.clear()
        self.states, self.shown = self.root(), {}
