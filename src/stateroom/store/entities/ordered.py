"""The verbs of an adapter that keeps its ids sorted.

New entities are put in by binary search, behind those that compare equal; when an
update moves some, the others stay in their order. That relies on the ids being sorted
before, which they are as long as only the adapter changes what they are sorted by.
"""

from __future__ import annotations

from bisect import bisect_left, insort_right
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Final, TypeVar, cast

from stateroom.store.drafts.producing import current
from stateroom.store.drafts.settling import node_of
from stateroom.store.entities.fields import changed, differs
from stateroom.store.entities.state import LARGE
from stateroom.store.entities.table import Table
from stateroom.store.entities.unsorted import Unsorted, without
from stateroom.store.entities.updates import Update, merged

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

__all__ = ("Ordered",)

K = TypeVar("K")
T = TypeVar("T")

FEW: Final = 100
"""New entities that are always searched a place for, as Redux Toolkit does."""

SEARCHES: Final = 16
"""Comparisons of one binary search, about; for more of them sorting is cheaper."""


class Ordered(Unsorted[T, K]):
    """Changes tables, and keeps their ids sorted."""

    def __init__(
        self,
        select_id: Callable[[T], K],
        *,
        rank: Callable[[T], SupportsRichComparison],
    ) -> None:
        """Sort by what ``rank`` returns for an entity, the smallest first."""
        super().__init__(select_id)
        self._rank = rank

    def _put(self, table: Table[T, K], new: dict[K, T]) -> None:
        table.open(coming=len(new)).update(new)
        table.put_ids(self._inserted(table, new, into=table.ids()))

    def set(self, table: Table[T, K], entities: Iterable[T]) -> None:
        """Put entities in the place of those with their ids, sorted in anew."""
        given = {self._id_of(entity): entity for entity in entities}
        if not given:
            return
        old = dict.fromkeys(key for key in given if key in table.held)
        ids = without(table.ids(), old, count=len(table.held))
        held = table.open(coming=len(given) - len(old))
        for key in old:
            del held[key]
        held.update(given)
        table.put_ids(self._inserted(table, given, into=ids))

    def set_all(self, table: Table[T, K], entities: Iterable[T]) -> None:
        """Put entities in the place of all that there are, sorted."""
        given = {self._id_of(entity): entity for entity in entities}
        ids = sorted(given, key=lambda key: self._rank(given[key]))
        table.replace(given, ids=ids)

    def _ranks(self, table: Table[T, K]) -> Callable[[K], SupportsRichComparison]:
        look = table.look()
        return lambda key: self._rank(look(key))

    def _inserted(
        self, table: Table[T, K], new: Mapping[K, T], *, into: list[K]
    ) -> list[K]:
        """Return the ids with new ones among them; their entities are there already."""
        try:
            return self._merged(table, new, into=into.copy())
        except KeyError:  # an id without an entity, or the error of a sort key
            ids = [key for key in into if key in table.held and key not in new]
            return self._merged(table, new, into=ids)

    def _merged(
        self, table: Table[T, K], new: Mapping[K, T], *, into: list[K]
    ) -> list[K]:
        ranks = self._ranks(table)
        if not into or len(new) > max(FEW, len(into) // SEARCHES):
            return sorted([*into, *new], key=ranks)
        for key in new:
            insort_right(into, key, key=ranks)
        return into

    def update(self, table: Table[T, K], updates: Iterable[Update[K]]) -> None:
        """Change fields of entities that are there; nothing when nothing differs."""
        changes = merged(updates, table.held)
        look = table.look()
        if not any(differs(look(key), each) for key, each in changes.items()):
            return
        before = {key: self._rank(_now(look(key))) for key in changes}
        entities = table.open()
        new_ids = {
            key: self._apply(entities, key, each) for key, each in changes.items()
        }
        if any(key != new for key, new in new_ids.items()):
            ids = _renamed(table.ids(), new_ids)
            table.put_ids(_sorted(ids, table.held, self._ranks(table)))
        else:
            self._sort(table, before)

    def _apply(
        self, entities: MutableMapping[K, T], key: K, changes: Mapping[str, object]
    ) -> K:
        """Change one entity; return the id that it has then."""
        if key not in entities:  # an update before this one gave it another id
            return key
        entity = entities[key]
        if differs(entity, changes):
            entity = cast("T", changed(entity, changes))
        new = self._id_of(entity)
        if new != key:
            del entities[key]
        entities[new] = entity
        return new

    def _sort(
        self, table: Table[T, K], before: Mapping[K, SupportsRichComparison]
    ) -> None:
        """Sort the ids again, given the ranks before of those that may have moved."""
        ranks = self._ranks(table)
        up = [key for key, rank in before.items() if _is_less(rank, ranks(key))]
        down = [key for key, rank in before.items() if _is_less(ranks(key), rank)]
        if not up and not down:
            return
        ids = table.ids()
        if len(ids) <= LARGE or (len(up) + len(down)) * SEARCHES > len(ids):
            table.put_ids(_sorted(ids, table.held, ranks))
            return
        try:
            ids = _moved(ids, (up, down), ranks)
        except (KeyError, ValueError):  # ids and entities do not agree
            ids = _sorted(table.ids(), table.held, ranks)
        table.put_ids(ids)


def _is_less(one: SupportsRichComparison, other: SupportsRichComparison) -> bool:
    return bool(one < other)  # type: ignore[operator] # whatever sorted() takes


def _now(entity: T) -> T:
    """Return what an entity is now, also when it is a draft that is to change."""
    return entity if node_of(entity) is None else current(entity)


def _renamed(ids: list[K], new_ids: Mapping[K, K]) -> dict[K, None]:
    """Return the ids with new ones in the place of the old, each once."""
    for key, new in new_ids.items():
        if key in ids:
            ids[ids.index(key)] = new
    return dict.fromkeys(ids)


def _sorted(
    ids: Iterable[K],
    held: Mapping[K, T],
    ranks: Callable[[K], SupportsRichComparison],
) -> list[K]:
    """Return the ids that there are entities of, sorted."""
    return sorted((key for key in ids if key in held), key=ranks)


def _moved(
    ids: list[K],
    moved: tuple[list[K], list[K]],
    ranks: Callable[[K], SupportsRichComparison],
) -> list[K]:
    """Sort ids in place of which a few have moved, up or down; as a stable sort would.

    One that moved up comes before those of its new rank, as it did before it moved; one
    that moved down comes behind them.
    """
    places = {key: ids.index(key) for keys in moved for key in keys}
    for key in sorted(places, key=places.__getitem__, reverse=True):
        del ids[places[key]]
    up, down = moved
    for key in sorted(up, key=places.__getitem__, reverse=True):
        ids.insert(bisect_left(ids, ranks(key), key=ranks), key)
    for key in sorted(down, key=places.__getitem__):
        insort_right(ids, key, key=ranks)
    return ids
