"""The verbs of an adapter whose entities stand in the order in which they came.

Each takes a table, and what is to be done to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from itertools import filterfalse
from typing import Final, Generic, TypeVar, cast

from stateroom.store.entities.fields import changed, fields_of, touch
from stateroom.store.entities.table import Table
from stateroom.store.entities.updates import Update, merged

__all__ = ("Unsorted", "without")

K = TypeVar("K")
T = TypeVar("T")

FEW: Final = 4
"""Ids that are searched for one by one; more of them in one pass, which takes as long
as four searches.
"""


class Unsorted(Generic[T, K]):
    """Changes tables, and keeps ids in the order of their entities."""

    def __init__(self, select_id: Callable[[T], K]) -> None:
        self._id_of = select_id

    def add(self, table: Table[T, K], entities: Iterable[T]) -> None:
        """Add entities; of each id that is taken, the one that is there stays."""
        held = table.held
        new: dict[K, T] = {}
        for entity in entities:
            key = self._id_of(entity)
            if key not in held:
                new.setdefault(key, entity)
        if new:
            self._put(table, new)

    def _put(self, table: Table[T, K], new: dict[K, T]) -> None:
        """Put entities whose ids are not in the table."""
        table.open(coming=len(new)).update(new)
        table.append(new)

    def set(self, table: Table[T, K], entities: Iterable[T]) -> None:
        """Put entities in the place of those with their ids, or at the end."""
        given = {self._id_of(entity): entity for entity in entities}
        if not given:
            return
        new = [key for key in given if key not in table.held]
        table.open(coming=len(new)).update(given)
        if new:
            table.append(new)

    def set_all(self, table: Table[T, K], entities: Iterable[T]) -> None:
        """Put entities in the place of all that there are."""
        given = {self._id_of(entity): entity for entity in entities}
        table.replace(given, ids=list(given))

    def remove(self, table: Table[T, K], keys: Iterable[K]) -> None:
        """Remove entities; ids that are not there do not matter."""
        held = table.held
        gone = dict.fromkeys(key for key in keys if key in held)
        if gone:
            count = len(held)
            _delete(table.open(), gone)
            table.put_ids(without(table.ids(), gone, count=count))

    def update(self, table: Table[T, K], updates: Iterable[Update[K]]) -> None:
        """Change fields of entities that are there, even to what they are."""
        changes = merged(updates, table.held)
        if not changes:
            return
        entities = table.open()
        moved = [self._change(entities, *change) for change in changes.items()]
        if any(moved):
            table.put_ids(list(entities))

    def _change(
        self, entities: MutableMapping[K, T], key: K, changes: Mapping[str, object]
    ) -> bool:
        """Change one entity; say whether that gave it another id."""
        try:
            held = entities[key]
        except KeyError:  # an update before this one gave it another id
            return False
        entity = cast("T", touch(changed(held, changes)))
        new = self._id_of(entity)
        if new == key:
            if entity is not held:
                entities[key] = entity
            return False
        del entities[key]
        entities[new] = entity
        return True

    def upsert(self, table: Table[T, K], entities: Iterable[T]) -> None:
        """Add entities, or put their fields into those with their ids."""
        held = table.held
        added: dict[K, T] = {}
        updates: list[Update[K]] = []
        for entity in entities:
            key = self._id_of(entity)
            if key in held or key in added:
                updates.append({"id": key, "changes": fields_of(entity)})
            else:
                added[key] = entity
        self.add(table, added.values())
        self.update(table, updates)


def _delete(entities: MutableMapping[K, T], keys: Iterable[K]) -> None:
    for key in keys:
        del entities[key]


def without(ids: list[K], gone: Mapping[K, None], *, count: int) -> list[K]:
    """Return ``ids``, which may be changed, without those that are gone.

    Args:
        ids: in order.
        gone: those to be left out.
        count: of the entities that there were. With as many ids, each stands there
            once, so that the first place where one is found is the only one.
    """
    if len(gone) <= FEW and len(ids) == count:
        try:
            for key in gone:
                ids.remove(key)
        except ValueError:  # ids and entities do not agree
            pass
        else:
            return ids
    return list(filterfalse(gone.__contains__, ids))
