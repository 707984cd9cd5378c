"""Merges that the user asks for: by field, for the whole value, and the ready ones."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from stateroom.persist.merging import (
    ABSENT,
    Conflict,
    Merged,
    add_numbers,
    by_id,
    keep_current,
    keep_stored,
    newest,
    sorted_by,
    three_way,
    union,
)
from stateroom.store import freeze, is_frozen
from tests.persist.merging_kinds import Roles, Todo, lost, merged


def refuse(base: object, stored: object, current: object) -> object:
    raise LookupError("no merge")


# ------------------------------------------------------------- how they are used


def test_a_merge_of_a_field_decides_where_both_sides_changed_it() -> None:
    value, conflicts = merged(
        Roles(visits=1),
        Roles(visits=3, query="s"),
        Roles(visits=5),
        merges={"visits": lambda *three: list(three)},
    )
    assert value == Roles(visits=[1, 3, 5], query="s")  # type: ignore[arg-type] # the point
    assert is_frozen(value)
    assert conflicts == []


def test_a_merge_is_not_asked_where_one_side_changed_something() -> None:
    merges = {"query": refuse}
    assert merged(Roles(), Roles(query="s"), Roles(visits=1), merges)[0] == Roles(
        query="s", visits=1
    )
    assert merged(Roles(), Roles(query="s"), Roles(query="s"), merges)[1] == []
    assert merged("a", "a", "b", refuse) == ("b", [])


def test_a_merge_counts_for_fields_of_the_whole_value_only() -> None:
    base, stored, current = ({"a": {"b": each}, "b": each} for each in (1, 2, 3))
    value, _ = merged(base, stored, current, {"b": keep_stored})
    assert value == {"a": {"b": 3}, "b": 2}


def test_one_merge_can_be_for_the_whole_value() -> None:
    assert merged(1, 3, 5, add_numbers) == (7, [])


def test_what_a_merge_raises_is_not_caught() -> None:
    with pytest.raises(LookupError, match="no merge"):
        merged({"a": 1}, {"a": 2}, {"a": 3}, {"a": refuse})


def test_a_merge_can_say_that_a_key_is_gone() -> None:
    base, stored, current = {"a": 1, "b": 1}, {"b": 1}, {"a": 2, "b": 2}
    value, conflicts = merged(base, stored, current, {"a": keep_stored})
    assert value == {"b": 2}
    assert lost(conflicts) == [("a", ABSENT, 2, "chosen")]


@pytest.mark.parametrize("side", [1, 2])
def test_a_merge_that_makes_what_a_side_has_gives_that_side(side: int) -> None:
    sides = freeze([1]), freeze([2]), freeze([3])
    found = three_way(*sides, merges=lambda *three: list(three[side]))
    assert found.value is sides[side]


def test_the_paths_that_a_merge_reports_begin_at_its_field() -> None:
    def report(base: object, stored: object, current: object) -> object:
        return Merged(current, (Conflict("[2].x", 1, 2), Conflict("y", 3, 4)))

    found = three_way({"a": 1}, {"a": 2}, {"a": 3}, merges={"a": report}, path="s")
    assert [each.path for each in found.conflicts] == ["s.a[2].x", "s.a.y"]


# ---------------------------------------------------------------- one of the two


def test_either_side_can_be_taken_and_the_other_is_reported() -> None:
    assert merged([1], [2], [3], keep_stored) == (
        [2],
        [Conflict("", [2], [3], "chosen")],
    )
    assert merged([1], [2], [3], keep_current) == (
        [3],
        [Conflict("", [3], [2], "chosen")],
    )


@pytest.mark.parametrize(
    ("stored", "current", "expected"),
    [(5, 3, "s"), (3, 5, "c"), (4, 4, "c"), (None, 1, "c"), (1, None, "s")],
)
def test_the_newest_is_the_one_whose_key_is_larger(
    stored: int | None, current: int | None, expected: str
) -> None:
    base: dict[str, object] = {"at": 0, "v": "b"}
    theirs: dict[str, object] = {"at": stored, "v": "s"}
    ours: dict[str, object] = {"at": current, "v": "c"}
    value, conflicts = merged(base, theirs, ours, newest("at"))
    assert value["v"] == expected
    assert [each.kind for each in conflicts] == ["chosen"]


def test_the_newest_can_be_told_by_a_function_or_by_a_field_of_a_record() -> None:
    sides = Todo(1), Todo(3, "s"), Todo(2, "c")
    assert merged(*sides, newest("id"))[0] == Todo(3, "s")
    assert merged(*sides, newest(lambda todo: -getattr(todo, "id", 0)))[0].id == 2
    assert merged(*sides, newest("unknown"))[0] == Todo(2, "c")


def test_nothing_is_newer_than_what_is_not_there() -> None:
    base, stored, current = {"a": [1], "b": 1}, {"b": 1}, {"a": [2], "b": 1}
    value, conflicts = merged(base, stored, current, {"a": newest("at")})
    assert value == {"a": [2], "b": 1}
    assert lost(conflicts) == [("a", [2], ABSENT, "deleted")]


# --------------------------------------------------------------------- counters


@pytest.mark.parametrize(
    ("base", "stored", "current", "expected"),
    [
        (1, 3, 5, 7),
        (None, 3, 5, 8),
        (5, 3, 4, 2),
        (1.5, 2, 3, 3.5),
        (Decimal(1), Decimal("2.5"), Decimal(3), Decimal("4.5")),
        (timedelta(1), timedelta(2), timedelta(3), timedelta(4)),
    ],
)
def test_a_counter_counts_what_both_sides_added(
    base: object, stored: object, current: object, expected: object
) -> None:
    assert merged(base, stored, current, add_numbers) == (expected, [])


@pytest.mark.parametrize(
    ("stored", "current"), [(3, "a"), (True, False), (1.5, Decimal(2)), (None, 3)]
)
def test_what_cannot_be_added_is_merged_by_the_rules(
    stored: object, current: object
) -> None:
    value, conflicts = merged(7, stored, current, add_numbers)
    assert value is current
    assert [(each.kept, each.lost) for each in conflicts] == [(current, stored)]


# ----------------------------------------------------------------------- unions


def test_a_union_of_sets_has_what_either_side_has_and_reports_what_came_back() -> None:
    value, conflicts = merged({1, 2, 3}, {2, 3, 4}, {1, 2, 5}, union)
    assert value == {1, 2, 3, 4, 5}
    assert [(sorted(each.kept), each.lost) for each in conflicts] == [([1, 3], ABSENT)]  # type: ignore[call-overload] # a list
    assert merged(frozenset({1}), frozenset({2}), frozenset({3}), union) == (
        frozenset({2, 3}),
        [],
    )


def test_a_union_of_lists_has_each_element_once() -> None:
    value, conflicts = merged(["a", "b"], ["b", "c", "c"], ["a", "b", "d"], union)
    assert value == ["a", "b", "c", "d"]
    assert lost(conflicts) == [("", ["a"], ABSENT, "chosen")]


def test_a_union_of_mappings_merges_what_is_under_their_keys() -> None:
    base = {"a": 1, "b": 1, "c": 1}
    value, conflicts = merged(
        base, {"b": 2, "c": 1, "d": 1}, {"a": 1, "b": 1, "e": 1}, union
    )
    assert value == {"a": 1, "b": 2, "c": 1, "d": 1, "e": 1}
    assert lost(conflicts) == [("", [1, 1], ABSENT, "chosen")]


def test_a_union_of_anything_else_is_merged_by_the_rules() -> None:
    assert merged(1, 2, 3, union) == (3, [Conflict("", 3, 2)])
    assert merged(None, [1], {2}, union)[1][0].kind == "class"
    assert merged(None, {1}, {2}, union) == ({1, 2}, [])


# ------------------------------------------------------------- records in a list


def test_records_are_merged_by_their_ids_wherever_they_stand() -> None:
    base = [Todo(1), Todo(2), Todo(3)]
    stored = [Todo(2), Todo(1, "s"), Todo(3), Todo(4)]
    current = [Todo(1, done=True), Todo(3, "c"), Todo(5)]
    value, conflicts = merged(base, stored, current, by_id())
    assert value == [Todo(1, "s", done=True), Todo(3, "c"), Todo(4), Todo(5)]
    assert is_frozen(value)
    assert conflicts == []


def test_conflicts_of_records_name_their_ids() -> None:
    base, stored, current = ([{"k": "7", "v": v}] for v in "bsc")
    value, conflicts = merged(
        {"rows": base}, {"rows": stored}, {"rows": current}, {"rows": by_id("k")}
    )
    assert value == {"rows": [{"k": "7", "v": "c"}]}
    assert lost(conflicts) == [("rows['7'].v", "c", "s", "changed")]


def test_a_record_that_was_changed_outlives_its_removal() -> None:
    value, conflicts = merged(
        [Todo(1), Todo(2)], [Todo(2)], [Todo(1, "c"), Todo(2)], by_id()
    )
    assert value == [Todo(1, "c"), Todo(2)]
    assert lost(conflicts) == [("[1]", Todo(1, "c"), ABSENT, "deleted")]


def test_an_order_of_records_that_both_sides_changed_is_reported() -> None:
    one, two, three = Todo(1), Todo(2), Todo(3)
    value, conflicts = merged(
        [one, two, three], [two, one, three], [one, three, two], by_id()
    )
    assert value == [one, three, two]
    assert [each.kind for each in conflicts] == ["order"]


@pytest.mark.parametrize(
    ("stored", "current"),
    [
        ([{"id": 1}, {"id": 1, "v": 2}], [{"id": 1}, {"id": 2}]),
        ([{"v": 1}], [{"v": 2}]),
        ([{"id": []}], [{"id": 1}]),
        (["a"], [{"id": 1}]),
    ],
)
def test_records_without_a_clear_id_are_merged_by_the_rules(
    stored: list[object], current: list[object]
) -> None:
    expected = merged([], stored, current)
    assert merged([], stored, current, by_id()) == expected
    assert all(each in expected[0] for each in (*stored, *current))


def test_a_list_that_is_kept_sorted_stays_sorted() -> None:
    value, conflicts = merged(
        [5], [2, 5, 7], [1, 5, 9], sorted_by(lambda each: int(str(each)))
    )
    assert value == [1, 2, 5, 7, 9]
    assert conflicts == []


def test_the_order_of_what_is_sorted_is_never_in_conflict() -> None:
    value, conflicts = merged(
        [1, 2, 3], [2, 1, 3], [1, 3, 2], sorted_by(lambda each: int(str(each)))
    )
    assert value == [1, 2, 3]
    assert conflicts == []


def test_sorting_what_has_no_order_changes_nothing() -> None:
    value, conflicts = merged(1, 2, 3, sorted_by(lambda each: 0))
    assert value == 3
    assert [each.kind for each in conflicts] == ["changed"]


def test_a_ready_merge_leaves_unequal_values_as_they_were_given() -> None:
    current = freeze([Todo(1, "c")])
    found = three_way(
        freeze([Todo(1)]), freeze([Todo(1, "s")]), current, merges=by_id()
    )
    assert found.value is current
