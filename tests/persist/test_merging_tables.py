"""Merging tables of entities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import pytest

from stateroom.persist.merging import ABSENT, sorted_by, three_way
from stateroom.store import (
    EntityAdapter,
    EntityState,
    PersistentMap,
    freeze,
    is_frozen,
)
from tests.persist.merging_kinds import Todo, lost, merged

Table: TypeAlias = EntityState[Todo, int]


class Maker(Protocol):
    def __call__(self, *todos: Todo) -> object: ...


@dataclass(slots=True)
class Own:
    """A table of the user's own, with a field beside."""

    query: str = ""
    ids: list[int] = field(default_factory=list)
    entities: Mapping[int, Todo] = field(default_factory=dict)


def table(*todos: Todo) -> Table:
    return EntityState([each.id for each in todos], {each.id: each for each in todos})


def as_dict(*todos: Todo) -> dict[str, object]:
    return {
        "ids": [each.id for each in todos],
        "entities": {each.id: each for each in todos},
    }


def own(*todos: Todo) -> Own:
    return Own("", [each.id for each in todos], {each.id: each for each in todos})


def large(*todos: Todo) -> Table:
    return EntityState(
        [each.id for each in todos], PersistentMap({each.id: each for each in todos})
    )


@pytest.mark.parametrize("make", [table, as_dict, own, large])
def test_entities_that_each_side_added_changed_or_removed_are_merged(
    make: Maker,
) -> None:
    value, conflicts = merged(
        make(Todo(1), Todo(2), Todo(3)),
        make(Todo(1, "s"), Todo(2), Todo(3), Todo(4)),
        make(Todo(1), Todo(3, "c"), Todo(5)),
    )
    assert value == make(Todo(1, "s"), Todo(3, "c"), Todo(4), Todo(5))
    assert value.__class__ is freeze(make()).__class__
    assert is_frozen(value)
    assert conflicts == []


def test_an_entity_that_both_sides_changed_is_merged_field_by_field() -> None:
    value, conflicts = merged(
        table(Todo(1)), table(Todo(1, "s", done=True)), table(Todo(1, "c"))
    )
    assert value == table(Todo(1, "c", done=True))
    assert lost(conflicts) == [("entities[1].title", "c", "s", "changed")]


def test_an_entity_that_was_changed_outlives_its_deletion() -> None:
    base = table(Todo(1), Todo(2))
    value, conflicts = merged(base, table(Todo(2)), table(Todo(1, "c"), Todo(2)))
    assert value == table(Todo(1, "c"), Todo(2))
    assert lost(conflicts) == [("entities[1]", Todo(1, "c"), ABSENT, "deleted")]


def test_an_entity_that_both_sides_added_is_there_once() -> None:
    value, conflicts = merged(
        table(), table(Todo(1, "s"), Todo(2)), table(Todo(1, "c"))
    )
    assert value == table(Todo(1, "c"), Todo(2))
    assert lost(conflicts) == [("entities[1].title", "c", "s", "changed")]


def test_an_order_that_one_side_changed_is_kept() -> None:
    base = table(Todo(1), Todo(2), Todo(3))
    value, conflicts = merged(
        base,
        table(Todo(1), Todo(2), Todo(3), Todo(4)),
        table(Todo(3), Todo(1), Todo(2)),
    )
    assert value.ids == [3, 1, 2, 4]
    assert conflicts == []


def test_orders_that_both_sides_changed_are_a_conflict() -> None:
    value, conflicts = merged(
        table(Todo(1), Todo(2), Todo(3)),
        table(Todo(2), Todo(1), Todo(3)),
        table(Todo(1), Todo(3), Todo(2)),
    )
    assert value.ids == [1, 3, 2]
    assert lost(conflicts) == [("ids", [1, 3, 2], [2, 1, 3], "order")]


def test_ids_without_entities_and_entities_without_ids_are_put_right() -> None:
    base = table(Todo(1))
    stored = EntityState([9, 1], {1: Todo(1), 2: Todo(2)})
    current = EntityState([1, 1, 3], {1: Todo(1), 3: Todo(3)})
    value, _ = merged(base, stored, current)
    assert value.ids == [1, 2, 3]
    assert list(value.entities) == [1, 2, 3]


def test_a_field_beside_the_entities_is_merged_too() -> None:
    stored = own(Todo(1))
    stored.query = "q"
    value, conflicts = merged(own(), stored, own(Todo(2)))
    assert value == Own("q", [1, 2], {1: Todo(1), 2: Todo(2)})
    assert conflicts == []


def test_two_keys_that_are_named_like_those_of_a_table_are_no_table() -> None:
    base: dict[str, object] = {"ids": ["a"], "entities": {"x": 1}}
    value, conflicts = merged(
        base,
        {"ids": ["a", "b"], "entities": {"x": 1}},
        {"ids": ["a"], "entities": {"x": 1, "y": 2}},
    )
    assert value == {"ids": ["a", "b"], "entities": {"x": 1, "y": 2}}
    assert conflicts == []


def test_ids_that_cannot_be_ids_are_merged_as_any_list() -> None:
    value, _ = merged(
        {"ids": [[1]], "entities": {}},
        {"ids": [[1], [2]], "entities": {}},
        {"ids": [[1], [3]], "entities": {}},
    )
    assert value == {"ids": [[1], [2], [3]], "entities": {}}


def test_a_merge_for_the_ids_still_leaves_them_consistent() -> None:
    value, _ = merged(
        table(Todo(1), Todo(2)),
        table(Todo(2), Todo(3)),
        table(Todo(1), Todo(2), Todo(4)),
        merges={"ids": lambda base, stored, current: [4, 1, 2, 4]},
    )
    assert value.ids == [4, 2, 3]
    assert sorted(value.entities) == [2, 3, 4]


def test_a_merge_for_the_entities_decides_which_ids_there_are() -> None:
    value, _ = merged(
        table(Todo(1)),
        table(Todo(1), Todo(2)),
        table(Todo(1), Todo(3)),
        merges={"entities": lambda base, stored, current: stored},
    )
    assert value == table(Todo(1), Todo(2))


def test_a_sorted_table_can_be_kept_sorted() -> None:
    adapter = EntityAdapter[Todo, int](sort_key=lambda todo: todo.title)
    base, one, two = table(Todo(1, "b")), Todo(2, "a"), Todo(3, "c")
    rank = sorted_by(lambda todo: str(getattr(todo, "title", "")))
    value, conflicts = merged(
        base,
        adapter.add_many(base, [one, Todo(4, "z")]),
        adapter.add_many(base, [two]),
        merges=rank,
    )
    assert value.ids == [2, 1, 3, 4]
    assert is_frozen(value)
    assert conflicts == []


def test_a_result_that_is_the_same_as_one_side_is_that_table() -> None:
    base, changed = freeze(table(Todo(1))), freeze(table(Todo(1, "b"), Todo(2)))
    again = freeze(table(Todo(1), Todo(2)))
    assert three_way(base, changed, again).value is changed
    assert three_way(base, again, changed).value is changed
