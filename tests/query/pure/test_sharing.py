"""Sharing: what an answer brings keeps the identity of what it is the same as."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import DraftMisuse
from stateroom.query.sharing import share
from stateroom.store import PersistentMap, create_draft, freeze, is_frozen, thaw
from tests.query.pure.kinds import Colour, Filter, Job, Other, Point


class City(msgspec.Struct):
    name: str
    parts: list[str]


def part(value: object, *path: object) -> object:
    for step in path:
        if isinstance(step, str) and not isinstance(value, Mapping):
            value = cast("object", getattr(value, step))
        else:
            value = cast("dict[object, object]", value)[step]
    return value


# ----------------------------------------------------------- the same is the old

ALIKE: list[object] = [
    {"a": [1, {"b": None}], "c": "text"},
    [[], {}, [{}]],
    {1: "a", None: "b"},
    (1, [2], ("a",)),
    Point(1, [2]),
    Filter("Ulm", (1, 2)),
    Job(1, ["a", {"b": 1}]),
    City("Ulm", ["a"]),
    [Job(1), Filter("Ulm"), Colour.RED],
    {"s": {1, 2}, "f": frozenset({"a"})},
    [math.nan, -0.0, 10**30, dt.date(2026, 7, 25), decimal.Decimal("1.0"), b"a"],
]


@pytest.mark.parametrize("value", ALIKE, ids=repr)
def test_an_equal_answer_is_the_old_object(value: object) -> None:
    old = freeze(value)
    assert share(old, thaw(old)) is old
    assert share(old, freeze(thaw(old))) is old
    assert share(old, old) is old


def test_an_equal_map_is_the_old_one() -> None:
    old = freeze(PersistentMap({"a": [1], "b": [2]}))
    assert share(old, PersistentMap({"b": [2], "a": [1]})) is old


def test_the_order_of_keys_does_not_make_a_difference() -> None:
    old = freeze({"a": 1, "b": [2]})
    assert share(old, {"b": [2], "a": 1}) is old


# --------------------------------------------------------- parts that are the old


@pytest.mark.parametrize(
    ("old", "new", "kept", "changed"),
    [
        ({"a": [1], "b": [2]}, {"a": [1], "b": [3]}, ("a",), ("b",)),
        ({"a": [1]}, {"a": [1], "b": [2]}, ("a",), ()),
        ({"a": [1], "b": [2]}, {"a": [1]}, ("a",), ()),
        ([[1], [2]], [[1], [3]], (0,), (1,)),
        ([[1], [2]], [[1]], (0,), ()),
        ([[1]], [[1], [2]], (0,), ()),
        (([1], [2]), ([1], [3]), (0,), (1,)),
        (([1], [2]), ([1],), (0,), ()),
        (Point([1], [2]), Point([1], [3]), ("x",), ("y",)),
        (Job([1], [2]), Job([1], [3]), ("id",), ("tags",)),
        (City("a", ["b"]), City("c", ["b"]), ("parts",), ()),
        (PersistentMap({"a": [1], "b": [2]}), PersistentMap({"a": [1]}), ("a",), ()),
        ({"a": {"b": Job([1])}}, {"a": {"b": Job([1], [2])}}, ("a", "b", "id"), ("a",)),
    ],
)
def test_equal_parts_are_the_old_ones_and_the_way_to_a_change_is_new(
    old: object, new: object, kept: tuple[object, ...], changed: tuple[object, ...]
) -> None:
    before = freeze(old)
    after = share(before, new)
    assert after == new
    assert after is not before
    assert part(after, *kept) is part(before, *kept)
    assert part(after, *changed) is not part(before, *changed)
    assert after.__class__ is before.__class__


def test_elements_are_compared_by_position_only() -> None:
    before = freeze([[1], [2]])
    after = share(before, [[0], [1], [2]])
    assert [each for each in after if any(each is was for was in before)] == []


def test_fields_count_that_a_class_does_not_compare() -> None:
    class Silent(Job):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment] # as any class with an __eq__

    before = freeze(Silent(1))
    assert part(share(before, Silent(2)), "id") == 2


# ------------------------------------------------------------- what is not the same


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        (decimal.Decimal("1.0"), decimal.Decimal("1.00")),
        ([], {}),
        ([1], (1,)),
        ((1, 2), Point(1, 2)),
        (Filter("a"), Other("a")),
        ({"a": None}, {"b": None}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({1: "a"}, {True: "a"}),
        ({1}, {True}),
        ({1}, frozenset({1})),
        (None, 0),
        ("a", b"a"),
        ({"a": 1}, PersistentMap({"a": 1})),
    ],
    ids=repr,
)
def test_values_that_are_only_alike_are_not_the_same(old: object, new: object) -> None:
    for before, after in (
        (old, new),
        (new, old),
        ([old], [new]),
        ({"k": new}, {"k": old}),
    ):
        shared = share(freeze(before), after)
        assert repr(shared) == repr(freeze(after))
        assert type(shared) is type(freeze(after))


def test_an_object_of_an_unknown_class_is_the_new_one() -> None:
    class Handle:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment] # as any class with an __eq__

    old, new = Handle(), Handle()
    assert share(old, new) is new
    assert part(share(freeze({"a": old}), {"a": new}), "a") is new


def test_members_of_an_enumeration_are_themselves() -> None:
    class Word(enum.Enum):
        A = 1

    assert share(Colour.RED, Word.A) is Word.A
    assert share(Colour.RED, Colour.RED) is Colour.RED


# ----------------------------------------------------------------- what is made


@pytest.mark.parametrize("value", ALIKE, ids=repr)
@pytest.mark.parametrize("old", [None, [], {}, (), Job(1), {"a": [1]}], ids=repr)
def test_what_is_made_is_frozen_and_the_answer_is_left_alone(
    old: object, value: object
) -> None:
    new = thaw(freeze(value))
    before = repr(new)
    after = share(freeze(old), new)
    assert is_frozen(after)
    assert freeze(after) is after
    assert repr(new) == before


def test_a_frozen_answer_with_nothing_in_common_is_taken_as_it_is() -> None:
    new = freeze({"a": [1, (2, [3])], "b": Job(1, ["a"])})
    assert share(freeze({"a": [2, (3, [4])], "b": Job(2, ["b"])}), new) is new


def test_a_frozen_map_with_nothing_in_common_is_taken_as_it_is() -> None:
    new = freeze(PersistentMap({"a": [1], "b": [2]}))
    assert share(freeze(PersistentMap({"a": [3], "c": [2]})), new) is new


def test_a_draft_in_an_answer_is_refused() -> None:
    with pytest.raises(DraftMisuse):
        share(freeze({"a": [1]}), {"a": create_draft([1])})
    with pytest.raises(DraftMisuse):
        share(freeze([1]), create_draft([1]))


def test_an_answer_that_contains_itself_is_refused() -> None:
    circle: list[object] = []
    circle.append(circle)
    olds: list[object] = [None, freeze([[]]), freeze([[[[]]]])]
    for old in olds:
        with pytest.raises(DraftMisuse, match="contain it"):
            share(old, circle)


# ------------------------------------------------------------------------- laws

SCALARS: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, 1, 0.0, -0.0, math.nan, "a", "b", Colour.RED, b"a"]
)


def around(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b", 0, 1, True]), inner, max_size=3),
        st.tuples(inner, inner),
        st.builds(Point, inner, inner),
        st.builds(Job, inner, st.lists(inner, max_size=2)),
        st.sets(SCALARS, max_size=2),
    )


VALUES: st.SearchStrategy[object] = st.recursive(SCALARS, around, max_leaves=10)


@given(VALUES, VALUES)
def test_what_is_made_reads_as_the_answer_does(old: object, new: object) -> None:
    assert read(share(freeze(old), new)) == read(new)


@given(VALUES, VALUES)
def test_sharing_again_changes_nothing(old: object, new: object) -> None:
    before = freeze(old)
    after = share(before, new)
    assert share(before, after) is after
    assert share(after, new) is after


@given(VALUES, VALUES)
def test_a_list_of_old_and_new_shares_the_old(old: object, new: object) -> None:
    before = freeze([old, new])
    after = cast("Sequence[object]", share(before, [thaw(before[0]), 5]))
    assert after[0] is before[0]


def read(value: object) -> object:
    """Say all there is to a value, its classes and the order of keys aside."""
    if isinstance(value, Job):
        return "Job", read(value.id), read(value.tags)
    if isinstance(value, dict):
        return {(type(key), key): read(held) for key, held in value.items()}
    if isinstance(value, list):
        return [read(each) for each in value]
    if isinstance(value, tuple):
        return type(value), [read(each) for each in value]
    if isinstance(value, set):
        return {repr(each) for each in value}
    return type(value), repr(value)
