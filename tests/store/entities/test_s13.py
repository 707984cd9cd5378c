"""Statement S13 of the contract, sentence by sentence: what the verbs do.

Where the two kinds of adapters differ, the name of a test says which one is meant.
"""

from __future__ import annotations

from collections.abc import Mapping

from stateroom.store.entities import EntityAdapter, EntityState
from tests.store.entities.books import (
    BOTH,
    SORTED,
    UNSORTED,
    Adapter,
    Book,
    shelf,
    titles,
)


@BOTH
def test_s13_the_state_is_ids_and_entities(adapter: Adapter) -> None:
    assert adapter.get_initial_state() == EntityState(ids=[], entities={})
    state = adapter.add_one(adapter.get_initial_state(), Book("a", "A"))
    assert state == EntityState(ids=["a"], entities={"a": Book("a", "A")})


@BOTH
def test_s13_add_one_of_an_existing_id_gives_the_same_state(adapter: Adapter) -> None:
    state = shelf(adapter, "A", "B")
    assert adapter.add_one(state, Book("a", "Other")) is state
    assert adapter.add_many(state, [Book("a", "Other"), Book("b", "Other")]) is state
    assert adapter.add_many(state, []) is state


@BOTH
def test_s13_of_a_duplicate_in_add_many_the_first_wins(adapter: Adapter) -> None:
    state = adapter.add_many(
        adapter.get_initial_state(), [Book("a", "First"), Book("a", "Second")]
    )
    assert titles(state) == ["First"]


@BOTH
def test_s13_of_a_duplicate_in_set_many_the_last_wins(adapter: Adapter) -> None:
    given = [Book("a", "First"), Book("b", "B"), Book("a", "A last")]
    state = adapter.set_many(adapter.get_initial_state(), given)
    assert titles(state) == ["A last", "B"]
    assert titles(adapter.set_all(state, given)) == ["A last", "B"]


@BOTH
def test_s13_set_one_replaces_the_entity(adapter: Adapter) -> None:
    state = adapter.add_one(adapter.get_initial_state(), Book("a", "A", pages=7))
    after = adapter.set_one(state, Book("a", "A2"))
    assert after.entities == {"a": Book("a", "A2", pages=0)}
    assert after.ids == ["a"]
    assert adapter.set_one(state, Book("b", "B")).ids == ["a", "b"]


def test_s13_upsert_merges_the_fields_of_entities() -> None:
    adapter = EntityAdapter[dict[str, object], str]()
    state = adapter.upsert_one(adapter.get_initial_state(), {"id": "a", "x": 1, "y": 2})
    after = adapter.upsert_one(state, {"id": "a", "y": 3, "z": 4})
    assert after.entities == {"a": {"id": "a", "x": 1, "y": 3, "z": 4}}


@BOTH
def test_s13_upsert_adds_what_is_not_there(adapter: Adapter) -> None:
    state = shelf(adapter, "B")
    after = adapter.upsert_many(
        state, [Book("a", "A"), Book("b", "B", pages=2), Book("a", "A", pages=3)]
    )
    assert after.entities == {"a": Book("a", "A", 3), "b": Book("b", "B", 2)}


@BOTH
def test_s13_updating_a_missing_id_gives_the_same_state(adapter: Adapter) -> None:
    state = shelf(adapter, "A")
    update = {"id": "z", "changes": {"title": "Z"}}
    assert adapter.update_one(state, update) is state
    assert adapter.update_many(state, []) is state


@BOTH
def test_s13_several_updates_of_one_id_are_merged_first(adapter: Adapter) -> None:
    state = shelf(adapter, "A", "B")
    after = adapter.update_many(
        state,
        [
            {"id": "a", "changes": {"id": "x", "pages": 1}},
            {"id": "b", "changes": {"pages": 5}},
            {"id": "a", "changes": {"pages": 2}},
        ],
    )
    assert after.entities == {"x": Book("x", "A", 2), "b": Book("b", "B", 5)}


def test_s13_unsorted_an_update_that_changes_the_id_renames() -> None:
    state = shelf(UNSORTED, "A", "B", "D")
    after = UNSORTED.update_one(state, {"id": "b", "changes": {"id": "c"}})
    assert after.ids == ["a", "d", "c"]
    assert list(after.entities) == ["a", "d", "c"]
    assert after.entities["c"] == Book("c", "B")


