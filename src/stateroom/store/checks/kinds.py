"""What a value of a state is to the checks: a container, an object, or neither."""

from __future__ import annotations

import collections
import enum
import types
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import cast

from stateroom.store.drafts.nodes import Name, field_names
from stateroom.store.drafts.tables import FROZEN, SCALARS

__all__ = ("is_container", "is_frozen_kind", "is_opaque", "parts")

MEMBER = Name("<member>")
"""The step to a member of a set, which has no place of its own."""

NO_STATE = (*SCALARS, enum.Enum, types.ModuleType, types.CodeType, types.TracebackType)
"""What is never changed by a reducer, or is no business of the store."""


def is_container(value: object) -> bool:
    """Say whether a value holds others: a mapping, sequence, set or record."""
    if isinstance(value, Mapping | list | tuple | AbstractSet | collections.deque):
        return True
    return bool(field_names(value))


def is_frozen_kind(value: object) -> bool:
    """Say whether a container cannot be changed itself, whatever it holds."""
    return type(value) in FROZEN or isinstance(value, tuple | frozenset)


def is_opaque(value: object) -> bool:
    """Say whether a value is an object that the store does not know how to freeze."""
    if isinstance(value, NO_STATE) or is_container(value) or is_frozen_kind(value):
        return False
    return hasattr(value, "__dict__") or bool(_slots(value))


def parts(value: object) -> Iterator[tuple[object, object]]:
    """Yield what a container or an object holds, with the step that leads to it."""
    if isinstance(value, Mapping):
        yield from cast("Mapping[object, object]", value).items()
    elif isinstance(value, list | tuple | collections.deque):
        yield from enumerate(cast("list[object]", value))
    elif isinstance(value, AbstractSet):
        yield from ((MEMBER, member) for member in cast("AbstractSet[object]", value))
    else:
        yield from _attributes(value)


def _attributes(value: object) -> Iterator[tuple[object, object]]:
    names = [*field_names(value)] or [*getattr(value, "__dict__", ()), *_slots(value)]
    for name in names:
        if hasattr(value, name):
            yield Name(name), getattr(value, name)


def _slots(value: object) -> list[str]:
    found: list[str] = []
    for kind in type(value).__mro__:
        slots: str | tuple[str, ...] = vars(kind).get("__slots__", ())
        found += [slots] if isinstance(slots, str) else slots
    return [name for name in found if name not in {"__dict__", "__weakref__"}]
