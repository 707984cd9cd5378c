"""Says whether two values are the same, in all that a state can hold.

``==`` will not do: to it True, 1 and 1.0 are equal and NaN is not itself, fields that a
dataclass does not compare do not count, and a class may answer anything or raise.
Containers are the same when their parts are, whatever a class says of itself. The order
of keys does not count, as it does not for dicts.
"""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias, cast

from stateroom.persist.merging.conflicts import ABSENT
from stateroom.persist.merging.families import (
    FAMILIES,
    Family,
    Shape,
    as_dict,
    fields_of,
)
from stateroom.store.drafts.tables import EXACT, is_same

__all__ = (
    "Token",
    "are_spelled_alike",
    "is_hashable",
    "same",
    "token",
    "tokens",
)

Token: TypeAlias = object
"""A hashable value that is equal to another one when what they stand for is the same.

Text stands for itself.
"""

Pairs: TypeAlias = "list[tuple[object, object]]"

_BY_TEXT: Final = frozenset(
    {float, complex, decimal.Decimal, dt.datetime, dt.time, slice}
)
"""Leaves that may be equal and yet show another value, or none equal to itself."""


def same(one: object, other: object) -> bool:
    """Say whether two values are the same, however deep they are nested."""
    pending: Pairs = [(one, other)]
    while pending:
        before, after = pending.pop()
        if before is after:
            continue
        family = FAMILIES[type(before)]
        if family is not FAMILIES[type(after)]:
            return False
        parts = _PARTS[family.shape](before, after)
        if parts is None:
            return False
        pending += parts
    return True


def _parts_of_leaf(one: object, other: object) -> Pairs | None:
    return [] if is_same(one, other) else None


def _parts_of_other(one: object, other: object) -> Pairs | None:
    return [] if _says_equal(one, other) else None


def _says_equal(one: object, other: object) -> bool:
    if type(one) is not type(other):
        return False
    try:
        # An array answers with an array, which is no yes.
        return (one == other) is True
    except Exception:  # whatever a class raises, it has not said yes
        return False


def _parts_of_mapping(one: object, other: object) -> Pairs | None:
    before, after = as_dict(one), as_dict(other)
    if len(before) != len(after):
        return None
    found = _open((value, after.get(key, ABSENT)) for key, value in before.items())
    if found is None or not are_spelled_alike(before, after):
        return None
    return found


def _open(pairs: Iterable[tuple[object, object]]) -> Pairs | None:
    """Return the pairs that must be looked at; None when one of them differs."""
    found: Pairs = []
    for pair in pairs:
        before, after = pair
        if before is after:
            continue
        kind = type(before)
        if kind is not type(after) or kind not in EXACT:
            found.append(pair)
        elif before != after:
            return None
    return found


def are_spelled_alike(one: dict[object, object], other: dict[object, object]) -> bool:
    """Say whether keys that are equal are the same, as 1 and True are not."""
    kinds = {*map(type, one), *map(type, other)}
    if _are_exact(kinds):
        return True
    return {token(key) for key in one} == {token(key) for key in other}


def _are_exact(kinds: AbstractSet[type]) -> bool:
    return len(kinds) < 2 and kinds <= EXACT  # noqa: PLR2004 - one, or none


def _parts_of_record(one: object, other: object) -> Pairs | None:
    family = FAMILIES[type(one)]
    return _open(zip(fields_of(one, family), fields_of(other, family), strict=True))


def _parts_of_sequence(one: object, other: object) -> Pairs | None:
    before = cast("list[object]", one)
    after = cast("list[object]", other)
    if len(before) != len(after):
        return None
    return _open(zip(before, after, strict=True))


def _parts_of_set(one: object, other: object) -> Pairs | None:
    before = cast("AbstractSet[object]", one)
    after = cast("AbstractSet[object]", other)
    if len(before) != len(after):
        return None
    return [] if tokens(before).keys() == tokens(after).keys() else None


_PARTS: dict[Shape, Callable[[object, object], Pairs | None]] = {
    Shape.LEAF: _parts_of_leaf,
    Shape.LIST: _parts_of_sequence,
    Shape.MAPPING: _parts_of_mapping,
    Shape.OTHER: _parts_of_other,
    Shape.RECORD: _parts_of_record,
    Shape.SET: _parts_of_set,
    Shape.TUPLE: _parts_of_sequence,
}
"""The pairs of parts that must be the same; None when the two differ anyway."""


# --------------------------------------------------------------------- tokens


class _Opaque:
    """Stands for an object of an unknown class, and trusts it as little as it can."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Opaque):
            return False
        return self._value is other._value or _says_equal(self._value, other._value)

    def __hash__(self) -> int:
        try:
            return hash(self._value)
        except Exception:  # as above
            return hash(type(self._value))


def token(value: object) -> Token:
    """Return what stands for ``value`` in a set or as a key."""
    kind = type(value)
    if kind is str:
        return value
    if kind in EXACT:
        return kind, value
    family = FAMILIES[kind]
    if family.shape is Shape.LEAF:
        return kind, repr(value) if kind in _BY_TEXT else value
    if family.shape is Shape.OTHER:
        return kind, _Opaque(value)
    return family.kind, _inside(value, family)


def _inside(value: object, family: Family) -> Token:
    if family.shape is Shape.RECORD:
        return tuple([token(held) for held in fields_of(value, family)])
    if family.shape is Shape.MAPPING:
        pairs = as_dict(value).items()
        return frozenset([(token(key), token(held)) for key, held in pairs])
    held = [token(each) for each in cast("Iterable[object]", value)]
    return frozenset(held) if family.shape is Shape.SET else tuple(held)


def tokens(values: Iterable[object]) -> dict[Token, object]:
    """Return the values by what stands for them: members of a set, or keys."""
    held = list(values)
    if set(map(type, held)) <= {str}:
        return dict(zip(held, held, strict=True))
    return {token(value): value for value in held}


def is_hashable(value: object) -> bool:
    """Say whether an object of an unknown class is found among others quickly."""
    if FAMILIES[type(value)].shape is not Shape.OTHER:
        return True
    try:
        hash(value)
    except Exception:  # as above
        return False
    return True
