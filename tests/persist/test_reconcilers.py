"""Stored fields are put into a state by the rules of redux-persist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import msgspec
import pytest

from stateroom.errors import InvalidPersist
from stateroom.persist.reconcilers import hard_set, merge_level_1, merge_level_2
from stateroom.store import UNDEFINED, PersistentMap, freeze, is_frozen

State: TypeAlias = dict[str, object]
Reconcile: TypeAlias = Callable[[Mapping[str, object], State, State], State]
ALL = (hard_set, merge_level_1, merge_level_2)
MERGING = (merge_level_1, merge_level_2)
INITIAL: State = freeze({"a": 1, "o": {"x": 1, "y": {"z": 1}}, "l": [1, 2]})

each_one = pytest.mark.parametrize("reconcile", ALL)
merging = pytest.mark.parametrize("reconcile", MERGING)


@dataclass(slots=True)
class Prefs:
    theme: str = "light"
    size: int = 10


@dataclass(slots=True)
class Roles:
    selected: list[str] = field(default_factory=list)
    prefs: Prefs = field(default_factory=Prefs)
    count: int = 0


# ------------------------------------------------------------------ mappings


def test_hard_set_lets_vanish_what_was_not_stored() -> None:
    assert hard_set({"o": {"x": 2}}, INITIAL, INITIAL) == {"o": {"x": 2}}


def test_hard_set_overrules_a_reducer() -> None:
    reduced: State = freeze({**INITIAL, "a": 100})
    assert hard_set({"a": 7}, INITIAL, reduced) == {"a": 7}


@merging
def test_what_was_not_stored_stays(reconcile: Reconcile) -> None:
    assert reconcile({"a": 7}, INITIAL, INITIAL) == {**INITIAL, "a": 7}


@merging
def test_a_field_that_a_reducer_has_decided_stays(reconcile: Reconcile) -> None:
    reduced: State = freeze({**INITIAL, "a": 100, "l": [1, 2]})
    inbound: State = {"a": 7, "l": [3], "new": 4}
    result = reconcile(inbound, INITIAL, reduced)
    # The list is an equal one, but another.
    assert result == {**INITIAL, "a": 100, "l": [1, 2], "new": 4}


@merging
def test_a_field_that_a_reducer_has_added_or_removed_is_decided(
    reconcile: Reconcile,
) -> None:
    reduced: State = freeze({"a": 1, "new": 5})
    result = reconcile({"a": 2, "l": [3], "new": 6}, INITIAL, reduced)
    assert result == {"a": 2, "new": 5}


@pytest.mark.parametrize(
    ("before", "after", "is_taken"),
    [
        (1, 1.0, True),
        (0.0, -0.0, True),
        (1, True, False),
        (None, 0, False),
        (float("nan"), float("nan"), False),
        ("ab", str(b"ab", "ascii"), True),
        (dt.date(2026, 1, 2), dt.date(2026, 1, 2), True),
        (UNDEFINED, UNDEFINED, True),
    ],
)
def test_scalars_are_the_same_as_in_javascript(
    before: object, after: object, *, is_taken: bool
) -> None:
    result = merge_level_1({"a": 7}, {"a": before}, {"a": after})
    assert (result == {"a": 7}) is is_taken


@merging
def test_persist_is_never_merged(reconcile: Reconcile) -> None:
    inbound: State = {"_persist": {"version": 1}, "a": 2}
    assert reconcile(inbound, INITIAL, INITIAL) == {**INITIAL, "a": 2}


def test_level_1_sets_a_field_as_a_whole() -> None:
    result = merge_level_1({"o": {"y": 9}}, INITIAL, INITIAL)
    assert result["o"] == {"y": 9}


def test_level_2_merges_the_fields_of_a_field_and_no_deeper() -> None:
    result = merge_level_2({"o": {"y": {"q": 2}, "n": 3}}, INITIAL, INITIAL)
    assert result["o"] == {"x": 1, "y": {"q": 2}, "n": 3}


@pytest.mark.parametrize(
    ("inbound", "added"),
    [
        (None, {}),
        (5, {}),
        (True, {}),
        (UNDEFINED, {}),
        ({1, 2}, {}),
        ("a\U0001d4b3", {"0": "a", "1": "\ud835", "2": "\udcb3"}),
        (["p", ["q"]], {"0": "p", "1": ["q"]}),
        (("p",), {"0": "p"}),
        ({"x": UNDEFINED, "y": 2}, {"y": 2, "x": UNDEFINED}),
        (Prefs("dark", 12), {"theme": "dark", "size": 12}),
    ],
)
def test_level_2_takes_apart_what_is_put_over_an_object(
    inbound: object, added: State
) -> None:
    held: State = {"x": 1, "y": {"z": 1}, **added}
    result = merge_level_2({"o": inbound}, INITIAL, INITIAL)
    assert result["o"] == {
        key: each for key, each in held.items() if each is not UNDEFINED
    }


@pytest.mark.parametrize("held", [None, 1, "text", [1], (1,), {1}, frozenset[int]()])
def test_level_2_sets_what_is_put_over_anything_else(held: object) -> None:
    state: State = freeze({"a": held})
    assert merge_level_2({"a": {"x": 1}}, state, state) == {"a": {"x": 1}}


@each_one
def test_what_is_undefined_vanishes(reconcile: Reconcile) -> None:
    result = reconcile({"a": UNDEFINED, "l": [3]}, INITIAL, INITIAL)
    assert "a" not in result
    assert result["l"] == [3]


@each_one
def test_the_result_is_frozen_and_what_was_given_is_not_touched(
    reconcile: Reconcile,
) -> None:
    inbound: State = {"o": {"x": [1]}, "l": [3]}
    state: State = {"o": {"x": 0}, "l": [1]}
    result = reconcile(inbound, state, state)
    assert (is_frozen(result), is_frozen(result["o"])) == (True, True)
    assert (inbound, state) == ({"o": {"x": [1]}, "l": [3]}, {"o": {"x": 0}, "l": [1]})


@each_one
def test_when_nothing_changes_the_state_is_the_same_object(
    reconcile: Reconcile,
) -> None:
    assert reconcile({**INITIAL}, INITIAL, INITIAL) is INITIAL


def test_level_2_keeps_a_field_in_which_nothing_changes() -> None:
    result = merge_level_2({"a": 2, "o": {"x": 1}}, INITIAL, INITIAL)
    assert result["o"] is INITIAL["o"]
    assert merge_level_2({"o": None}, INITIAL, INITIAL) is INITIAL


def test_hard_set_keeps_the_order_that_was_stored() -> None:
    before: State = freeze({"a": 1, "b": 2})
    assert list(hard_set({"b": 2, "a": 1}, before, before)) == ["b", "a"]


def test_an_immutable_map_stays_one() -> None:
    state: PersistentMap[str, int] = PersistentMap({"a": 1, "b": 2})
    result = merge_level_1({"a": 3}, state, state)
    assert dict(result) == {"a": 3, "b": 2}
    assert isinstance(result, PersistentMap)


# ----------------------------------------------------------------- instances


@each_one
def test_an_instance_gets_the_fields_that_it_has(
    reconcile: Callable[[Mapping[str, object], Roles, Roles], Roles],
) -> None:
    before = freeze(Roles(["Cook"]))
    result = reconcile({"count": 3, "gone": 4}, before, before)
    assert result == Roles(["Cook"], count=3)
    assert isinstance(result, Roles)
    assert is_frozen(result)
    assert not hasattr(result, "gone")


@each_one
def test_an_instance_in_which_nothing_changes_is_the_same(
    reconcile: Callable[[Mapping[str, object], Roles, Roles], Roles],
) -> None:
    before = freeze(Roles(["Cook"]))
    inbound = {"selected": before.selected, "count": 0, "gone": 1}
    assert reconcile(inbound, before, before) is before
    assert reconcile({"count": UNDEFINED}, before, before) is before


def test_hard_set_leaves_an_instance_the_fields_that_were_not_stored() -> None:
    before, reduced = freeze(Roles()), freeze(Roles(["Cook"], count=5))
    assert hard_set({"count": 3}, before, reduced) == Roles(["Cook"], count=3)


def test_a_field_of_an_instance_that_a_reducer_has_decided_stays() -> None:
    before = freeze(Roles())
    reduced = freeze(replace(before, count=5))
    result = merge_level_1({"count": 3, "selected": ["Cook"]}, before, reduced)
    assert result == Roles(["Cook"], count=5)


@pytest.mark.parametrize("stored", [{"size": 12, "gone": 1}, {"size": 12}])
def test_level_2_merges_into_an_instance_within_an_instance(stored: State) -> None:
    before = freeze(Roles(prefs=Prefs("dark")))
    result = merge_level_2({"prefs": stored}, before, before)
    assert result.prefs == Prefs("dark", 12)


@pytest.mark.parametrize("stored", [None, "text", ["a"], 5, {"gone": 1}])
def test_level_2_keeps_an_instance_into_which_nothing_fits(stored: object) -> None:
    before = freeze(Roles())
    assert merge_level_2({"prefs": stored}, before, before) is before


def test_level_2_takes_a_stored_instance_apart() -> None:
    before = freeze(Roles(prefs=Prefs("dark", 10)))
    result = merge_level_2({"prefs": Prefs("dark", 12)}, before, before)
    assert result.prefs == Prefs("dark", 12)


class Point(msgspec.Struct):
    x: int = 0
    y: int = 0


def test_a_struct_is_an_instance_too() -> None:
    before = freeze(Point(1, 2))
    result = merge_level_1({"x": 5, "z": 6}, before, before)
    assert result == Point(5, 2)
    assert is_frozen(result)


def test_an_instance_of_a_frozen_class_becomes_another() -> None:
    @dataclass(frozen=True)
    class Fixed:
        a: int = 1

    before = freeze(Fixed())
    assert merge_level_1({"a": 2}, before, before) == Fixed(2)


@pytest.mark.parametrize("state", [5, None, [1], "text", Roles])
def test_a_state_without_fields_is_refused(state: object) -> None:
    with pytest.raises(InvalidPersist, match="has no fields"):
        merge_level_1({"a": 1}, state, state)
