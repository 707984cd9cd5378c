"""Merging dataclass instances, Structs, tuples, mappings and sets."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from stateroom.persist.merging import ABSENT, three_way
from stateroom.store import PersistentMap, freeze, is_frozen
from tests.persist.merging_kinds import (
    Mute,
    Point,
    Roles,
    Struct,
    Todo,
    lost,
    merged,
)

made: list[str] = []


@dataclass
class Loud:
    """Tells whoever listens that it was made."""

    title: str = "a"
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        made.append(self.title)


@dataclass(frozen=True, slots=True)
class Fixed:
    title: str = "a"
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Partial:
    title: str = "a"
    never_set: int = field(init=False)


# --------------------------------------------------------------------- records


def test_fields_that_each_side_changed_are_all_in_the_result() -> None:
    base, stored = Roles(["a"]), Roles(["a"], query="b")
    value, conflicts = merged(base, stored, Roles(["a"], visits=3))
    assert value == Roles(["a"], query="b", visits=3)
    assert conflicts == []


@pytest.mark.parametrize("kind", [Todo, Loud, Fixed, Struct])
def test_the_result_is_a_frozen_instance_of_the_class(kind: type) -> None:
    tags = {"tags": ("x",) if kind is Fixed else ["x"]} if kind is not Todo else {}
    stored = kind(title="b")
    current = kind(**tags) if tags else Todo(done=True)
    value, conflicts = merged(kind(), stored, current)
    expected = kind(title="b", **tags) if tags else Todo(title="b", done=True)
    assert value == expected
    assert value.__class__ is kind
    assert is_frozen(value)
    assert conflicts == []


def test_no_hook_of_the_class_runs() -> None:
    sides = [freeze(each) for each in (Loud(), Loud("b"), Loud(tags=["x"]))]
    made.clear()
    found = three_way(*sides)
    assert made == []
    assert found.value == Loud("b", ["x"])


def test_a_field_that_both_sides_changed_is_reported_by_its_name() -> None:
    value, conflicts = merged(Todo(), Todo(title="b", done=True), Todo(title="c"))
    assert value == Todo(title="c", done=True)
    assert lost(conflicts) == [("title", "c", "b", "changed")]


def test_a_field_that_is_not_compared_is_merged_like_any_other() -> None:
    value, conflicts = merged(Roles(), Roles(hidden=1), Roles(query="q"))
    assert (value.hidden, value.query) == (1, "q")
    assert conflicts == []


def test_a_field_that_was_never_set_is_taken_from_the_side_that_set_it() -> None:
    stored, current = Partial("b"), Partial()
    current.never_set = 3
    value, _ = merged(Partial(), stored, current)
    assert (value.title, value.never_set) == ("b", 3)
    value, _ = merged(Partial(), current, stored)
    assert (value.title, value.never_set) == ("b", 3)


def partial(title: str, number: int | None = None) -> Partial:
    made = Partial(title)
    if number is not None:
        made.never_set = number
    return made


def test_a_field_that_is_not_set_is_none_that_was_deleted() -> None:
    base = partial("a", 3)
    value, conflicts = merged(base, partial("b", 3), partial("a"))
    assert (value.title, value.never_set, conflicts) == ("b", 3, [])
    value, conflicts = merged(base, partial("b"), partial("a", 4))
    assert (value.title, value.never_set, conflicts) == ("b", 4, [])


def test_a_field_that_was_never_set_is_no_change() -> None:
    changed = freeze(Partial("b"))
    assert three_way(freeze(Partial()), changed, freeze(Partial())).value is changed
    value, _ = merged([partial("a")], [partial("a"), partial("b")], [partial("c")])
    assert [each.title for each in value] == ["c", "b"]


def test_records_of_two_classes_are_not_merged() -> None:
    value, conflicts = merged(None, Todo(), Mute("b"))
    assert value.__class__ is Mute
    assert [each.kind for each in conflicts] == ["class"]


def test_subtrees_that_nobody_changed_keep_their_identity() -> None:
    base = freeze(Roles(["a"], todos={"1": Todo(1), "2": Todo(2)}))
    stored = freeze(Roles(["a"], todos={"1": Todo(1, "b"), "2": Todo(2)}))
    current = freeze(Roles(["a"], "query", todos=base.todos))
    value = three_way(base, stored, current).value
    assert value.selected is current.selected
    assert value.todos is stored.todos


# -------------------------------------------------------------------- mappings


def test_keys_that_each_side_added_are_all_there_the_stored_ones_first() -> None:
    value, conflicts = merged({"a": 1}, {"s": 2, "a": 1}, {"a": 1, "c": 3})
    assert list(value.items()) == [("s", 2), ("a", 1), ("c", 3)]
    assert is_frozen(value)
    assert conflicts == []


def test_a_key_that_one_side_deleted_is_out() -> None:
    base = {"a": 1, "b": 2, "c": 3}
    value, conflicts = merged(base, {"b": 2, "c": 3}, {"a": 1, "b": 2})
    assert value == {"b": 2}
    assert conflicts == []


def test_a_key_that_both_sides_deleted_is_out() -> None:
    value, conflicts = merged({"a": 1, "b": 2}, {"b": 3}, {"b": 2, "c": 4})
    assert value == {"b": 3, "c": 4}
    assert conflicts == []


def test_what_was_changed_outlives_a_deletion_of_the_stored_side() -> None:
    value, conflicts = merged({"a": 1, "b": 1}, {"b": 1}, {"a": 2, "b": 1})
    assert value == {"a": 2, "b": 1}
    assert lost(conflicts) == [("a", 2, ABSENT, "deleted")]


def test_what_was_changed_outlives_a_deletion_of_the_current_side() -> None:
    value, conflicts = merged({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"b": 1})
    assert value == {"a": 2, "b": 1}
    assert lost(conflicts) == [("a", 2, ABSENT, "deleted")]


def test_what_both_sides_added_under_one_key_is_merged() -> None:
    value, conflicts = merged(
        {}, {"a": {"x": 1, "z": 1}, "b": 1}, {"a": {"y": 2, "z": 3}, "b": 2}
    )
    assert value == {"a": {"x": 1, "y": 2, "z": 3}, "b": 2}
    assert lost(conflicts) == [("a.z", 3, 1, "changed"), ("b", 2, 1, "changed")]


def test_keys_that_are_equal_and_not_the_same_are_a_change() -> None:
    value, conflicts = merged({1: "a"}, {1: "a", 2: "b"}, {True: "a"})
    assert repr(value) == "{2: 'b', True: 'a'}"
    assert conflicts == []


def test_of_two_equal_keys_that_both_sides_added_the_current_one_stays() -> None:
    value, conflicts = merged({}, {1: "a", 2: "b"}, {True: "c"})
    assert repr(value) == "{2: 'b', True: 'c'}"
    assert lost(conflicts) == [("[True]", "c", "a", "changed")]


def test_a_mapping_that_is_ours_but_for_equal_keys_is_ours() -> None:
    current = freeze({"a": [1], True: [2]})
    found = three_way(freeze({}), freeze({"a": [1], 1: [2]}), current)
    assert found.value is current
    assert lost(found.conflicts) == [("[True]", [2], [2], "changed")]


def test_a_set_that_is_ours_but_for_equal_members_is_ours() -> None:
    current = freeze({True, 2})
    found = three_way(freeze(set[object]()), freeze({1, 2}), current)
    assert found.value is current
    assert lost(found.conflicts) == [("", True, 1, "changed")]


def test_a_large_mapping_stays_one() -> None:
    base = freeze(PersistentMap({"a": 1, "b": 2}))
    value = three_way(base, freeze({"a": 1}), base.set("c", 3)).value
    assert isinstance(value, PersistentMap)
    assert is_frozen(value)
    assert value == {"a": 1, "c": 3}


# ------------------------------------------------------------------------ sets


def test_a_set_has_what_was_added_and_not_what_was_removed() -> None:
    value, conflicts = merged({"a", "b", "c"}, {"a", "b", "s"}, {"b", "c", "d"})
    assert value == {"b", "s", "d"}
    assert is_frozen(value)
    assert conflicts == []


def test_a_frozenset_stays_one() -> None:
    value, _ = merged(frozenset({1}), frozenset({1, 2}), frozenset({1, 3}))
    assert value == {1, 2, 3}
    assert isinstance(value, frozenset)


def test_members_that_are_equal_and_not_the_same_are_a_change() -> None:
    sides: tuple[set[object], set[object], set[object]] = ({1}, {1, 2}, {True})
    value, conflicts = merged(*sides)
    assert sorted(map(repr, value)) == ["2", "True"]
    assert conflicts == []


def test_of_two_equal_members_that_both_sides_added_the_current_one_stays() -> None:
    sides: tuple[set[object], set[object], set[object]] = (set(), {1, 2}, {True})
    value, conflicts = merged(*sides)
    assert sorted(map(repr, value)) == ["2", "True"]
    assert lost(conflicts) == [("", True, 1, "changed")]


# ---------------------------------------------------------------------- tuples


def test_tuples_of_one_length_are_merged_position_by_position() -> None:
    value, conflicts = merged((1, 1, 1), (2, 1, 2), (1, 3, 3))
    assert value == (2, 3, 3)
    assert lost(conflicts) == [("[2]", 3, 2, "changed")]


def test_a_named_tuple_stays_one_and_its_fields_are_named() -> None:
    value, conflicts = merged(Point(), Point(1, 1), Point(0, 2))
    assert value == Point(1, 2)
    assert type(value) is Point
    assert lost(conflicts) == [("y", 2, 1, "changed")]


def test_tuples_of_other_lengths_are_merged_as_lists() -> None:
    value, conflicts = merged(("a",), ("a", "b"), ("a", "c"))
    assert value == ("a", "b", "c")
    assert type(value) is tuple
    assert conflicts == []
