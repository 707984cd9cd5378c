"""What the state of an adapter can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

import msgspec
import pytest

from stateroom.errors import InvalidAction, InvalidSlice
from stateroom.store.drafts import is_frozen, produce
from stateroom.store.entities import EntityAdapter, EntityState


@dataclass(slots=True)
class Book:
    id: str
    pages: int = 0


@dataclass(slots=True)
class Shelf(EntityState[Book, str]):
    loading: bool = False


@dataclass
class Own:
    label: str = "mine"
    ids: list[str] = field(default_factory=list)
    entities: dict[str, Book] = field(default_factory=dict)


class Struct(msgspec.Struct):
    ids: list[str] = []
    entities: dict[str, Book] = {}
    label: str = "mine"


class Table(TypedDict):
    ids: list[str]
    entities: dict[str, Book]
    label: str


BOOKS = EntityAdapter[Book, str]()
BY_SIZE = EntityAdapter[Book, str](sort_key=lambda book: book.pages)


@pytest.mark.parametrize("adapter", [BOOKS, BY_SIZE])
@pytest.mark.parametrize("kind", [Shelf, Own, Struct])
def test_a_class_with_more_fields_keeps_them(
    adapter: EntityAdapter[Book, str], kind: type[Shelf]
) -> None:
    state = adapter.add_many(kind(), [Book("a"), Book("b")])
    state = adapter.update_one(state, {"id": "b", "changes": {"pages": -1}})
    state = adapter.remove_one(state, "a")
    expected = kind(ids=["b"], entities={"b": Book("b", -1)})
    assert (state, is_frozen(state)) == (expected, True)


def test_a_plain_dict_keeps_its_other_keys() -> None:
    state: Table = {"ids": [], "entities": {}, "label": "mine"}
    after = BOOKS.add_one(state, Book("a"))
    assert after == {"ids": ["a"], "entities": {"a": Book("a")}, "label": "mine"}
    assert state == {"ids": [], "entities": {}, "label": "mine"}
    assert BOOKS.remove_all(after) == state


def test_a_table_deep_in_a_draft_is_kept_too() -> None:
    before: dict[str, Shelf] = {"left": Shelf(), "right": Shelf()}

    def recipe(shelves: dict[str, Shelf]) -> None:
        BOOKS.add_one(shelves["left"], Book("a"))

    after = produce(before, recipe)
    assert after == {"left": Shelf(["a"], {"a": Book("a")}), "right": Shelf()}


def test_an_initial_state_is_new_each_time() -> None:
    one, other = BOOKS.get_initial_state(), BOOKS.get_initial_state()
    one.ids.append("a")
    assert other == EntityState(ids=[], entities={})


def test_an_initial_state_has_extra_fields_and_entities() -> None:
    extra: Mapping[str, object] = {"loading": False}
    assert BOOKS.get_initial_state(extra) == {
        "ids": [],
        "entities": {},
        "loading": False,
    }
    assert BOOKS.get_initial_state(Shelf(loading=True)) == Shelf(loading=True)
    filled = BY_SIZE.get_initial_state(Shelf(), entities=[Book("a", 2), Book("b", 1)])
    assert filled.ids == ["b", "a"]
    assert BOOKS.get_initial_state(entities={"k": Book("a")}).ids == ["a"]


@pytest.mark.parametrize(
    ("state", "missing"), [({}, "entities"), ({"entities": {}}, "ids"), (7, "entities")]
)
def test_a_state_without_the_two_fields_is_refused_by_name(
    state: object, missing: str
) -> None:
    with pytest.raises(InvalidSlice, match=f"has no '{missing}'") as caught:
        BOOKS.add_one(state, Book("a"))
    assert "EntityState" in caught.value.hint


def test_an_action_without_payload_is_refused() -> None:
    with pytest.raises(InvalidAction, match="books/added: an entity adapter needs a"):
        BOOKS.add_one(BOOKS.get_initial_state(), {"type": "books/added"})


def test_an_entity_that_has_a_type_is_no_action() -> None:
    adapter = EntityAdapter[dict[str, object], str]()
    entity: dict[str, object] = {"id": "a", "type": "novel", "payload": 3}
    assert adapter.add_one(adapter.get_initial_state(), entity).ids == ["a"]


def test_ids_that_are_equal_across_types_are_one_id() -> None:
    adapter = EntityAdapter[dict[str, object], object]()
    state = adapter.add_one(adapter.get_initial_state(), {"id": 1})
    assert adapter.add_one(state, {"id": True}) is state
    assert adapter.remove_one(state, 1.0).ids == []


def test_ids_without_entities_are_dropped_when_they_are_in_the_way() -> None:
    broken = Shelf(ids=["gone", "b"], entities={"b": Book("b", 2), "c": Book("c", 3)})
    assert BY_SIZE.add_one(broken, Book("a", 1)).ids == ["a", "b"]
    changes = {"pages": 9}
    assert BY_SIZE.update_one(broken, {"id": "b", "changes": changes}).ids == ["b"]
    assert BOOKS.add_one(broken, Book("a", 1)).ids == ["gone", "b", "a"]
    assert BOOKS.remove_one(broken, "gone") is broken
    assert BOOKS.remove_one(broken, "c").ids == ["gone", "b"]
    assert BOOKS.remove_one(broken, "b").ids == ["gone"]
