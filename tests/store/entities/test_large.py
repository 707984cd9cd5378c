"""Large tables: the entities are a persistent map, and nobody has to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from stateroom.store.drafts import is_frozen, produce
from stateroom.store.entities import LARGE, EntityAdapter, EntityState
from stateroom.store.persistent import PersistentMap


@dataclass(slots=True)
class Book:
    id: int
    pages: int = 0


State = EntityState[Book, int]
BOOKS = EntityAdapter[Book, int]()
BY_SIZE = EntityAdapter[Book, int](sort_key=lambda book: book.pages)


def shelf(size: int) -> State:
    return BOOKS.get_initial_state(entities=[Book(number) for number in range(size)])


@pytest.fixture(scope="module")
def large() -> State:
    return shelf(LARGE + 1)


@pytest.fixture(params=["add", "set", "upsert", "set all"])
def grown(request: pytest.FixtureRequest) -> Iterator[State]:
    """The largest table that is held in a dict, with one entity more."""
    most, more = shelf(LARGE), Book(LARGE)
    assert isinstance(most.entities, dict)
    if request.param == "add":
        yield BOOKS.add_one(most, more)
    elif request.param == "set":
        yield BOOKS.set_one(most, more)
    elif request.param == "upsert":
        yield BOOKS.upsert_one(most, more)
    else:
        yield BOOKS.set_all(most, [*most.entities.values(), more])


def test_above_a_number_of_entities_they_become_a_persistent_map(grown: State) -> None:
    assert isinstance(grown.entities, PersistentMap)
    assert is_frozen(grown)
    assert list(grown.entities) == grown.ids == list(range(LARGE + 1))


def test_an_update_shares_all_that_did_not_change(large: State) -> None:
    after = BOOKS.update_one(large, {"id": 7, "changes": {"pages": 3}})
    assert isinstance(after.entities, PersistentMap)
    assert isinstance(large.entities, PersistentMap)
    assert after.entities.diff(large.entities).changed == {7: Book(7, 3)}
    assert after.ids is large.ids


def test_a_reducer_changes_an_entity_as_it_would_in_a_dict(large: State) -> None:
    def recipe(draft: State) -> None:
        draft.entities[7].pages = 3

    after = produce(large, recipe)
    assert (after.entities[7], large.entities[7]) == (Book(7, 3), Book(7))
    assert after.entities[8] is large.entities[8]


def test_a_no_op_gives_the_same_large_state(large: State) -> None:
    assert BOOKS.add_one(large, Book(7, 9)) is large
    assert BOOKS.remove_one(large, -1) is large
    assert BOOKS.update_one(large, {"id": -1, "changes": {}}) is large
    assert BY_SIZE.update_one(large, {"id": 7, "changes": {"pages": 0}}) is large


def test_a_large_dict_of_somebody_else_becomes_a_map_when_it_changes() -> None:
    given = {number: Book(number) for number in range(LARGE + 1)}
    plain: State = EntityState(ids=list(given), entities=given)
    assert BY_SIZE.update_one(plain, {"id": 7, "changes": {"pages": 0}}) is plain
    for after in (
        BOOKS.update_one(plain, {"id": 7, "changes": {"pages": 1}}),
        BOOKS.remove_one(plain, 7),
    ):
        assert isinstance(after.entities, PersistentMap)
    assert given[7] == Book(7)


def test_drafts_that_were_read_before_the_change_of_kind_keep_their_changes() -> None:
    most = shelf(LARGE)

    def recipe(draft: State) -> None:
        book = draft.entities[7]
        book.pages = 1
        BOOKS.add_one(draft, Book(LARGE))
        book.pages += 1
        draft.entities[8].pages = 5

    after = produce(most, recipe)
    assert isinstance(after.entities, PersistentMap)
    assert (after.entities[7].pages, after.entities[8].pages) == (2, 5)
    assert after.entities[9] is most.entities[9]


def test_removing_all_and_setting_few_gives_a_dict_again(large: State) -> None:
    assert isinstance(BOOKS.remove_all(large).entities, dict)
    assert isinstance(BOOKS.set_all(large, [Book(1)]).entities, dict)


def test_a_large_table_is_equal_to_a_plain_one(large: State) -> None:
    plain = {number: Book(number) for number in range(LARGE + 1)}
    assert large == EntityState(ids=list(plain), entities=plain)
    assert EntityState(ids=list(plain), entities=plain) == large


def test_a_large_sorted_table_moves_what_an_update_moves() -> None:
    books = [Book(number, pages=number // 2) for number in range(LARGE + 50)]
    state = BY_SIZE.get_initial_state(entities=books)
    updates = [
        {"id": 4_000, "changes": {"pages": 100}},
        {"id": 9, "changes": {"pages": 100}},
        {"id": 8, "changes": {"pages": 100}},
        {"id": 202, "changes": {"pages": 100}},
        {"id": 500, "changes": {"pages": 250}},
    ]
    payload = {"type": "moved", "payload": updates}
    after = BY_SIZE.update_many(state, payload)
    changed = [after.entities[key] for key in state.ids]
    assert after.ids == [book.id for book in sorted(changed, key=lambda it: it.pages)]
    assert after.ids[198:204] == [8, 9, 200, 201, 202, 4_000]


def test_many_moved_entities_are_sorted_as_few_are() -> None:
    books = [Book(number, pages=number // 2) for number in range(LARGE + 50)]
    state = BY_SIZE.get_initial_state(entities=books)
    updates = [
        {"id": number, "changes": {"pages": number % 7}} for number in range(3_000)
    ]
    after = BY_SIZE.update_many(state, {"type": "moved", "payload": updates})
    changed = [after.entities[key] for key in state.ids]
    assert after.ids == [book.id for book in sorted(changed, key=lambda it: it.pages)]
