"""Merges what two sides made of one value, and reports what got lost.

At hydration the sides are what was stored and what the state became since it was
initialised; with several writers, what another one wrote and what is ours. ``base`` is
what both started from. Nothing that either side did is dropped without a ``Conflict``.

* Both sides the same: that, as the very object of the current side. Only a counter that
  both sides made the same has counted twice.
* Only one side changed it: what that side has, as the very object.
* A field with a merge of its own: what that says; see ``Merge``.
* Values of different classes, not both scalars: the current one wins, conflict
  ``class``. A base of another class than both counts as none.
* Scalars, and objects of unknown classes: the current one wins, conflict ``changed``.
  1, 1.0 and True are three values, NaN is one value; of an unknown class only an ``==``
  that answers True counts.
* Dataclasses and Structs: field by field, into an instance of the class.
* Mappings: key by key, where absence counts as a value. What one side deleted and the
  other changed stays as it was changed, conflict ``deleted``; what both added is merged
  without a base. First the stored keys in their order, then those that are ours.
* Tables of entities: by entity, as mappings. The ids name exactly the entities that are
  there, in an order that is found as that of a list.
* Sets: what either side has, without what either side removed.
* Lists without duplicates: as sets, in the order of the side that moved something, and
  else in the stored one. What only the other side added stands at the front or at the
  end as it did there, and else before what followed it there. When both ordered the
  same elements, and not alike, the current order wins, conflict ``order``. When both
  put another record, mapping, list or set in the place of the same one, the current
  one wins, conflict ``changed``.
* Lists with duplicates: when both put something at an end, the base with all of it, the
  stored tail before ours. Else the current list wins, conflict ``changed``.
* Tuples: of one length position by position, else as lists.

Records in a list are compared as wholes: which field is their id is not guessed, but
``by_id`` can be told. The order of the keys of a mapping is no change. Values that are
nested as deep as ``to_plain`` allows, 100 levels, are merged.

Example::

    merged = three_way(base, stored, current, merges={"visits": add_numbers})
    for conflict in merged.conflicts:
        print(conflict)
"""

from __future__ import annotations

from stateroom.persist.merging.choices import keep_current, keep_stored, newest
from stateroom.persist.merging.conflicts import (
    ABSENT,
    Absent,
    Conflict,
    ConflictKind,
    Merge,
    Merged,
)
from stateroom.persist.merging.counters import add_numbers
from stateroom.persist.merging.deciding import three_way
from stateroom.persist.merging.identities import by_id
from stateroom.persist.merging.sharing import shared
from stateroom.persist.merging.sorting import sorted_by
from stateroom.persist.merging.unions import union

__all__ = (
    "ABSENT",
    "Absent",
    "Conflict",
    "ConflictKind",
    "Merge",
    "Merged",
    "add_numbers",
    "by_id",
    "keep_current",
    "keep_stored",
    "newest",
    "shared",
    "sorted_by",
    "three_way",
    "union",
)
