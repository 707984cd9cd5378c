"""Statement S13 of the contract, the rest: order, identity, drafts, plain states."""

from __future__ import annotations

import pytest

from stateroom.store.drafts import is_frozen, produce
from stateroom.store.entities import EntityState
from tests.store.entities.books import (
    BOTH,
    SORTED,
    UNSORTED,
    Adapter,
    Book,
    State,
    shelf,
    titles,
)


def test_s13_sorted_ids_are_in_order_after_every_verb() -> None:
    state = shelf(SORTED, "B", "A", "D")
    assert state.ids == ["a", "b", "d"]
    state = SORTED.add_one(state, Book("c", "C"))
    assert state.ids == ["a", "b", "c", "d"]
    state = SORTED.set_one(state, Book("d", "0"))
    assert state.ids == ["d", "a", "b", "c"]
    state = SORTED.update_one(state, {"id": "a", "changes": {"title": "X"}})
    assert state.ids == ["d", "b", "c", "a"]
    state = SORTED.upsert_many(state, [Book("e", "A"), Book("b", "Y")])
    assert state.ids == ["d", "e", "c", "a", "b"]


def test_s13_sorted_equal_entities_stay_in_the_order_in_which_they_came() -> None:
    books = [Book(key, "same") for key in "cab"]
    state = SORTED.add_many(SORTED.get_initial_state(), books)
    assert state.ids == ["c", "a", "b"]
    state = SORTED.add_one(state, Book("0", "same"))
    assert state.ids == ["c", "a", "b", "0"]
    state = SORTED.update_one(state, {"id": "c", "changes": {"pages": 1}})
    assert state.ids == ["c", "a", "b", "0"]
    assert SORTED.set_one(state, Book("c", "same")).ids == ["a", "b", "0", "c"]


def test_s13_sorted_the_list_of_ids_stays_when_the_order_does() -> None:
    state = shelf(SORTED, "A", "B", "C")
    after = SORTED.update_one(state, {"id": "b", "changes": {"title": "BB"}})
    assert (after is state, after.ids is state.ids) == (False, True)
    assert SORTED.set_one(state, Book("c", "CC")).ids is state.ids


def test_s13_sorted_an_update_to_equal_values_gives_the_same_state() -> None:
    state = shelf(SORTED, "A", "B")
    changes = {"title": "A", "pages": 0}
    assert SORTED.update_one(state, {"id": "a", "changes": changes}) is state
    assert SORTED.update_one(state, {"id": "a", "changes": {}}) is state
    assert SORTED.upsert_one(state, Book("a", "A")) is state


def test_s13_unsorted_an_update_to_equal_values_gives_a_new_state() -> None:
    state = shelf(UNSORTED, "A", "B")
    after = UNSORTED.update_one(state, {"id": "a", "changes": {"title": "A"}})
    assert after == state
    assert after is not state
    assert after.entities["a"] is not state.entities["a"]
    assert (after.ids is state.ids, after.entities["b"] is state.entities["b"]) == (
        True,
        True,
    )


@BOTH
def test_s13_a_draft_is_changed_and_returned(adapter: Adapter) -> None:
    state = shelf(adapter, "B")

    def recipe(draft: State) -> None:
        assert adapter.add_one(draft, Book("a", "A")) is draft
        assert adapter.remove_one(draft, "x") is draft
        adapter.update_one(draft, {"id": "a", "changes": {"pages": 3}})
        draft.entities["b"].pages = 4

    after = produce(state, recipe)
    assert after.entities == {"a": Book("a", "A", 3), "b": Book("b", "B", 4)}
    assert titles(state) == ["B"]


@BOTH
def test_s13_a_plain_state_is_left_alone_and_a_frozen_one_returned(
    adapter: Adapter,
) -> None:
    plain: State = EntityState(ids=["a"], entities={"a": Book("a", "A")})
    after = adapter.add_one(plain, Book("b", "B"))
    assert plain == EntityState(ids=["a"], entities={"a": Book("a", "A")})
    assert (after.ids, is_frozen(after)) == (["a", "b"], True)


@pytest.mark.parametrize(
    "adapter",
    [
        SORTED,
        Adapter(sort_comparer=lambda one, other: one.pages - other.pages),
        Adapter(
            sort_key=lambda book: book.pages,
            sort_comparer=lambda one, other: one - other,
        ),
    ],
)
def test_s13_sorted_what_moves_is_found_also_when_it_is_a_draft_already(
    adapter: Adapter,
) -> None:
    books = [Book("a", "A", 1), Book("b", "B", 2)]
    state = adapter.get_initial_state(entities=books)

    def recipe(draft: State) -> None:
        for changes in ({"pages": 1, "title": "A0"}, {"pages": 3, "title": "C"}):
            adapter.update_one(draft, {"id": "a", "changes": changes})

    assert produce(state, recipe).ids == ["b", "a"]
