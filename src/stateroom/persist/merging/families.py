"""What a value is to a merge: a leaf, or something whose parts are merged.

Values of one family are merged with each other: a dict, a frozen one and a persistent
map are, and so are an instance of a class and its frozen twin. Values of different
families are not.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, cast

from stateroom.persist.merging.conflicts import ABSENT

# The kinds of drafts, by which records are known, register themselves.
from stateroom.store.drafts import freeze
from stateroom.store.drafts.frozen import frozen_dict
from stateroom.store.drafts.objects import of_class
from stateroom.store.drafts.tables import FROZEN, LEAVES, SETTLERS
from stateroom.store.drafts.twins import Twins
from stateroom.store.persistent import PersistentMap

__all__ = ("FAMILIES", "Family", "Shape", "as_dict", "fields_of", "frozen")


class Shape(enum.Enum):
    """How a value is taken apart."""

    LEAF = "leaf"
    LIST = "list"
    MAPPING = "mapping"
    OTHER = "other"
    """An object of a class that state does not know: compared, never taken apart."""
    RECORD = "record"
    SET = "set"
    TUPLE = "tuple"


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Values that are merged with each other; there is one object of each family.

    Attributes:
        shape: how they are taken apart.
        kind: the class that stands for all of theirs.
        names: of the fields of a record or named tuple, in order.
        read: reads the fields of a record, two at least.
    """

    shape: Shape
    kind: type
    names: tuple[str, ...] = ()
    read: Callable[[object], object] = lambda _: ()


_PLAIN: Final[dict[type, Family]] = {
    dict: Family(Shape.MAPPING, dict),
    list: Family(Shape.LIST, list),
    set: Family(Shape.SET, set),
    frozenset: Family(Shape.SET, frozenset),
}


class _Families(dict[type, Family]):
    """Families by class. Asking for an unknown class classifies it."""

    def __missing__(self, kind: type) -> Family:
        self[kind] = family = _family_of(kind)
        return family


FAMILIES: dict[type, Family] = _Families(_PLAIN)
"""The family of each class, by ``type(value)``."""


def _family_of(kind: type) -> Family:
    if kind in LEAVES:
        return Family(Shape.LEAF, kind)
    if issubclass(kind, PersistentMap):
        return _PLAIN[dict]
    for base in (dict, list, set):
        if issubclass(kind, base) and not dataclasses.is_dataclass(kind):
            return _PLAIN[base]
    twins = _twins_of(kind)
    if twins is not None:
        is_twin = kind is not twins.kind
        known = FAMILIES[twins.kind] if is_twin else None
        return known or _of_records(kind, twins.names)
    if kind is tuple or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        return Family(Shape.TUPLE, kind, getattr(kind, "_fields", ()))
    return Family(Shape.OTHER, kind)


def _of_records(kind: type, names: tuple[str, ...]) -> Family:
    read = attrgetter(*names) if names else lambda _: ()
    return Family(Shape.RECORD, kind, names, read)


def _twins_of(kind: type) -> Twins | None:
    # Looking it up classifies a class that was never met.
    _ = SETTLERS[kind]
    return of_class(kind)


def as_dict(value: object) -> dict[object, object]:
    """Return a dict with the content of a mapping: itself when it is a dict."""
    if isinstance(value, dict):
        return value
    # Its pairs are read much faster at once than key by key.
    return dict(cast("Mapping[object, object]", value).items())


def fields_of(record: object, family: Family) -> tuple[object, ...]:
    """Return the fields of a record in order; ``ABSENT`` for what was never set."""
    try:
        # Several names are read at once in half the time; one gives no tuple.
        if len(family.names) > 1:
            return cast("tuple[object, ...]", family.read(record))
    except AttributeError:
        pass
    return tuple([getattr(record, name, ABSENT) for name in family.names])


def frozen(content: dict[object, object], *, like: object, other: object) -> object:
    """Return a frozen mapping of what was in the mappings ``like`` and ``other``.

    It is a persistent one when either of the two is.
    """
    if isinstance(like, PersistentMap) or isinstance(other, PersistentMap):
        return freeze(PersistentMap(content))
    if type(like) in FROZEN and type(other) in FROZEN:
        return frozen_dict(content)
    return freeze(content)
