"""How the members of a union are told apart, and when that needs a mark."""

from __future__ import annotations

import typing
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Generic, Literal, Protocol, TypedDict, TypeVar, cast
from uuid import UUID

import pytest

from stateroom.errors import NotPlain
from stateroom.store.drafts import freeze
from stateroom.store.plain import from_plain, to_plain
from stateroom.store.plain.compiling import Compiler
from stateroom.store.undefined import UNDEFINED, Undefined
from tests.store.plain.exactly import exact
from tests.store.plain.examples import (
    LATE,
    Add,
    Box,
    Cat,
    Colour,
    Dog,
    Pair,
    Remove,
    Role,
    Size,
    UserId,
)

T = TypeVar("T")


class _Union(Protocol):
    def __getitem__(self, members: tuple[object, ...]) -> object: ...


@dataclass
class Started:
    kind: Literal["started"]
    at: date


@dataclass
class Stopped:
    kind: Literal["stopped", "killed"]
    at: date


class Typed(TypedDict):
    name: str


class Other(TypedDict):
    name: int


class Namespace:
    """A second class that is called Cat."""

    @dataclass
    class Cat:
        name: str


MARKS: list[tuple[object, object, object]] = [
    (int | None, 1, 1),
    (date | None, date.min, "0001-01-01"),
    (Role | None, Role("a"), {"title": "a", "since": None, "tags": []}),
    (bool | int | float | str | None, True, True),
    (bool | int | float | str | None, 1, 1),
    (bool | int | float | str | None, 1.0, 1.0),
    (int | float, 2**60, {"$int": "1152921504606846976"}),
    (date | str, "a", "a"),
    (date | str, date.min, {"$date": "0001-01-01"}),
    (date | datetime, date.min, {"$date": "0001-01-01"}),
    (date | datetime, LATE, {"$datetime": "2026-10-25T02:30:00+02:00[Europe/Paris]"}),
    (date | int, date.min, "0001-01-01"),
    (Decimal | UUID | None, Decimal(1), {"$decimal": "1"}),
    (list[int] | dict[str, int], [1], [1]),
    (list[int] | tuple[int, ...], (1,), {"$tuple": [1]}),
    (list[int] | tuple[int, ...], [1], [1]),
    (set[int] | frozenset[int], {1}, {"$set": [1]}),
    (set[int] | set[str], {"a"}, {"$type": "set[str]", "$value": ["a"]}),
    (list[int] | list[float], [1], {"$type": "list[int]", "$value": [1]}),
    (list[int] | list[float], [1.5], {"$type": "list[float]", "$value": [1.5]}),
    (
        list[str] | list[UserId],
        [UserId("a")],
        {"$type": "list[UserId]", "$value": ["a"]},
    ),
    (Sequence[int] | set[int], (1,), {"$tuple": [1]}),
    (Sequence[int] | Sequence[str], ["a"], {"$type": "list[str]", "$value": ["a"]}),
    (Cat | dict[str, str], {"name": "a", "$b": "c"}, {"name": "a", "$$b": "c"}),
    (Cat | dict[str, str], Cat("a"), {"$type": "Cat", "name": "a"}),
    (Cat | Pair, Pair(1), {"$type": "Pair", "left": 1, "right": "0"}),
    (Typed | dict[str, int], {"name": "a"}, {"$type": "Typed", "name": "a"}),
    (Typed | dict[str, int], {"name": 1}, {"name": 1}),
    (Typed | Other, {"name": 1}, {"$type": "Other", "name": 1}),
    (
        Box[int] | Box[str],
        Box("a"),
        {"$type": "Box[str]", "content": "a", "others": []},
    ),
    (Colour | str, "red", "red"),
    (Colour | str, Colour.RED, {"$type": "Colour", "$value": "red"}),
    (Colour | Size, Colour.RED, "red"),
    (Size | int, Size.LARGE, {"$type": "Size", "$value": 2}),
    (UserId | str, UserId("a"), {"$type": "UserId", "$value": "a"}),
    (Literal["a", "b"] | date, "a", "a"),
    (Literal["a", "b"] | date, date.min, {"$date": "0001-01-01"}),
    (Literal["a"] | str, "b", "b"),  # noqa: PYI051 - as somebody may write it
    (Literal["a", "b"] | None, "b", "b"),
    (Literal["red", Colour.RED], Colour.RED, {"$type": "Colour", "$value": "red"}),
    (Literal[1, True], True, True),
    (Literal[1, True], 1, 1),
    (
        Started | Stopped,
        Stopped("killed", date.min),
        {"kind": "killed", "at": "0001-01-01"},
    ),
    (
        Box[Literal["a"]] | Box[Literal["b"]],
        Box("b", ["b"]),
        {"content": "b", "others": ["b"]},
    ),
    (Add | Remove | None, {"op": "remove"}, {"op": "remove"}),
    (str | Undefined, UNDEFINED, {"$word": "UNDEFINED"}),
    (
        dict[str, int] | dict[int, int],
        {1: 1},
        {"$type": "dict[int, int]", "$value": {"1": 1}},
    ),
    (dict[tuple[int], int] | list[int], {(1,): 1}, {"$dict": [[[1], 1]]}),
    (timedelta | list[timedelta | str], [timedelta()], [{"$timedelta": "PT0S"}]),
    (OrderedDict[str, int] | dict[str, int], {"a": 1}, {"a": 1}),
    (OrderedDict[str, int] | None, OrderedDict(a=1), {"a": 1}),
    (object | int, {1}, {"$set": [1]}),
    (Mapping[str, int] | None, {"a": 1}, {"a": 1}),
]


