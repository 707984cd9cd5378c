"""Merges dataclass instances and Structs field by field.

The result is an instance of their class, made by a draft: nothing that the class does
in ``__init__`` or ``__post_init__`` happens again.
"""

from __future__ import annotations

from stateroom.persist.merging.conflicts import ABSENT
from stateroom.persist.merging.families import FAMILIES
from stateroom.persist.merging.mappings import Steps, agreed
from stateroom.persist.merging.walking import (
    CURRENT,
    NEITHER,
    STORED,
    Place,
    Sides,
    Step,
    Walk,
    picked,
)
from stateroom.store.drafts import produce
from stateroom.store.drafts.nodes import Name

__all__ = ("merge_records", "settle_record", "steps_of_record")


def merge_records(sides: Sides, place: Place, walk: Walk) -> Step:
    """Merge records of one class."""
    return settle_record(sides, steps_of_record(sides, place, walk))


def steps_of_record(
    sides: Sides, place: Place, walk: Walk, *, later: str | None = None
) -> Steps:
    """Merge each field that differs, but not yet ``later``."""
    steps: Steps = {}
    counted = walk.counted(place)
    for name in FAMILIES[type(sides.current)].names:
        three = Sides(*(_field(each, name) for each in sides))
        if name == later:
            continue
        if three.stored is not three.current or name in counted:
            steps[name] = _step(three, Place(place, Name(name)), walk)
    return steps


def _field(side: object, name: str) -> object:
    return ABSENT if side is ABSENT else getattr(side, name, ABSENT)


def _step(three: Sides, place: Place, walk: Walk) -> Step:
    # A field that was never set is not one that was deleted: that does not happen.
    if three.current is ABSENT:
        return three.stored, STORED
    if three.stored is ABSENT:
        return three.current, CURRENT
    return walk.merge(three, place)


def settle_record(sides: Sides, steps: Steps) -> Step:
    """Return the record that the fields make."""
    changes = {
        str(name): value
        for name, (value, agree) in steps.items()
        if not agree & CURRENT and value is not ABSENT
    }

    def change(draft: object) -> None:
        for name, value in changes.items():
            setattr(draft, name, value)

    step = picked(sides, agreed(steps))
    return step or (produce(sides.current, change), NEITHER)
