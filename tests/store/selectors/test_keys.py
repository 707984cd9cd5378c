"""Which arguments a memo takes for the same, value by value."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import fractions
import math
import pathlib
import uuid

import pytest

from stateroom.store.selectors.keys import key_of

BERLIN = dt.timezone(dt.timedelta(hours=1))


class Colour(enum.IntEnum):
    RED = 1


class Loud(str):
    __slots__ = ()


def noon(zone: dt.tzinfo, hour: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1, hour, tzinfo=zone)


ONE_AND_ALL = [
    # pairs of which no two are the same, although many are equal
    1, 1.0, True, 1 + 0j, decimal.Decimal(1), decimal.Decimal("1.0"),
    fractions.Fraction(1), Colour.RED, "1", b"1", Loud("1"),
    0, 0.0, -0.0, False, "", b"", None, ..., (), (0,), 0j, -0j,
    math.inf, -math.inf, range(0), range(1, 1),
    noon(dt.UTC, 11), noon(BERLIN, 12),
    dt.date(2026, 1, 1), dt.datetime(2026, 1, 1),  # noqa: DTZ001
    pathlib.PurePosixPath("1"), uuid.UUID(int=1), int, str,
]  # fmt: skip

MADE_TWICE = [
    (int("1000000"), int("1000000")),
    (float("nan"), float("nan")),
    (math.nan, float("nan")),
    (float("0.1"), float("0.1")),
    (complex("nan"), complex("nan")),
    (str(b"ab", "ascii"), str(b"ab", "ascii")),
    (bytes([1, 200]), bytes([1, 200])),
    (decimal.Decimal("1.10"), decimal.Decimal("1.10")),
    (decimal.Decimal("sNaN"), decimal.Decimal("sNaN")),  # it cannot be hashed
    (fractions.Fraction(1, 3), fractions.Fraction(2, 6)),
    (dt.date(2026, 1, 1), dt.date(2026, 1, 1)),
    (noon(BERLIN, 12), noon(BERLIN, 12)),
    (dt.timedelta(hours=1), dt.timedelta(minutes=60)),
    (uuid.UUID(int=7), uuid.UUID(int=7)),
    (pathlib.PurePosixPath("a/b"), pathlib.PurePosixPath("a/b")),
    (slice(1, 2), slice(1, 2)),  # nor can this, before Python 3.12
]

ALIKE = [
    ([], []),
    ({}, {}),
    ({1}, {1}),
    (frozenset({1}), frozenset({True})),
    (tuple("ab"), tuple("ab")),
    (object(), object()),
    (Loud("a"), Loud("a")),
    ([].append, [].append),
]


def test_no_two_values_that_can_be_told_apart_have_one_key() -> None:
    keys = {key_of((value,), {}) for value in ONE_AND_ALL}
    assert len(keys) == len(ONE_AND_ALL)


@pytest.mark.parametrize(("first", "second"), MADE_TWICE)
def test_a_scalar_made_twice_has_one_key(first: object, second: object) -> None:
    assert key_of((first,), {}) == key_of((second,), {})
    assert hash(key_of((first,), {})) == hash(key_of((second,), {}))


@pytest.mark.parametrize(("first", "second"), ALIKE)
def test_objects_are_never_compared_by_content(first: object, second: object) -> None:
    assert key_of((first,), {}) != key_of((second,), {})


def test_an_object_that_lies_about_its_class_is_an_object() -> None:
    class Twin:
        @property  # type: ignore[misc] # as frozen dataclasses do
        def __class__(self) -> type[int]:  # type: ignore[override]
            return int

    twin = Twin()
    assert key_of((twin,), {}) == (id(twin),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (key_of((1,), {"a": 2}), key_of((1, 2), {})),
        (key_of((1, "a"), {}), key_of((), {"a": 1})),
        (key_of((), {"a": 1, "b": 2}), key_of((), {"a": 2, "b": 1})),
        (key_of((), {"a": 1}), key_of((), {"b": 1})),
        (key_of((), {}), key_of((None,), {})),
    ],
)
def test_named_arguments_are_told_from_others(one: object, other: object) -> None:
    assert one != other
