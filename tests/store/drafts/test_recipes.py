"""Recipes: what they may return, what they may not do, and recipes inside recipes."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterator
from typing import TypeAlias, cast

import pytest

from stateroom.errors import DraftMisuse
from stateroom.store import (
    NOTHING,
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


SAME: list[tuple[object, object, bool]] = [
    (1, 1, True),
    (1, 2, False),
    (1, 1.0, False),
    (1, True, False),
    (math.nan, float("nan"), True),
    (0.0, -0.0, False),
    (0.5, 0.5, True),
    ("ab", "abc"[:2], True),
    (None, None, True),
    (10**30, 10**30, True),
    (b"x", b"x", True),
    ([1], [1], False),
    ((1,), tuple([1]), False),  # noqa: C409 - a literal would be one object
]


@pytest.mark.parametrize(("old", "new", "is_same"), SAME)
def test_setting_a_value_is_a_change_unless_it_is_the_same(
    old: object, new: object, *, is_same: bool
) -> None:
    base = freeze({"v": old})
    after = produce(base, lambda draft: draft.update(v=new))
    assert (after is base) == is_same


def test_set_and_put_back_is_a_change() -> None:
    base = tree()

    def there_and_back(draft: Tree) -> None:
        draft["a"]["n"] = 2
        draft["a"]["n"] = 1

    after = produce(base, there_and_back)
    assert (after == base, after is base, after["b"] is base["b"]) == (
        True,
        False,
        True,
    )


def test_a_returned_value_takes_the_place_of_the_base() -> None:
    after = produce(tree(), lambda _: {"new": {"x": 1}})
    assert (after, is_frozen(after)) == ({"new": {"x": 1}}, True)


def test_a_returned_draft_that_did_not_change_is_its_base() -> None:
    base: object = freeze([[1]])
    assert produce(base, lambda draft: cast("list[object]", draft)[0]) == [1]


def test_returning_the_changed_draft_itself_is_allowed() -> None:
    def change(draft: Tree) -> Tree:
        draft["a"]["n"] = 2
        return draft

    assert produce(tree(), change)["a"] == {"n": 2}


def test_nothing_makes_the_value_none() -> None:
    assert produce(tree(), lambda _: NOTHING) is None


@pytest.mark.parametrize(("value", "next_value"), [(1, 2), ("a", "b"), (None, 3)])
def test_a_value_without_a_draft_is_handed_to_the_recipe_as_it_is(
    value: object, next_value: object
) -> None:
    seen: list[object] = []

    def replace(held: object) -> object:
        seen.append(held)
        return next_value

    assert (produce(value, replace), seen) == (next_value, [value])


def test_a_recipe_that_returns_nothing_for_a_number_is_refused() -> None:
    with pytest.raises(DraftMisuse, match="returned nothing for 5"):
        produce(5, lambda _: None)


def test_changing_and_returning_another_value_is_refused_with_the_path() -> None:
    def both(draft: Tree) -> Tree:
        draft["b"]["list"] = []
        return {}

    with pytest.raises(
        DraftMisuse, match=r"changed b\.list and returned a dict"
    ) as caught:
        produce(tree(), both)
    assert caught.value.path == "b.list"


def test_a_coroutine_is_refused_and_closed() -> None:
    async def later(draft: Tree) -> None:
        draft["a"]["n"] = 2

    with pytest.raises(DraftMisuse, match="coroutine or generator"):
        produce(tree(), later)  # type: ignore[arg-type] # what the test is about


def test_a_generator_is_refused() -> None:
    def steps(draft: Tree) -> Iterator[int]:
        draft["a"]["n"] = 2
        yield 1

    with pytest.raises(DraftMisuse, match="coroutine or generator"):
        produce(tree(), steps)  # type: ignore[arg-type] # what the test is about


def test_an_error_in_a_recipe_leaves_the_base_and_ends_its_drafts() -> None:
    base = tree()
    leaked: list[Tree] = []

    def fail(draft: Tree) -> None:
        leaked.append(draft)
        draft["a"]["n"] = 2
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        produce(base, fail)
    with pytest.raises(DraftMisuse):
        leaked[0]["a"]
    assert base == tree()


USES: list[Callable[[list[int]], object]] = [
    lambda leaked: leaked[0],
    len,
    list,
    lambda leaked: leaked.append(3),
    lambda leaked: leaked == [],
    lambda leaked: 1 in leaked,
    lambda leaked: leaked.sort(),
]


@pytest.mark.parametrize("use", USES)
def test_a_leaked_draft_refuses_every_use_and_names_its_path(
    use: Callable[[list[int]], object],
) -> None:
    leaked: list[list[int]] = []
    produce({"b": {"list": [1]}}, lambda draft: leaked.append(draft["b"]["list"]))
    with pytest.raises(DraftMisuse, match=r"the draft of b\.list was used after"):
        use(leaked[0])


def test_a_draft_that_became_state_can_be_read_and_not_changed() -> None:
    leaked = []

    def leak(draft: Tree) -> None:
        draft["a"]["n"] = 2
        leaked.append(draft["a"])

    after = produce(tree(), leak)
    assert after["a"] is leaked[0]
    with pytest.raises(TypeError, match="frozen state"):
        leaked[0]["n"] = 3


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
    base = {"a": {"n": 1}, "b": {"m": [1]}}
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
