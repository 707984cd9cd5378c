"""Merges lists and tables that are kept sorted, and sorts the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar, cast

from stateroom.persist.merging.conflicts import Merge, Merged
from stateroom.persist.merging.deciding import three_way
from stateroom.persist.merging.families import FAMILIES, Shape
from stateroom.persist.merging.tables import IDS, entities_of, is_table, part
from stateroom.store.drafts import freeze, produce

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

__all__ = ("sorted_by",)

T = TypeVar("T")


def sorted_by(rank: Callable[[T], SupportsRichComparison]) -> Merge:
    """Return a merge for what is kept sorted: a list, or the table of an adapter.

    It is merged by the rules, and sorted after that; an order is never in conflict.

    Args:
        rank: what elements or entities are sorted by, e.g. the adapter's ``sort_key``.
    """
    order = cast("Callable[[object], SupportsRichComparison]", rank)

    def merge(base: object, stored: object, current: object) -> Merged[object]:
        merged = three_way(base, stored, current)
        own = ("", IDS) if is_table(merged.value) else ("",)
        conflicts = tuple(
            each
            for each in merged.conflicts
            if each.kind != "order" or each.path not in own
        )
        return Merged(_sorted(merged.value, order), conflicts)

    return merge


def _sorted(value: object, rank: Callable[[object], SupportsRichComparison]) -> object:
    if FAMILIES[type(value)].shape is Shape.LIST:
        return freeze(sorted(cast("Iterable[object]", value), key=rank))
    if not is_table(value):
        return value
    entities = entities_of(value)
    ids = cast("Iterable[object]", part(value, IDS))
    order = sorted(ids, key=lambda key: rank(entities[key]))

    def change(draft: object) -> None:
        if isinstance(draft, dict):
            draft[IDS] = order
        else:
            setattr(draft, IDS, order)

    return produce(value, change)
