"""Merges tables of entities: by entity, and the ids always name those that there are.

A table is an ``EntityState``, or anything else with ``ids`` and ``entities`` that agree
with each other: what an entity adapter can keep.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from stateroom.persist.merging.conflicts import ABSENT
from stateroom.persist.merging.families import FAMILIES, Shape, as_dict
from stateroom.persist.merging.mappings import settle_mapping, steps_of_mapping
from stateroom.persist.merging.ordering import weave
from stateroom.persist.merging.records import settle_record, steps_of_record
from stateroom.persist.merging.sameness import same
from stateroom.persist.merging.walking import (
    BOTH,
    CURRENT,
    NEITHER,
    STORED,
    Place,
    Sides,
    Step,
    Walk,
    picked,
)
from stateroom.store.drafts import freeze
from stateroom.store.drafts.nodes import Name
from stateroom.store.entities import EntityState

__all__ = ("IDS", "entities_of", "is_table", "merge_tables", "part")

IDS: Final = "ids"
ENTITIES: Final = "entities"


def part(state: object, name: str) -> object:
    """Return what a state has under a name; ``ABSENT`` when it has nothing."""
    if isinstance(state, dict):
        return cast("object", state.get(name, ABSENT))
    is_record = FAMILIES[type(state)].shape is Shape.RECORD
    return getattr(state, name, ABSENT) if is_record else ABSENT


def entities_of(table: object) -> dict[object, object]:
    """Return the entities of a table, each by its id."""
    return as_dict(part(table, ENTITIES))


def is_table(state: object) -> bool:
    """Say whether a state is a table of entities."""
    ids, entities = part(state, IDS), part(state, ENTITIES)
    is_shaped = FAMILIES[type(entities)].shape is Shape.MAPPING
    if not isinstance(ids, list) or not is_shaped:
        return False
    try:
        known = set(ids)
    except TypeError:  # not the ids of anything
        return False
    if FAMILIES[type(state)] is FAMILIES[EntityState]:
        return True
    return len(known) == len(ids) and known == as_dict(entities).keys()


def merge_tables(sides: Sides, place: Place, walk: Walk) -> Step:
    """Merge tables, and whatever else the state has beside its two fields."""
    is_record = FAMILIES[type(sides.current)].shape is Shape.RECORD
    steps_of = steps_of_record if is_record else steps_of_mapping
    steps = steps_of(sides, place, walk, later=IDS)
    entities, _ = steps.get(ENTITIES, (part(sides.current, ENTITIES), BOTH))
    steps[IDS] = _merge_ids(sides, as_dict(entities), Place(place, Name(IDS)), walk)
    if is_record:
        return settle_record(sides, steps)
    return settle_mapping(sides, steps, place, walk)


def _merge_ids(
    sides: Sides, entities: dict[object, object], place: Place, walk: Walk
) -> Step:
    """Return the ids of ``entities``, in an order that both sides can recognise."""
    three = Sides(*(part(each, IDS) for each in sides))
    if walk.has_merge(place):
        merged, _ = walk.merge(three, place)
        ids = _ids(merged, entities)
    else:
        base, stored, current = (_left(each, entities) for each in sides)
        ids, is_order_lost = weave(base, stored, current)
        if is_order_lost:
            walk.report(place, kept=ids, lost=three.stored, kind="order")
    agree = STORED if same(ids, three.stored) else NEITHER
    agree |= CURRENT if same(ids, three.current) else NEITHER
    return picked(three, agree) or (freeze(ids), NEITHER)


def _ids(ids: object, entities: dict[object, object]) -> list[object]:
    """Return those ids that there are entities of, and then those that are missing."""
    known = (key for key in cast("Iterable[object]", ids) if key in entities)
    return list({**dict.fromkeys(known), **dict.fromkeys(entities)})


def _left(state: object, entities: dict[object, object]) -> list[object]:
    """Return the ids of one side, of which some may have no entity any more."""
    if not is_table(state):
        return []
    ids = _ids(part(state, IDS), entities_of(state))
    return [key for key in ids if key in entities]
