"""Makes up types, with values of each."""

from __future__ import annotations

import dataclasses
import typing
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Literal, NamedTuple, Protocol, TypedDict, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.store.plain.examples import (
    LATE,
    Box,
    Colour,
    Pair,
    Right,
    Role,
    Shape,
    Size,
    UserId,
)

__all__ = ("Kind", "json_values", "kinds", "untyped_values")

Values = st.SearchStrategy[object]


class Kind(NamedTuple):
    """A type and what makes values of it.

    Attributes:
        form: the type, as in an annotation.
        values: makes them.
        is_hashable: whether they can stand in a set.
    """

    form: object
    values: Values
    is_hashable: bool = True

    def __repr__(self) -> str:
        return str(self.form)


class _Generic(Protocol):
    def __getitem__(self, arguments: object) -> object: ...


def _of(form: object, *arguments: object) -> object:
    made = cast("_Generic", form)
    return made[arguments[0] if len(arguments) == 1 else arguments]


ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=-3, minutes=-30))]) | (
    st.sampled_from(["Europe/Paris", "America/New_York"]).map(ZoneInfo)
)
FIRST = datetime(1, 1, 2, tzinfo=UTC).replace(tzinfo=None)
LAST = datetime(9999, 12, 30, tzinfo=UTC).replace(tzinfo=None)
MOMENTS = st.builds(
    lambda moment, zone, fold: moment.replace(tzinfo=zone, fold=fold),
    # Away from the ends of time, where an offset has no room.
    st.datetimes(FIRST, LAST) | st.sampled_from([LATE, LATE.replace(month=3, day=29)]),
    ZONES,
    st.sampled_from([0, 1]),
)
TIMES = st.builds(
    lambda clock, zone, fold: clock.replace(tzinfo=zone, fold=fold),
    *(st.times(), ZONES, st.sampled_from([0, 1])),
)
TEXT = st.text(max_size=5) | st.sampled_from(["$", "$type", "$$set", "$jsan", "nan"])
INTEGERS = st.integers() | st.sampled_from([2**53, -(2**53), 2**2100, -(2**2048)])

LEAVES: tuple[tuple[object, Values], ...] = (
    (None, st.none()),
    (bool, st.booleans()),
    (int, INTEGERS),
    (float, st.floats()),
    (str, TEXT),
    (bytes, st.binary(max_size=5)),
    (complex, st.complex_numbers()),
    (range, st.builds(range, st.integers(), st.integers(), st.integers(1, 9))),
    (date, st.dates()),
    (datetime, MOMENTS),
    (time, TIMES),
    (timedelta, st.timedeltas()),
    (timezone, st.just(UTC)),
    (Decimal, st.decimals().filter(lambda number: not number.is_snan())),
    (Fraction, st.fractions()),
    (UUID, st.uuids()),
    (PurePosixPath, st.builds(PurePosixPath, TEXT.map(lambda text: text.strip("\0")))),
    (Colour, st.sampled_from(Colour)),
    (Size, st.sampled_from(Size)),
    (Shape, st.sampled_from(Shape)),
    (Right, st.integers(0, 7).map(Right)),
    (UserId, TEXT.map(UserId)),
    (Literal["a", "$b", 3, Size.LARGE], st.sampled_from(["a", "$b", 3, Size.LARGE])),
    (Pair, st.builds(Pair, INTEGERS, st.just(Decimal("1.0")))),
)
"""Types with no others in them, and values that can be hashed."""


def _many(inner: st.SearchStrategy[Kind]) -> st.SearchStrategy[Kind]:
    return st.one_of(
        inner.map(_list),
        inner.map(_tuple),
        inner.map(_sequence),
        inner.filter(lambda kind: kind.is_hashable).map(_set),
        inner.filter(lambda kind: kind.is_hashable).map(_frozenset),
        st.lists(inner, max_size=3).map(_row),
        st.tuples(st.sampled_from(LEAVES), inner).map(_mapping),
        inner.map(_box),
        st.lists(inner, max_size=3).map(_dataclass),
        st.lists(inner, max_size=3).map(_named_tuple),
        st.lists(inner, max_size=3).map(_typed_dict),
        st.lists(inner, min_size=2, max_size=4).map(_union),
    )


def _list(kind: Kind) -> Kind:
    return Kind(_of(list, kind.form), st.lists(kind.values, max_size=3), False)  # noqa: FBT003


def _tuple(kind: Kind) -> Kind:
    values = st.lists(kind.values, max_size=3).map(tuple)
    return Kind(_of(tuple, kind.form, ...), values, kind.is_hashable)


def _sequence(kind: Kind) -> Kind:
    lists = st.lists(kind.values, max_size=3)
    return Kind(_of(Sequence, kind.form), lists | lists.map(tuple), False)  # noqa: FBT003


def _set(kind: Kind) -> Kind:
    values = st.lists(kind.values, max_size=3).map(set)
    return Kind(_of(set, kind.form), values, False)  # noqa: FBT003


