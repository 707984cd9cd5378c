from __future__ import annotations

from dataclasses import dataclass

import pytest

from stateroom.errors import FrozenState
from stateroom.store.drafts import freeze, produce
from stateroom.store.entities import LARGE, EntityAdapter, EntityState


@dataclass(slots=True)
class Book:
    id: str
    pages: int = 0


@dataclass(slots=True)
class Room:
    left: EntityState[Book, str]
    right: EntityState[Book, str]


BOOKS = EntityAdapter[Book, str]()
BY_SIZE = EntityAdapter[Book, str](sort_key=lambda book: book.pages)


def right(room: Room) -> EntityState[Book, str]:
    return room.right


FEW = BY_SIZE.get_initial_state(entities=[Book("a", 3), Book("b", 1), Book("c", 2)])


def test_the_selectors_read_a_table() -> None:
    select = BY_SIZE.get_selectors()
    assert select.select_ids(FEW) == ["b", "c", "a"]
    assert select.select_entities(FEW) is FEW.entities
    assert select.select_all(FEW) == [Book("b", 1), Book("c", 2), Book("a", 3)]
    assert select.select_total(FEW) == 3
    assert select.select_by_id(FEW, "a") is FEW.entities["a"]
    assert select.select_by_id(FEW, "x") is None


def test_they_read_a_plain_dict_too() -> None:
    select = BOOKS.get_selectors()
    extra: dict[str, object] = {}
    state = BOOKS.get_initial_state(extra, entities=[Book("a")])
    assert select.select_all(state) == [Book("a")]
    assert (select.select_total(state), select.select_ids(state)) == (1, ["a"])


def test_they_find_the_table_in_a_larger_state() -> None:
    select = BOOKS.get_selectors(right)
    room = freeze(Room(left=EntityState(), right=FEW))
    assert select.select_total(room) == 3
    assert select.select_by_id(room, "a") == Book("a", 3)
    assert select.select_ids(room) == ["b", "c", "a"]
    assert select.select_entities(room) == FEW.entities


def test_the_list_of_all_is_the_same_until_the_table_changes() -> None:
    select = BOOKS.get_selectors(right)
    room = freeze(Room(left=EntityState(), right=FEW))
    before = select.select_all(room)

    def elsewhere(draft: Room) -> None:
        BOOKS.add_one(draft.left, Book("x"))

    other = produce(room, elsewhere)
    assert select.select_all(other) is before

    def here(draft: Room) -> None:
        BOOKS.remove_one(draft.right, "a")

    changed = produce(room, here)
    assert select.select_all(changed) == [Book("b", 1), Book("c", 2)]
    assert select.select_all(room) is before


def test_the_list_of_all_cannot_be_changed() -> None:
    found = BOOKS.get_selectors().select_all(FEW)
    with pytest.raises(FrozenState):
        found.append(Book("x"))
    with pytest.raises(FrozenState):
        found[0].pages = 9


def test_all_of_a_large_table_stand_in_the_order_of_their_ids() -> None:
    books = [Book(f"b{number}", pages=-number) for number in range(LARGE + 1)]
    in_order = BOOKS.get_initial_state(entities=books)
    assert BOOKS.get_selectors().select_all(in_order) == books
    reverse = BY_SIZE.get_initial_state(entities=books)
    assert BY_SIZE.get_selectors().select_all(reverse) == books[::-1]


def test_a_selector_in_a_reducer_sees_the_draft_as_it_is() -> None:
    select = BY_SIZE.get_selectors()

    def recipe(draft: EntityState[Book, str]) -> None:
        BY_SIZE.update_one(draft, {"id": "a", "changes": {"pages": 0}})
        assert select.select_all(draft) == [Book("a", 0), Book("b", 1), Book("c", 2)]
        BY_SIZE.remove_one(draft, "b")
        assert select.select_all(draft) == [Book("a", 0), Book("c", 2)]
        assert select.select_total(draft) == 2

    produce(FEW, recipe)
