"""The verbs as reducers of a slice."""

from __future__ import annotations

from dataclasses import dataclass

from stateroom.store.entities import LARGE, EntityAdapter, EntityState, Update
from stateroom.store.plain import from_plain, to_plain
from stateroom.store.slices import Slice
from stateroom.store.undefined import UNDEFINED


@dataclass(slots=True)
class Todo:
    id: int
    title: str
    done: bool = False


@dataclass(slots=True)
class Todos(EntityState[Todo, int]):
    filter: str = "all"


ADAPTER = EntityAdapter[Todo, int]()
TODOS = Slice("todos", Todos)


@TODOS.reducer
def added(state: Todos, todo: Todo) -> None:
    ADAPTER.add_one(state, todo)


@TODOS.reducer
def toggled(state: Todos, key: int) -> None:
    todo = state.entities[key]
    ADAPTER.update_one(state, {"id": key, "changes": {"done": not todo.done}})


@TODOS.reducer
def replaced(state: Todos, todos: list[Todo]) -> Todos:
    return ADAPTER.set_all(state, todos)


removed = TODOS.reducer(name="removed")(ADAPTER.remove_one)
TODOS.extra("loaded")(ADAPTER.set_all)
TODOS.extra("signed-out")(ADAPTER.remove_all)


def test_a_reducer_calls_the_adapter() -> None:
    state = TODOS.reduce(UNDEFINED, added(Todo(1, "read")))
    state = TODOS.reduce(state, toggled(1))
    assert state == Todos(ids=[1], entities={1: Todo(1, "read", done=True)})


def test_a_reducer_returns_what_the_adapter_returns() -> None:
    state = TODOS.reduce(UNDEFINED, replaced([Todo(1, "a"), Todo(2, "b")]))
    assert state.ids == [1, 2]


def test_a_verb_is_a_reducer_by_itself() -> None:
    state = TODOS.reduce(UNDEFINED, replaced([Todo(1, "a"), Todo(2, "b")]))
    action = removed(1)
    assert action == {"type": "todos/removed", "payload": 1}
    assert TODOS.reduce(state, action).ids == [2]
    assert removed.reduce(state, 2).ids == [1]


def test_a_verb_reduces_actions_of_others() -> None:
    loaded = {"type": "loaded", "payload": [Todo(3, "c")]}
    state = TODOS.reduce(TODOS.initial(), loaded)
    assert state.ids == [3]
    assert TODOS.reduce(state, {"type": "signed-out"}).ids == []


def test_an_action_that_changes_nothing_gives_the_same_state() -> None:
    state = TODOS.reduce(UNDEFINED, added(Todo(1, "a")))
    assert TODOS.reduce(state, added(Todo(1, "other"))) is state
    assert TODOS.reduce(state, removed(9)) is state


def test_a_small_and_a_large_table_have_the_same_plain_form() -> None:
    for size in (2, LARGE + 1):
        books = [Todo(number, "read") for number in range(size)]
        state = TODOS.reduce(UNDEFINED, replaced(books))
        plain = to_plain(state)
        assert isinstance(plain, dict)
        assert list(plain) == ["ids", "entities", "filter"]
        assert from_plain(Todos, plain) == state


def test_an_update_is_typed() -> None:
    update: Update[int] = {"id": 1, "changes": {"done": True}}
    state = TODOS.reduce(UNDEFINED, added(Todo(1, "a")))
    assert ADAPTER.update_one(state, update).entities[1].done is True
