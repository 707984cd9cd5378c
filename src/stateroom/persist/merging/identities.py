"""Merges lists of records that have an id: record by record, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, cast

from stateroom.persist.merging.conflicts import ABSENT, Conflict, Merge, Merged
from stateroom.persist.merging.deciding import three_way
from stateroom.persist.merging.families import FAMILIES, Shape
from stateroom.persist.merging.ordering import weave
from stateroom.persist.merging.tables import part

__all__ = ("by_id",)

Records: TypeAlias = "dict[object, object]"


def by_id(key: str = "id") -> Merge:
    """Return a merge for lists of records, each known by its id.

    A record is merged field by field; one that only one side removed is out, unless the
    other side changed it. The paths of conflicts name a record by its id. A list in
    which an id is missing, or there twice, is merged by the rules.

    Args:
        key: the name of the field or key that holds the id.
    """

    def merge(base: object, stored: object, current: object) -> Merged[object]:
        theirs, ours = _records(stored, key), _records(current, key)
        if theirs is None or ours is None:
            return three_way(base, stored, current)
        started = _records(base, key) or {}
        merged = three_way(started, theirs, ours)
        left = merged.value
        ids, is_order_lost = weave(
            started,
            [each for each in theirs if each in left],
            [each for each in ours if each in left],
        )
        records = [left[each] for each in ids]
        order = Conflict("", records, stored, "order")
        return Merged(records, (*merged.conflicts, *([order] if is_order_lost else [])))

    return merge


def _records(side: object, key: str) -> Records | None:
    """Return the records of a list by their ids; None when that cannot be done."""
    if FAMILIES[type(side)].shape is not Shape.LIST:
        return None
    records = list(cast("Iterable[object]", side))
    ids = [part(each, key) for each in records]
    try:
        found = dict(zip(ids, records, strict=True))
    except TypeError:  # an id that is a list
        return None
    return found if len(found) == len(records) and ABSENT not in found else None
