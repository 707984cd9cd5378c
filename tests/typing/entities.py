"""What an adapter's verbs take and return. Checked by mypy and pyright, never run.

A line that must not pass is marked; strict mode fails when its error is one no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, assert_type

from stateroom.store import Slice, Store
from stateroom.store.entities import EntityAdapter, EntityState
from stateroom.store.persistent import PersistentMap


@dataclass(slots=True)
class Todo:
    id: int
    title: str
    done: bool = False


@dataclass(slots=True)
class Todos(EntityState[Todo, int]):
    filter: str = "all"


class Plain(TypedDict):
    ids: list[int]
    entities: dict[int, Todo]


class Root(TypedDict):
    todos: Todos


adapter = EntityAdapter[Todo, int](sort_key=lambda todo: todo.title)
EntityAdapter[Todo, int](select_id=lambda todo: todo.id)
EntityAdapter[Todo, int](sort_comparer=lambda one, other: one.id - other.id)
EntityAdapter[Todo, int](
    sort_key=lambda todo: todo.id, sort_comparer=lambda one, other: one - other
)
EntityAdapter[Todo, int](select_id=lambda todo: todo.title)  # type: ignore[arg-type, return-value] # pyright: ignore[reportArgumentType, reportReturnType]
EntityAdapter[Todo, int](sort_key=lambda todo: todo.titel)  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]

slice_ = Slice("todos", Todos)


@slice_.reducer
def added(state: Todos, todo: Todo) -> None:
    adapter.add_one(state, todo)


def verbs_return_the_state_that_they_are_given(state: Todos, plain: Plain) -> None:
    assert_type(adapter.add_one(state, Todo(1, "a")), Todos)
    assert_type(adapter.add_many(plain, [Todo(1, "a")]), Plain)
    assert_type(adapter.set_all(state, {1: Todo(1, "a")}), Todos)
    assert_type(adapter.update_one(state, {"id": 1, "changes": {"done": True}}), Todos)
    assert_type(adapter.remove_many(state, [1, 2]), Todos)
    assert_type(adapter.add_one(state, {"type": "added", "payload": 1}), Todos)
    adapter.add_one(state, 7)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    adapter.add_many(state, [7])  # type: ignore[list-item] # pyright: ignore[reportArgumentType]
    adapter.remove_one(state, "a")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def initial_states_have_the_class_that_is_asked_for() -> None:
    assert_type(adapter.get_initial_state(), EntityState[Todo, int])
    assert_type(adapter.get_initial_state(Todos(), entities=[Todo(1, "a")]), Todos)


def todos_of(root: Root) -> Todos:
    return root["todos"]


def selectors_know_what_they_read(state: Todos, root: Root, plain: Plain) -> None:
    own = adapter.get_selectors()
    assert_type(own.select_all(state), list[Todo])
    assert_type(own.select_by_id(plain, 1), Todo | None)
    within = adapter.get_selectors(todos_of)
    assert_type(within.select_ids(root), list[int])
    assert_type(within.select_entities(root), Mapping[int, Todo])
    assert_type(within.select_total(root), int)
    within.select_total(state)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def a_verb_is_a_reducer(state: Todos) -> None:
    removed = slice_.reducer(name="removed")(adapter.remove_one)
    assert_type(removed.reduce(state, 1), Todos)
    slice_.extra("loaded")(adapter.set_all)
    Store(slice_).dispatch(removed(1))
    removed()  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


def a_persistent_map_keeps_its_types(plain: dict[str, int]) -> None:
    made = PersistentMap(plain)
    assert_type(made, PersistentMap[str, int])
    assert_type(made["a"], int)
    assert_type(made.set("b", 2).update({"c": 3}).remove("a"), PersistentMap[str, int])
    assert_type(made.diff(made).added, dict[str, int])
    made.set(1, 2)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