@pytest.mark.parametrize(("kind", "value", "plain"), MARKS)
def test_a_member_is_marked_only_if_another_looks_the_same(
    kind: object, value: object, plain: object
) -> None:
    assert exact(to_plain(value, kind=kind)) == exact(plain)
    assert exact(from_plain(kind, plain)) == exact(value)


@pytest.mark.parametrize(
    ("members", "value"),
    [
        ((Cat, Dog, dict[str, str]), Dog("a")),
        ((list[int], list[str], list[date]), []),
        ((Typed, Other, dict[str, object]), {"name": 1}),
        ((date, datetime, str), "a"),
    ],
)
def test_the_order_of_the_members_does_not_matter(
    members: tuple[object, ...], value: object
) -> None:
    forms = []
    for each in permutations(members):
        # A codec of its own for each: equal unions share the one that was made first.
        compiler = Compiler()
        union = cast("_Union", typing.Union)[each]
        forms.append(compiler.codec(union).encode(value, 10))
    assert forms == [forms[0]] * len(forms)


def test_an_integer_in_the_place_of_a_float_comes_back_as_a_float() -> None:
    assert exact(to_plain(3, kind=float | str)) == exact(3.0)
    assert exact(to_plain(bool(1), kind=list[float] | float)) == exact(1.0)


def test_two_classes_of_one_name_are_marked_with_their_modules() -> None:
    plain = to_plain(Namespace.Cat("a"), kind=Cat | Namespace.Cat)
    home = f"{__name__}:Namespace.Cat"
    assert plain == {"$type": home, "name": "a"}
    assert from_plain(Cat | Namespace.Cat, plain) == Namespace.Cat("a")


def test_two_classes_of_one_name_and_module_cannot_be_told_apart() -> None:
    made = [make_dataclass("made", [("name", str)]) for _ in range(2)]
    kind = cast("_Union", typing.Union)[made[0], made[1]]
    with pytest.raises(NotPlain, match=r"found two members called \S+:made"):
        to_plain(made[0]("a"), kind=kind)
    for each in made:
        assert from_plain(each, {"name": "a"}) == each("a")


def test_a_record_may_carry_its_own_mark_where_it_needs_none() -> None:
    for name in ("Cat", "tests.store.plain.examples:Cat"):
        assert from_plain(Cat, {"$type": name, "name": "a"}) == Cat("a")
        assert from_plain(Cat | None, {"$type": name, "name": "a"}) == Cat("a")


def test_a_float_written_by_javascript_may_have_lost_its_point() -> None:
    assert exact(from_plain(float | str, 1)) == exact(1.0)
    assert exact(from_plain(float, 1)) == exact(1.0)


def test_a_union_takes_frozen_values_of_its_members() -> None:
    kind = list[int] | dict[str, list[int]] | Cat | None
    for value in ([1], {"a": [1]}, Cat("a")):
        assert to_plain(freeze(value), kind=kind) == to_plain(value, kind=kind)


def test_the_members_of_an_enumeration_are_all_that_a_literal_of_them_takes() -> None:
    kind = Literal[Colour.RED]
    assert from_plain(kind, "red") is Colour.RED
    with pytest.raises(NotPlain, match=r"expected Literal\[Colour\.RED\]"):
        from_plain(kind, "$")
    with pytest.raises(NotPlain, match=r"expected Literal\[Colour\.RED\]"):
        to_plain(Colour.COST, kind=kind)


@dataclass
class Nested(Generic[T]):
    inner: Nested[list[int]] | Nested[list[str]] | T | None = None


def test_a_generic_class_may_contain_other_versions_of_itself() -> None:
    value = Nested[int](Nested(Nested(["a"])))
    plain = to_plain(value, kind=Nested[int])
    assert from_plain(Nested[int], plain) == value
