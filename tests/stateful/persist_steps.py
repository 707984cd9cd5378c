"""What is done to a place step by step: flows cut at each effect, and damage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from stateroom.errors import PersistError
from stateroom.flows import Effect, Flow
from stateroom.persist.hydrating import hydrate
from stateroom.persist.owning import leave
from stateroom.persist.performing import Blocking
from stateroom.persist.purging import purge
from stateroom.persist.refreshing import refresh
from stateroom.persist.rounds import flush, write_changed
from stateroom.persist.storages.port import Storage, stamp_of
from tests.stateful.persist_contents import LIMIT, record_of
from tests.stateful.persist_ledger import Ledger
from tests.stateful.persist_lives import Life

__all__ = ("DOINGS", "Steps", "damage")

DOINGS: Final[dict[str, Callable[[Life], Flow[object]]]] = {
    "write": lambda life: write_changed(life.engine),
    "flush": lambda life: flush(life.engine),
    "refresh": lambda life: refresh(life.engine),
    "hydrate": lambda life: hydrate(life.engine),
    "purge": lambda life: purge(life.engine, scope=None, owner=None, reset=True),
    "leave": lambda life: leave(life.engine, purges=False),
}


class Steps:
    """Something that a process does, effect by effect."""

    def __init__(self, life: Life, name: str) -> None:
        self.is_done = self._is_failed = False
        self._life = life
        # Nobody leaves who is not there.
        self._name = "flush" if name == "leave" and not life.engine.owner else name
        self._flow = DOINGS[self._name](life)
        self._effect: Effect[object] | None = None
        self._go(lambda: next(self._flow))

    def step(self) -> None:
        """Perform what was asked for, and go on to the next effect."""
        if self.is_done or self._effect is None:
            return
        try:
            answer = Blocking().perform(self._effect)
        except PersistError as error:
            caught = error
            self._go(lambda: self._flow.throw(caught))
        else:
            self._go(lambda: self._flow.send(answer))

    def _go(self, ask: Callable[[], Effect[object]]) -> None:
        try:
            self._effect = ask()
        except StopIteration:
            self.is_done = True
        except PersistError:
            self.is_done = self._is_failed = True

    def stop(self) -> None:
        """Do nothing more."""
        self._flow.close()

    def finish(self) -> None:
        """Do all that is left, and note what it came to."""
        while not self.is_done:
            self.step()
        if self._name == "purge":
            self._life.note_purged(None, is_done=not self._is_failed)
        if self._name == "leave" and not self._life.engine.owner:
            self._life.note_left()


def damage(
    storage: Storage, ledger: Ledger, *, key: str, at: float, is_cut: bool
) -> None:
    """Damage a record, if there is a whole one that is not half purged.

    Args:
        storage: of the place.
        ledger: of the place.
        key: of the record.
        at: where, as a share of its length.
        is_cut: whether it ends there; otherwise a bit is the other way.
    """
    stored, account = storage.read(key, limit=LIMIT), ledger.account(key)
    current, before = (record_of(key, each) for each in stored)
    is_gone = before is not None and before.is_purged
    if stored.current is None or current is None or (current.is_purged > is_gone):
        return
    place = round(at * (len(stored.current) - 1))
    bad = bytearray(stored.current)
    bad[place] ^= 1
    data = bytes(bad[: max(1, place)] if is_cut else bad)
    account.spoil(key, stored)
    replaces = stamp_of(stored.current)
    storage.write(key, data, replaces=replaces, demotes=False)
    for life in ledger.lives:
        if life.knows(account.item, key):
            side = life.side(account.item)
            side.may |= life.content(account.item).tokens
