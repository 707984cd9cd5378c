"""Drafts that are moved, nested, made by hand, and looked at."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeAlias, cast

import pytest

from stateroom.errors import DraftMisuse
from stateroom.store import (
    create_draft,
    current,
    finish_draft,
    freeze,
    is_draft,
    is_draftable,
    is_frozen,
    original,
    produce,
)
from tests.store.drafts.kinds import Slots

Tree: TypeAlias = dict[str, dict[str, object]]


def tree() -> Tree:
    return freeze({"a": {"n": 1}, "b": {"list": [1, 2]}})


def test_a_moved_draft_keeps_what_was_changed_after_the_move() -> None:
    def move(draft: dict[str, list[dict[str, int]]]) -> None:
        taken = draft["from"].pop(0)
        draft["to"].append(taken)
        taken["id"] = 99

    base: dict[str, list[dict[str, int]]] = {"from": [{"id": 1}, {"id": 2}], "to": []}
    after = produce(freeze(base), move)
    assert after == {"from": [{"id": 2}], "to": [{"id": 99}]}


def test_one_draft_in_two_places_is_one_object_in_both() -> None:
    def alias(draft: Tree) -> None:
        draft["c"] = draft["a"]
        draft["d"] = {"in": draft["a"]}
        draft["a"]["n"] = 5

    after = produce(tree(), alias)
    assert after["a"] is after["c"] is after["d"]["in"]
    assert after["c"] == {"n": 5}


def test_a_draft_inside_itself_is_refused() -> None:
    def tie(draft: Tree) -> None:
        draft["a"]["up"] = draft

    with pytest.raises(DraftMisuse, match="contains itself"):
        produce(tree(), tie)


def test_a_draft_of_another_running_recipe_is_refused() -> None:
    def outer(draft: Tree) -> None:
        inner: Tree = {}
        produce(inner, lambda other: other.update(x=draft["a"]))

    with pytest.raises(DraftMisuse, match="another recipe"):
        produce(tree(), outer)


def test_the_result_of_a_nested_recipe_is_to_be_assigned() -> None:
    def outer(draft: Tree) -> None:
        draft["a"] = produce(draft["a"], lambda inner: inner.update(n=7))

    assert produce(tree(), outer)["a"] == {"n": 7}


def test_the_result_of_a_nested_recipe_that_is_ignored_changes_nothing() -> None:
    base = tree()

    def outer(draft: Tree) -> None:
        assert draft["b"]["list"] == [1, 2]
        produce(draft["b"], lambda inner: inner["list"].append(3))  # type: ignore[attr-defined] # a list

    assert produce(base, outer) is base


def test_one_draft_in_two_places_of_a_nested_recipe_is_one_object() -> None:
    def inner(a: dict[str, object]) -> None:
        cast("list[object]", a["l"]).append(a["d"])
        cast("dict[str, int]", a["d"])["x"] = 2

    def outer(draft: Tree) -> None:
        draft["a"] = produce(draft["a"], inner)

        held = cast("dict[str, list[object]]", original(draft["a"]))
        assert held["d"] is held["l"][0]

    base: Tree = {"a": {"d": {"x": 1}, "l": []}}
    after = produce(freeze(base), outer)
    assert after["a"] == {"d": {"x": 2}, "l": [{"x": 2}]}


def test_a_draft_in_a_plain_container_of_a_nested_recipe_is_released() -> None:
    def inner(held: list[Slots]) -> None:
        held[0].tags = cast("list[str]", {"k": held[0].tags})
        held.append(Slots())

    def outer(draft: dict[str, list[Slots]]) -> None:
        draft["b"].append(Slots(tags=["x"]))
        draft["b"] = produce(draft["b"], inner)
        assert repr(draft["b"][0].tags) == "{'k': ['x']}"

    after = produce(freeze(cast("dict[str, list[Slots]]", {"b": []})), outer)
    assert repr(after["b"][0].tags) == "{'k': ['x']}"


def test_a_nested_recipe_sees_what_the_outer_one_changed() -> None:
    def outer(draft: Tree) -> None:
        draft["a"]["n"] = 2
        draft["a"] = produce(draft["a"], lambda inner: inner.update(m=inner["n"]))
        draft["a"]["n"] = 3

    assert produce(tree(), outer)["a"] == {"n": 3, "m": 2}


def test_a_draft_can_be_created_and_finished_by_hand() -> None:
    base = tree()
    draft = create_draft(base)
    draft["a"]["n"] = 4
    after = finish_draft(draft)
    assert (after["a"], base["a"], after["b"] is base["b"]) == (
        {"n": 4},
        {"n": 1},
        True,
    )


def test_a_draft_is_finished_once() -> None:
    draft = create_draft(Slots())
    finish_draft(draft)
    with pytest.raises(DraftMisuse, match="finished before"):
        finish_draft(draft)


@pytest.mark.parametrize("value", [1, "a", None, object()])
def test_what_has_no_draft_cannot_be_given_one(value: object) -> None:
    with pytest.raises(DraftMisuse, match="cannot be drafted"):
        create_draft(value)


def test_current_is_a_plain_copy_that_shares_what_did_not_change() -> None:
    base = tree()
    taken: list[Tree] = []

    def take(draft: Tree) -> None:
        draft["a"]["n"] = 2
        taken.append(current(draft))
        draft["a"]["n"] = 3

    produce(base, take)
    now = taken[0]
    assert (now["a"], is_draft(now), is_frozen(now["a"])) == ({"n": 2}, False, False)
    assert now["b"] is base["b"]


def test_original_is_the_base_of_a_draft() -> None:
    base = tree()
    seen = []
    produce(base, lambda draft: seen.append(original(draft["a"]) is base["a"]))
    assert seen == [True]


@pytest.mark.parametrize("ask", [original, current])
def test_what_is_no_draft_has_no_original(ask: Callable[[object], object]) -> None:
    with pytest.raises(DraftMisuse, match="is no draft"):
        ask({"a": 1})


def test_drafts_are_told_apart_from_other_values() -> None:
    seen = []
    produce(
        {"a": {}}, lambda draft: seen.append((is_draft(draft), is_draft(draft["a"])))
    )
    assert (seen, is_draft({}), is_draftable({}), is_draftable(1)) == (
        [(True, True)],
        False,
        True,
        False,
    )


def test_a_plain_base_is_returned_itself_when_nothing_changed() -> None:
    base = {"a": {"n": 1}}
    assert produce(base, lambda _: None) is base


def test_a_plain_base_is_never_changed_and_its_result_is_frozen_all_through() -> None:
    base: dict[str, dict[str, object]] = {"a": {"n": 1}, "b": {"m": [1]}}
    after = produce(base, lambda draft: draft["a"].update(n=2))
    assert (base, is_frozen(after)) == ({"a": {"n": 1}, "b": {"m": [1]}}, True)


def test_objects_of_an_unknown_class_are_passed_on_untouched() -> None:
    held = object()
    base: dict[str, object] = freeze({"held": held, "n": 1})
    after = produce(base, lambda draft: draft.update(n=2))
    assert (after["held"] is held, is_frozen(after["held"])) == (True, False)


def test_a_finished_recipe_leaves_nothing_behind_for_the_garbage_collector() -> None:
    base = freeze({"a": [(Slots(), {"n": Slots()})]})

    def change(draft: dict[str, list[tuple[Slots, dict[str, Slots]]]]) -> None:
        slots, held = draft["a"][0]
        slots.tags.append("x")
        held["n"].title = "b"

    produce(base, change)
    gc.collect()
    gc.disable()
    try:
        produce(base, change)
        assert gc.collect() == 0
    finally:
        gc.enable()
