"""Taking over the identity of what a value that was read is the same as."""

from __future__ import annotations

import pytest
from hypothesis import given

from stateroom.persist.merging import shared
from stateroom.persist.merging.sameness import same
from stateroom.store import PersistentMap, freeze
from tests.persist.merging_kinds import Point, Roles, Struct, Todo
from tests.persist.merging_values import VALUES


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        "text",
        {"a": [1]},
        [{"a": 1}],
        [],
        {1, 2},
        (1, [2]),
        Point(1, 2),
        Roles(["a"], todos={"1": Todo()}),
        Struct("a", ["b"]),
        PersistentMap({"a": [1]}),
    ],
)
def test_a_value_that_is_the_same_is_the_one_that_is_known(value: object) -> None:
    known, read = freeze([value]), freeze([value])
    assert shared(read, known) is known


def test_parts_that_are_the_same_are_taken_from_what_is_known() -> None:
    known = freeze(Roles(["a"], todos={"1": Todo(1), "2": Todo(2)}))
    read = freeze(Roles(["a"], "q", todos={"1": Todo(1), "2": Todo(2, "new")}))
    found = shared(read, known)
    assert found == read
    assert found.selected is known.selected
    assert found.todos["1"] is known.todos["1"]
    assert found.todos["2"] is read.todos["2"]


@pytest.mark.parametrize(
    ("read", "taken"),
    [
        ([9, 1, 2, 3], {1: 0, 2: 1, 3: 2}),
        ([1, 2, 3, 9], {0: 0, 1: 1, 2: 2}),
        ([1, 9, 3], {0: 0, 2: 2}),
        ([1, 3], {0: 0, 1: 2}),
        ([1, 2, 2, 3], {0: 0, 1: 1, 3: 2}),
    ],
)
def test_elements_are_known_again_when_others_come_or_go(
    read: list[int], taken: dict[int, int]
) -> None:
    known = freeze([Todo(each) for each in (1, 2, 3)])
    value = freeze([Todo(each) for each in read])
    found = shared(value, known)
    assert found == value
    assert all(found[here] is known[there] for here, there in taken.items())


def test_a_value_with_nothing_in_common_is_itself() -> None:
    known = freeze({"a": [1], "b": (1, 2)})
    for value in (freeze({"c": [2]}), freeze({"a": [2], "b": (3, 4)}), freeze([1])):
        assert shared(value, known) is value


def test_keys_that_are_equal_and_not_the_same_stay_as_they_were_read() -> None:
    found = shared(freeze({True: "a"}), freeze({1: "a"}))
    assert list(map(repr, found)) == ["True"]


@given(VALUES, VALUES)
def test_the_value_is_the_same_as_what_was_read(value: object, known: object) -> None:
    read = freeze(value)
    found = shared(read, freeze(known))
    assert same(found, read)
    assert freeze(found) is found
