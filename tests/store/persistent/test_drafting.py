"""Drafts of maps: what a recipe does to one, and what comes of it."""

from __future__ import annotations

from typing import cast

import pytest

from stateroom.errors import FrozenState
from stateroom.store.drafts import (
    produce,
)
from stateroom.store.persistent import PersistentMap
from tests.store.persistent.todos import Table, Todo, clear, finish, table


def test_a_change_below_lands_in_the_map() -> None:
    before = table()
    after = produce(before, finish)
    assert after == {"t0": Todo("0"), "t1": Todo("1", done=True), "t2": Todo("2")}
    assert before["t1"] == Todo("1")
    assert (after["t0"] is before["t0"], after["t1"] is before["t1"]) == (True, False)
    assert isinstance(cast("object", after), PersistentMap)


def test_reading_and_assigning_the_same_changes_nothing() -> None:
    before = table()

    def recipe(todos: Table) -> None:
        assert [todo.title for todo in todos.values()] == ["0", "1", "2"]
        todos["t1"] = todos["t1"]
        todos["t2"] = before["t2"]
        todos["t2"].done = False

    assert produce(before, recipe) is before


def test_a_value_put_back_over_its_changed_draft_is_a_change() -> None:
    before = table()

    def recipe(todos: Table) -> None:
        todos["t1"].done = True
        todos["t1"] = before["t1"]

    after = produce(before, recipe)
    assert after is not before
    assert after["t1"] is before["t1"]


def test_what_is_changed_and_changed_back_is_a_new_map() -> None:
    before = table()

    def recipe(todos: Table) -> None:
        todos["x"] = Todo("x")
        del todos["x"]

    after = produce(before, recipe)
    assert (after == before, after is before) == (True, False)


def test_keys_come_go_and_keep_their_order() -> None:
    def recipe(todos: Table) -> None:
        todos["new"] = Todo("new")
        del todos["t0"]
        todos["t0"] = Todo("again")
        assert list(todos) == ["t1", "t2", "new", "t0"]
        assert list(reversed(todos)) == ["t0", "new", "t2", "t1"]
        assert (len(todos), "t0" in todos, "t9" in todos) == (4, True, False)
        del todos["new"]
        del todos["t2"]

    after = produce(table(), recipe)
    assert list(after) == ["t1", "t0"]


def test_a_missing_key_is_an_error_as_of_a_dict() -> None:
    def recipe(todos: Table) -> None:
        with pytest.raises(KeyError, match="t9"):
            todos["t9"]
        with pytest.raises(KeyError, match="t9"):
            del todos["t9"]
        del todos["t0"]
        with pytest.raises(KeyError, match="t0"):
            todos["t0"]
        with pytest.raises(KeyError, match="t0"):
            todos.pop("t0")
        assert todos.get("t0") is None

    produce(table(), recipe)


def test_the_verbs_of_a_dict_work_on_the_draft() -> None:
    def recipe(todos: Table) -> None:
        assert todos.pop("t0").title == "0"
        assert todos.popitem()[0] == "t2"
        assert todos.setdefault("t5", Todo("5")).title == "5"
        todos.update({"t6": Todo("6")})
        assert set(todos.copy()) == {"t1", "t5", "t6"}

    after: Table = produce(table(), recipe)
    assert list(after) == ["t1", "t5", "t6"]
    cleared: Table = produce(after, clear)
    assert not cleared


def test_an_empty_draft_has_nothing_to_pop() -> None:
    def recipe(todos: Table) -> None:
        with pytest.raises(KeyError, match="dictionary is empty"):
            todos.popitem()

    produce(table(0), recipe)


def test_a_draft_taken_elsewhere_keeps_its_changes() -> None:
    def recipe(todos: Table) -> None:
        todo = todos.pop("t1")
        todo.done = True
        todos["moved"] = todo
        todos["alias"] = todos["t0"]
        todos["alias"].done = True

    after = produce(table(), recipe)
    assert after["moved"] == Todo("1", done=True)
    assert after["alias"] is after["t0"]
    assert after["t0"].done is True


def test_values_that_were_put_in_are_frozen_copies() -> None:
    mine = Todo("mine")

    def recipe(todos: Table) -> None:
        todos["mine"] = mine
        todos["mine"].tags.append("a")

    after = produce(table(), recipe)
    assert after["mine"] == Todo("mine", tags=["a"])
    assert mine == Todo("mine")
    with pytest.raises(FrozenState):
        after["mine"].tags.append("b")
