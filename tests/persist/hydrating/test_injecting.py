"""Slices that come later are found; until they are read, their data is not touched."""

from __future__ import annotations

import pytest

from stateroom.errors import InvalidPersist
from stateroom.persist import Memory, Phase
from stateroom.store import Slice, Store
from tests.persist.roles import Roles, kept_numbers, kept_roles
from tests.persist.scenes import LIMIT, Process

KEY = "app:p:device:roles"


def stored() -> Memory:
    storage, kept = Memory(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.persistor.close()
    return storage


def started(storage: Memory) -> Process:
    process = Process(storage, kept_numbers().part)
    process.persistor.hydrate()
    process.persistor.flush()
    return process


def test_an_injected_slice_is_hydrated_by_the_next_hydration() -> None:
    process, kept = started(stored()), kept_roles()
    process.store.inject(kept.part)
    assert process.phase() is Phase.PENDING
    process.persistor.hydrate()
    assert process.phase() is Phase.READY
    assert process.store[kept.part] == Roles(["Cook"])


def test_what_is_stored_of_an_injected_slice_is_not_touched_before() -> None:
    storage = stored()
    process, kept = started(storage), kept_roles()
    before = storage.read(KEY, limit=LIMIT)
    process.store.inject(kept.part)
    process.store.dispatch(kept.select("Nurse"))
    process.wait(3600)
    assert storage.read(KEY, limit=LIMIT) == before
    process.persistor.hydrate()
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Nurse"]


def test_a_slice_that_was_injected_before_the_persistor_was_made_is_found() -> None:
    kept, store = kept_roles(), Store(kept_numbers().part)
    store.inject(kept.part)
    process = Process(stored(), store=store)
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.hydrate()
    assert process.store[kept.part] == Roles(["Cook", "Nurse"])


def test_another_slice_of_the_same_key_is_refused_when_it_is_injected() -> None:
    process = started(stored())
    first, second = kept_roles(), kept_roles("other", key="roles")
    process.store.inject(first.part)
    with pytest.raises(InvalidPersist, match="'roles' and 'other' are both kept"):
        process.store.inject(second.part)
    process.persistor.hydrate()
    process.store.dispatch(first.select("Nurse"))
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Nurse"]


def test_a_slice_that_takes_the_place_of_another_is_read_again() -> None:
    process, older, newer = started(stored()), kept_roles(), kept_roles()
    process.store.inject(older.part)
    process.persistor.hydrate()
    process.store.inject(newer.part, override=True)
    assert process.phase() is Phase.PENDING
    process.store.dispatch(newer.select("Nurse"))
    process.persistor.hydrate()
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Nurse"]


def test_a_slice_that_is_taken_away_is_kept_no_more_and_its_data_stays() -> None:
    storage = stored()
    shelf, kept = kept_numbers(), kept_roles()
    process = Process(storage, shelf.part, kept.part)
    process.persistor.hydrate()
    before = storage.read(KEY, limit=LIMIT)
    process.store.replace_reducer({"numbers": shelf.part})
    process.store.dispatch(shelf.put("a", 1))
    process.wait(3600)
    process.persistor.flush()
    assert set(process.persistor.status().slices) == {"numbers"}
    assert process.fields("numbers") == {"a": 1}
    assert storage.read(KEY, limit=LIMIT) == before


def test_slices_that_are_not_kept_come_and_go_as_they_like() -> None:
    process = started(stored())
    plain: Slice[Roles] = Slice("plain", Roles)
    process.store.inject(plain)
    process.persistor.flush()
    assert set(process.persistor.status().slices) == {"numbers"}
