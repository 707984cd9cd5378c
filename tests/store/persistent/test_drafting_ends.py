"""Drafts and frozen maps as values: seen, copied, nested, ended and patched."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import cast

import pytest

from stateroom.errors import DraftMisuse, FrozenState
from stateroom.store.drafts import (
    create_draft,
    current,
    finish_draft,
    freeze,
    is_draft,
    is_draftable,
    is_frozen,
    original,
    produce,
    thaw,
)
from stateroom.store.patches import apply_patches, produce_with_patches
from stateroom.store.persistent import PersistentMap
from tests.store.persistent.todos import Table, Todo, finish, table


def test_a_draft_can_be_seen_and_compared() -> None:
    def recipe(todos: Table) -> None:
        todos["t0"].done = True
        assert todos == {"t0": Todo("0", done=True), "t1": Todo("1"), "t2": Todo("2")}
        assert {**todos} == dict(todos) == todos
        assert cast("object", todos) != 3
        assert repr(todos).startswith("PersistentMap({'t0': ")
        with pytest.raises(TypeError, match="unhashable"):
            hash(todos)

    produce(table(), recipe)


def test_a_draft_knows_what_it_was_and_what_it_is() -> None:
    before = table()

    def recipe(todos: Table) -> None:
        todos["t1"].done = True
        now = current(todos)
        todos["t0"].done = True
        assert original(todos) is before
        assert (now["t1"].done, now["t0"]) == (True, before["t0"])
        assert now["t0"] is before["t0"]
        assert not is_draft(now["t1"])

    produce(before, recipe)


@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, thaw, lambda value: pickle.loads(pickle.dumps(value))],  # noqa: S301 - our own bytes
)
def test_copies_of_map_and_draft_are_plain_and_may_change(
    copied: Callable[[Table], Table],
) -> None:
    before = table()
    plain = copied(before)
    plain["t0"].tags.append("mine")
    assert (type(plain), before["t0"].tags) == (dict, [])

    def recipe(todos: Table) -> None:
        todos["t0"].done = True
        again = copied(todos)
        again["t0"].tags.append("mine")
        assert (type(again), again["t0"].done) == (dict, True)

    assert produce(before, recipe)["t0"] == Todo("0", done=True)


def test_a_shallow_copy_of_a_draft_holds_its_drafts() -> None:
    def recipe(todos: Table) -> None:
        copy.copy(todos)["t0"].done = True

    assert produce(table(), recipe)["t0"].done is True


def test_a_map_of_frozen_values_is_frozen() -> None:
    before = table()
    assert (is_frozen(before), freeze(before) is before) == (True, True)
    assert is_draftable(before)
    assert not is_frozen(PersistentMap({"a": [1]}))


def test_a_frozen_map_refuses_to_be_changed_in_place() -> None:
    before = table()
    with pytest.raises(FrozenState, match="assigning an item is refused"):
        before["t0"] = Todo("x")
    with pytest.raises(FrozenState, match="pop is refused"):
        before.pop("t0")
    with pytest.raises(FrozenState):
        del before["t0"]
    with pytest.raises(FrozenState):
        before["t0"].done = True


def test_a_map_made_outside_is_frozen_when_it_gets_into_the_state() -> None:
    loose = PersistentMap({"t0": Todo("0")}).set("t1", Todo("1"))
    state = freeze({"todos": loose})
    assert is_frozen(state)
    after = produce(state, lambda draft: draft.update({"todos": loose.remove("t0")}))
    assert is_frozen(after)
    assert after["todos"] == {"t1": Todo("1")}
    loose["t1"].done = True
    assert state["todos"]["t1"].done is False


def test_the_draft_of_a_map_that_is_not_frozen_gives_a_frozen_one() -> None:
    loose = cast("Table", PersistentMap({"t0": Todo("0"), "t1": Todo("1")}))
    after = produce(loose, finish)
    assert is_frozen(after)
    assert (after["t1"].done, loose["t1"].done) == (True, False)


def test_a_draft_that_outlives_its_recipe_refuses_everything() -> None:
    leaked: list[Table] = []
    produce({"todos": table()}, lambda draft: leaked.append(draft["todos"]))
    for use in (
        lambda: leaked[0]["t0"],
        lambda: len(leaked[0]),
        lambda: list(leaked[0]),
        lambda: leaked[0].update({"t0": Todo("x")}),
    ):
        with pytest.raises(DraftMisuse, match="after its recipe had ended"):
            use()
    assert repr(leaked[0]) == "<draft of a map whose recipe has ended>"


def test_a_draft_lives_until_it_is_finished() -> None:
    before = table()
    draft = create_draft(before)
    finish(draft)
    after = finish_draft(draft)
    assert (after["t1"].done, before["t1"].done) == (True, False)


def test_a_recipe_inside_a_recipe_changes_a_copy_of_the_draft() -> None:
    def recipe(todos: Table) -> None:
        todos["t0"].done = True
        inner = produce(todos, finish)
        assert (inner["t0"].done, inner["t1"].done) == (True, True)
        assert todos["t1"].done is False
        assert produce(todos, lambda _: None) is todos

    after = produce(table(), recipe)
    assert [todo.done for todo in after.values()] == [True, False, False]


def test_the_result_of_an_inner_recipe_can_take_the_place_of_the_draft() -> None:
    def recipe(state: dict[str, Table]) -> None:
        state["todos"]["t0"].done = True
        state["todos"] = produce(state["todos"], finish)
        del state["todos"]["t2"]

    after = produce(freeze({"todos": table()}), recipe)
    assert is_frozen(after)
    assert after == {"todos": {"t0": Todo("0", done=True), "t1": Todo("1", done=True)}}


def test_patches_lead_there_and_back() -> None:
    before = table()

    def recipe(todos: Table) -> None:
        todos["t1"].done = True
        del todos["t0"]
        todos["t7"] = Todo("7")

    after, patches, inverse = produce_with_patches(before, recipe)
    assert list(patches) == [
        {"op": "replace", "path": ("t1", "done"), "value": True},
        {"op": "remove", "path": ("t0",)},
        {"op": "add", "path": ("t7",), "value": Todo("7")},
    ]
    assert apply_patches(before, patches) == after
    assert apply_patches(after, inverse) == before


def test_an_error_in_the_recipe_leaves_the_base_as_it_was() -> None:
    before = table()

    def recipe(todos: Table) -> None:
        del todos["t0"]
        raise ValueError("in between")

    with pytest.raises(ValueError, match="in between"):
        produce(before, recipe)
    assert len(before) == 3
