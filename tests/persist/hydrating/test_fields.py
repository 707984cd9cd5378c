"""Fields come and go between releases; what one of them does not know, it keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from stateroom.persist import Memory, Phase, persist, unchanged
from stateroom.persist.records import Record, encode_record
from stateroom.store import Slice
from tests.persist.roles import kept_numbers, kept_roles
from tests.persist.scenes import Process, record_in

KEY = "app:p:device:roles"
STRANGE = {
    "draft": {"$datetime": "2026-07-25T10:00:00+00:00"},
    "money": [1.10, 12345678901234567890, "Zoë 😀", None, {"$$x": True}],
}
"""What a field of another release may hold."""


def storage_with(state: dict[str, object], *, version: int = 1) -> Memory:
    storage = Memory()
    record = Record(key=KEY, version=version, revision=5, writer="w", at=1, state=state)
    storage.write(KEY, encode_record(record), replaces=None)
    return storage


@dataclass(slots=True)
class Newer:
    selected: list[str] = field(default_factory=list)
    title: str = ""
    loading: bool = False
    level: int = 3


def test_a_field_that_is_new_has_its_initial_value_and_is_written() -> None:
    storage = storage_with({"selected": ["Cook"], "title": "x"})
    newer = persist(Slice("roles", Newer), transient={"loading"})
    process = Process(storage, newer)
    process.persistor.hydrate()
    assert process.store[newer] == Newer(["Cook"], "x")
    assert process.status().is_dirty
    process.persistor.flush()
    assert process.fields()["level"] == 3


def test_a_field_that_is_unknown_is_preserved_through_every_write() -> None:
    storage, kept = storage_with({"selected": [], **STRANGE}), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    assert process.status().unknown == ("draft", "money")
    for role in ("Cook", "Nurse", "Judge"):
        process.store.dispatch(kept.select(role))
        process.persistor.flush()
        assert {name: process.fields()[name] for name in STRANGE} == STRANGE
    assert process.record().revision == 8


def test_an_unknown_field_is_preserved_through_restarts_and_versions() -> None:
    storage = storage_with({"selected": [], **STRANGE})
    for version in (1, 2, 3):
        steps = dict.fromkeys(range(2, version + 1), unchanged)
        kept = kept_roles(version=version, migrations=steps)
        process = Process(storage, kept.part)
        process.persistor.hydrate()
        process.store.dispatch(kept.select(f"v{version}"))
        process.persistor.close()
    found = record_in(storage)
    assert found.version == 3
    assert found.state == {"selected": ["v1", "v2", "v3"], "title": "", **STRANGE}


def test_a_field_that_comes_back_finds_its_value_again() -> None:
    storage = storage_with({"selected": ["Cook"], "title": "", "level": 7})
    older = kept_roles()
    between = Process(storage, older.part)
    between.persistor.hydrate()
    between.store.dispatch(older.select("Nurse"))
    between.persistor.close()
    newer = persist(Slice("roles", Newer), transient={"loading"})
    process = Process(storage, newer)
    process.persistor.hydrate()
    assert process.store[newer] == Newer(["Cook", "Nurse"], level=7)


def test_a_field_that_is_kept_no_more_is_not_written_again() -> None:
    storage = storage_with({"selected": ["Cook"], "title": "x"})
    kept = kept_roles(fields={"selected"}, transient={"loading", "title"})
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    assert process.store[kept.part].title == ""
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    assert process.fields() == {"selected": ["Cook", "Nurse"]}


def test_of_a_mapping_with_chosen_fields_the_others_are_preserved() -> None:
    storage = Memory()
    first = kept_numbers()
    before = Process(storage, first.part)
    before.persistor.hydrate()
    before.store.dispatch(first.put("a", 1))
    before.store.dispatch(first.put("b", 2))
    before.persistor.close()
    some = kept_numbers(initial=lambda: {"a": 0}, fields={"a"})
    process = Process(storage, some.part)
    process.persistor.hydrate()
    assert process.store[some.part] == {"a": 1}
    process.store.dispatch(some.put("a", 5))
    process.persistor.flush()
    assert process.fields("numbers") == {"a": 5, "b": 2}


def test_a_key_that_was_deleted_from_what_a_state_begins_with_stays_away() -> None:
    storage = Memory()
    for number in range(3):
        shelf = kept_numbers(initial=lambda: {"inbox": 1, "sent": 2})
        process = Process(storage, shelf.part)
        process.persistor.hydrate()
        if number == 0:
            process.store.dispatch(shelf.drop("sent"))
        process.store.dispatch(shelf.put("n", number))
        process.persistor.close()
        assert process.store[shelf.part] == {"inbox": 1, "n": number}
    assert record_in(storage, "numbers").gone == ("sent",)


def test_a_key_that_a_newer_release_begins_with_is_there() -> None:
    storage = Memory()
    first = kept_numbers(initial=lambda: {"inbox": 1, "sent": 2})
    before = Process(storage, first.part)
    before.persistor.hydrate()
    before.store.dispatch(first.drop("sent"))
    before.persistor.close()
    shelf = kept_numbers(initial=lambda: {"inbox": 1, "sent": 2, "spam": 3})
    process = Process(storage, shelf.part)
    process.persistor.hydrate()
    assert process.store[shelf.part] == {"inbox": 1, "spam": 3}
    process.store.dispatch(shelf.put("sent", 9))
    process.persistor.flush()
    assert process.record("numbers").gone == ()


def test_records_of_slices_that_are_not_there_are_not_touched() -> None:
    storage = storage_with({"selected": ["Cook"]})
    before = storage.read(KEY, limit=9999)
    shelf = kept_numbers()
    process = Process(storage, shelf.part)
    process.persistor.hydrate()
    process.store.dispatch(shelf.put("a", 1))
    process.wait(3600)
    process.persistor.close()
    assert storage.read(KEY, limit=9999) == before


@pytest.mark.parametrize("name", ["roles", "other"])
def test_a_slice_is_kept_under_its_key_whatever_it_is_called(name: str) -> None:
    storage = storage_with({"selected": ["Cook"]})
    kept = kept_roles(name, key="roles")
    process = Process(storage, kept.part)
    assert process.persistor.hydrate().phase is Phase.READY
    assert process.store[kept.part].selected == ["Cook"]