def _frozenset(kind: Kind) -> Kind:
    values = st.lists(kind.values, max_size=3).map(frozenset)
    return Kind(_of(frozenset, kind.form), values)


def _row(kinds: list[Kind]) -> Kind:
    form = _of(tuple, *(kind.form for kind in kinds)) if kinds else tuple[()]
    values = st.tuples(*(kind.values for kind in kinds))
    return Kind(form, values, all(kind.is_hashable for kind in kinds))


def _mapping(parts: tuple[tuple[object, Values], Kind]) -> Kind:
    (key, keys), kind = parts
    values = st.dictionaries(keys, kind.values, max_size=3)
    return Kind(_of(Mapping, key, kind.form), values, False)  # noqa: FBT003


def _box(kind: Kind) -> Kind:
    values = st.builds(Box[object], kind.values, st.lists(kind.values, max_size=2))
    return Kind(_of(Box, kind.form), values, False)  # noqa: FBT003


def _fields(kinds: list[Kind]) -> list[tuple[str, object]]:
    return [(f"f{n}", kind.form) for n, kind in enumerate(kinds)]


def _named(name: str, kinds: list[Kind]) -> str:
    """Name a class by its fields: two of a name in one union cannot be told apart."""
    return f"{name}{zlib.crc32(repr(_fields(kinds)).encode())}"


def _once(make: Callable[[list[Kind]], Kind]) -> Callable[[list[Kind]], Kind]:
    """Make one class only of the same fields."""
    made: dict[str, Kind] = {}

    def make_once(kinds: list[Kind]) -> Kind:
        key = repr(_fields(kinds))
        if key not in made:
            made[key] = make(kinds)
        return made[key]

    return make_once


@_once
def _dataclass(kinds: list[Kind]) -> Kind:
    made = dataclasses.make_dataclass(
        _named("Made", kinds), cast("list[tuple[str, type]]", _fields(kinds))
    )
    values = st.builds(
        cast("Callable[[], object]", made), *(kind.values for kind in kinds)
    )
    return Kind(made, values, False)  # noqa: FBT003


@_once
def _named_tuple(kinds: list[Kind]) -> Kind:
    fields = cast("list[tuple[str, type]]", _fields(kinds))
    made = cast("Callable[[], object]", NamedTuple(_named("Row", kinds), fields))
    values = st.builds(made, *(kind.values for kind in kinds))
    return Kind(made, values, all(kind.is_hashable for kind in kinds))


@_once
def _typed_dict(kinds: list[Kind]) -> Kind:
    make = cast("Callable[[str, dict[str, object]], object]", TypedDict)
    made = make(_named("Typed", kinds), dict(_fields(kinds)))
    parts = {f"f{n}": kind.values for n, kind in enumerate(kinds)}
    # In the order of the class, as the plain form is.
    values = st.fixed_dictionaries(parts).map(
        lambda made: {key: made[key] for key in parts}
    )
    return Kind(made, values, False)  # noqa: FBT003


def _union(kinds: list[Kind]) -> Kind:
    form = _of(typing.Union, *(kind.form for kind in kinds))
    values = st.one_of([kind.values for kind in kinds])
    return Kind(form, values, all(kind.is_hashable for kind in kinds))


def untyped_values() -> Values:
    """Values of any type, as they stand where no annotation tells it."""
    leaves = st.one_of([values for _, values in LEAVES])
    hashable = leaves | st.tuples(leaves) | st.frozensets(leaves, max_size=2)
    return st.recursive(
        hashable,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.lists(inner, max_size=3).map(tuple),
            st.sets(hashable, max_size=3),
            st.dictionaries(TEXT, inner, max_size=3),
            st.dictionaries(hashable, inner, max_size=3),
            st.builds(Box[object], inner),
            st.builds(Role, TEXT, st.none() | MOMENTS, st.sets(TEXT, max_size=2)),
        ),
        max_leaves=8,
    )


def kinds() -> st.SearchStrategy[Kind]:
    """Types of every sort, with values."""
    leaves = st.sampled_from([Kind(form, values) for form, values in LEAVES])
    untyped = st.just(Kind(object, untyped_values(), False))  # noqa: FBT003
    return st.recursive(leaves | untyped, _many, max_leaves=5)


MARKS = (
    "$type",
    "$value",
    "$set",
    "$int",
    "$float",
    "$datetime",
    "$dict",
    "$tuple",
    "$x",
)
WORDS = ("Made", "Box", "1", "nan", "red", "2026-07-25", "0x1f", "P1D", "a", "f0", "op")


def json_values() -> Values:
    """What anybody might send: JSON of every shape, often nearly right."""
    words = st.sampled_from([*MARKS, *WORDS, "tests.store.plain.examples:Role"])
    scalars = st.none() | st.booleans() | INTEGERS | st.floats() | TEXT | words
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(words | TEXT, inner, max_size=4)
        ),
        max_leaves=12,
    )
