"""What a merge takes when one side changed something, and when both did."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from stateroom.persist.merging import ABSENT, Conflict, Merged, three_way
from stateroom.store import freeze
from tests.persist.merging_kinds import (
    Colour,
    Fussy,
    Mute,
    Point,
    Roles,
    Struct,
    Todo,
    Vague,
    lost,
    merged,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

ALIKE: list[tuple[object, object]] = [
    (1, True),
    (1, 1.0),
    (0.0, -0.0),
    (Decimal("1.0"), Decimal("1.00")),
    (NOON, NOON.astimezone(timezone(timedelta(hours=1)))),
    ([1], [True]),
    ((1,), (1.0,)),
    ({"a": 1}, {"a": True}),
    ({1: "a"}, {True: "a"}),
    ({1, 2}, {True, 2}),
    (frozenset({1}), frozenset({1.0})),
    (Todo(done=False), Todo(done=0)),  # type: ignore[arg-type] # the point
    (Roles(hidden=1), Roles(hidden=2)),
]
"""Values that are equal and not the same."""


# ------------------------------------------------------------------- one side


@pytest.mark.parametrize(
    "value",
    [
        1,
        "a",
        {"a": 1},
        [1, 1],
        {"a", "b"},
        (1, 2),
        Point(1, 2),
        Todo(1),
        Struct("b", ["c"]),
        Mute("b"),
        Colour.RED,
    ],
)
def test_what_only_one_side_changed_is_the_very_object_of_that_side(
    value: object,
) -> None:
    changed = freeze(value)
    bases = [freeze(each) for each in ({"b": 2}, None, [3], Todo(2), Struct("z"))]
    for base in bases:
        assert three_way(base, changed, base).value is changed
        assert three_way(base, base, changed).value is changed


def test_a_base_that_is_the_same_and_another_object_counts_as_unchanged() -> None:
    before, same = freeze(Roles(["a"])), freeze(Roles(["a"]))
    changed = freeze(Roles(["a"], "query"))
    assert three_way(before, changed, same).value is changed
    assert three_way(before, same, changed).value is changed


def test_two_sides_that_are_the_same_give_the_current_object() -> None:
    current = freeze(Roles(["b"], visits=2))
    found = three_way(freeze(Roles()), freeze(Roles(["b"], visits=2)), current)
    assert found.value is current
    assert found.conflicts == ()


def test_a_result_that_is_the_same_as_the_current_side_is_that_side() -> None:
    base = freeze({"a": 1, "b": [1], "c": {1}})
    current = freeze({"a": 2, "b": [1, 2], "c": {1, 2}})
    stored = freeze({"a": 1, "b": [1, 2], "c": {1}})
    assert three_way(base, stored, current).value is current


def test_an_unchanged_base_does_not_replace_a_state_that_is_the_same() -> None:
    current = freeze({"a": {"b": [1]}})
    stored = freeze({"a": {"b": [1]}})
    assert three_way(current, stored, current).value is current


# ------------------------------------------------------------------ both sides


def test_of_two_scalars_the_current_one_wins_and_the_other_is_reported() -> None:
    assert three_way("a", "b", "c") == Merged("c", (Conflict("", "c", "b", "changed"),))


def test_a_conflict_says_in_words_what_was_lost_where_and_why() -> None:
    (conflict,) = three_way({"a": 1}, {"a": 2}, {"a": 3}, path="roles").conflicts
    assert str(conflict) == "roles.a: kept 3, lost 2: both sides changed it"
    assert str(Conflict("", 3, 2)).startswith("the whole value: ")


def test_paths_are_written_as_python_would_write_them() -> None:
    base = {"rows": ({"7": Todo()},)}
    stored = {"rows": ({"7": Todo(title="b")},)}
    current = {"rows": ({"7": Todo(title="c")},)}
    found = three_way(freeze(base), freeze(stored), freeze(current), path="s")
    assert [each.path for each in found.conflicts] == ["s.rows[0]['7'].title"]


def test_a_prefix_needs_no_dot_before_an_index() -> None:
    found = three_way((1, 2), (1, 3), (1, 4), path="s")
    assert [each.path for each in found.conflicts] == ["s[1]"]


def test_values_of_two_classes_are_not_merged() -> None:
    value, conflicts = merged(None, [1], {"a": 1})
    assert value == {"a": 1}
    assert lost(conflicts) == [("", {"a": 1}, [1], "class")]


def test_scalars_of_two_classes_are_a_plain_conflict() -> None:
    _, conflicts = merged(None, "a", 1)
    assert lost(conflicts) == [("", 1, "a", "changed")]
    _, conflicts = merged(None, Colour.RED, 1)
    assert lost(conflicts) == [("", 1, Colour.RED, "changed")]


def test_a_base_of_another_class_counts_as_none() -> None:
    value, conflicts = merged(None, {"a": 1}, {"b": 2})
    assert value == {"a": 1, "b": 2}
    assert conflicts == []


# -------------------------------------------------------------------- sameness


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_equal_values_that_are_not_the_same_are_a_change(
    one: object, other: object
) -> None:
    base, changed = freeze({"v": one, "w": 1}), freeze({"v": other, "w": 1})
    stored = freeze({"v": one, "w": 2})
    found = three_way(base, stored, changed)
    assert repr(found.value) == repr({"v": other, "w": 2})
    assert found.conflicts == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (math.nan, float("nan")),
        (Decimal("NaN"), Decimal("NaN")),
        ([math.nan], [float("nan")]),
        ({math.nan}, {float("nan")}),
        (complex(math.nan, 0), complex(math.nan, 0)),
    ],
)
def test_not_a_number_is_the_same_as_itself(one: object, other: object) -> None:
    changed = freeze({"v": 1})
    assert three_way(freeze({"v": one}), freeze({"v": other}), changed).conflicts == ()
    assert three_way(freeze({"v": one}), changed, freeze({"v": other})).value is changed


@pytest.mark.parametrize("kind", [Vague, Fussy])
def test_a_class_that_cannot_compare_makes_a_conflict_and_no_error(
    kind: type,
) -> None:
    base, stored, current = kind(), kind(), kind()
    found = three_way({"v": base}, {"v": stored}, {"v": current})
    (conflict,) = found.conflicts
    assert found.value["v"] is current
    assert conflict.kept is current
    assert conflict.lost is stored


def test_fields_decide_whether_dataclasses_are_the_same_and_not_their_class() -> None:
    current = freeze(Mute("a"))
    assert three_way(freeze(Mute("z")), freeze(Mute("a")), current).value is current


def test_the_order_of_keys_is_no_change() -> None:
    current = freeze({"a": 1, "b": 2})
    changed = freeze({"a": 1, "b": 3})
    assert three_way(current, freeze({"b": 2, "a": 1}), current).value is current
    assert three_way(current, changed, freeze({"b": 2, "a": 1})).value is changed


# ---------------------------------------------------------------------- depth


@pytest.mark.parametrize(
    "wrap",
    [
        lambda held: {"a": held},
        lambda held: [held],
        lambda held: (held,),
        Struct,
    ],
)
def test_values_nested_a_hundred_levels_deep_are_merged(
    wrap: Callable[[object], object],
) -> None:
    base: object = "base"
    stored: object = "stored"
    current: object = "current"
    for _ in range(100):
        base, stored, current = wrap(base), wrap(stored), wrap(current)
    value, conflicts = merged(base, stored, current)
    assert value == current
    assert len(conflicts) == 1


def test_an_absent_base_merges_what_both_sides_made_of_nothing() -> None:
    found = three_way(ABSENT, freeze({"a": [1]}), freeze({"a": [2], "b": 3}))
    assert found.value == {"a": [1, 2], "b": 3}
    assert found.conflicts == ()