def test_s13_sorted_an_update_that_changes_the_id_renames() -> None:
    state = shelf(SORTED, "A", "B", "D")
    after = SORTED.update_one(state, {"id": "b", "changes": {"id": "z", "title": "C"}})
    assert after.ids == ["a", "z", "d"]
    assert after.entities == {
        "a": Book("a", "A"),
        "z": Book("z", "C"),
        "d": Book("d", "D"),
    }


@BOTH
def test_s13_renaming_to_an_existing_id_overwrites_it(adapter: Adapter) -> None:
    state = shelf(adapter, "A", "B", "C")
    after = adapter.update_one(state, {"id": "b", "changes": {"id": "c"}})
    assert sorted(after.ids) == ["a", "c"]
    assert after.entities == {"a": Book("a", "A"), "c": Book("c", "B")}


@BOTH
def test_s13_an_entity_renamed_away_is_updated_under_its_old_id_no_more(
    adapter: Adapter,
) -> None:
    state = shelf(adapter, "A", "B")
    updates = [
        {"id": "b", "changes": {"id": "a"}},
        {"id": "a", "changes": {"id": "b", "pages": 1}},
    ]
    after = adapter.update_many(state, {"type": "renamed", "payload": updates})
    assert after.entities == {"b": Book("b", "B", 1)}
    assert after.ids == ["b"]


@BOTH
def test_s13_removing_missing_ids_gives_the_same_state(adapter: Adapter) -> None:
    state = shelf(adapter, "A", "B")
    assert adapter.remove_many(state, ["x", "y"]) is state
    assert adapter.remove_one(state, "x") is state
    assert adapter.remove_many(state, []) is state


@BOTH
def test_s13_removing_takes_entities_and_ids(adapter: Adapter) -> None:
    state = shelf(adapter, "A", "B", "C", "D", "E", "F", "G")
    assert adapter.remove_one(state, "b").ids == ["a", "c", "d", "e", "f", "g"]
    after = adapter.remove_many(state, ["a", "x", "c", "e", "g", "f", "c"])
    assert (after.ids, list(after.entities)) == (["b", "d"], ["b", "d"])


@BOTH
def test_s13_removing_all_gives_a_new_empty_state(adapter: Adapter) -> None:
    state = shelf(adapter, "A")
    assert adapter.remove_all(state) == EntityState()
    empty = adapter.remove_all(state)
    assert adapter.remove_all(empty) is not empty


@BOTH
def test_s13_a_mapping_is_taken_instead_of_a_list(adapter: Adapter) -> None:
    given: Mapping[str, Book] = {"k": Book("a", "A"), "l": Book("b", "B")}
    empty = adapter.get_initial_state()
    for verb in (
        adapter.add_many,
        adapter.set_many,
        adapter.set_all,
        adapter.upsert_many,
    ):
        assert verb(empty, given).ids == ["a", "b"]


@BOTH
def test_s13_an_action_is_taken_instead_of_its_payload(adapter: Adapter) -> None:
    def act(payload: object) -> dict[str, object]:
        return {"type": "books/any", "payload": payload, "meta": {"at": 1}}

    state = adapter.add_one(adapter.get_initial_state(), act(Book("a", "A")))
    state = adapter.add_many(state, act([Book("b", "B")]))
    state = adapter.set_one(state, act(Book("c", "C")))
    state = adapter.set_many(state, act({"d": Book("d", "D")}))
    state = adapter.update_one(state, act({"id": "a", "changes": {"pages": 1}}))
    state = adapter.update_many(state, act([{"id": "b", "changes": {"pages": 2}}]))
    state = adapter.upsert_one(state, act(Book("c", "C", 3)))
    state = adapter.upsert_many(state, act([Book("d", "D", 4)]))
    assert [book.pages for book in state.entities.values()] == [1, 2, 3, 4]
    state = adapter.remove_many(adapter.remove_one(state, act("a")), act(["b", "c"]))
    assert state.ids == ["d"]
    assert adapter.set_all(state, act([Book("z", "Z")])).ids == ["z"]
    assert adapter.remove_all(state, act(None)).ids == []
