"""A flush returns when everything before it is stored, or names what is not."""

from __future__ import annotations

import pytest

from stateroom.errors import NotDurable, StorageFull, StorageUnavailable
from tests.persist.roles import kept_numbers, kept_roles
from tests.persist.scenes import Moody, Process


def test_everything_dispatched_before_a_flush_is_stored_by_it() -> None:
    storage, kept, shelf = Moody(), kept_roles(), kept_numbers()
    process = Process(storage, kept.part, shelf.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.store.dispatch(shelf.put("a", 1))
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook"]
    assert process.fields("numbers") == {"a": 1}
    assert storage.durable == [True, True]
    assert not process.persistor.status().is_dirty


def test_a_flush_without_a_change_writes_nothing() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.persistor.flush()
    storage.asked.clear()
    process.persistor.flush()
    assert storage.asked == []


def test_what_could_not_be_stored_is_named_with_its_reason() -> None:
    storage, kept, shelf = Moody(), kept_roles(), kept_numbers(storage=Moody())
    process = Process(storage, kept.part, shelf.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.store.dispatch(shelf.put("a", 1))
    storage.errors["write"] = StorageUnavailable("the disk is away")
    with pytest.raises(NotDurable, match="the disk is away") as caught:
        process.persistor.flush()
    assert caught.value.reasons == {"roles": "the disk is away"}
    assert caught.value.key == "roles"
    assert process.status("numbers").revision == 1


def test_a_flush_tries_what_would_be_tried_later() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    storage.errors["write"] = [StorageFull("full")]
    process.wait(0.25)
    assert process.status().reason == "full"
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook"]
    assert process.status().reason == ""


def test_a_failure_that_does_not_matter_any_more_fails_no_flush() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.persistor.flush()
    process.store.dispatch(kept.name_it("a"))
    storage.errors["write"] = StorageUnavailable("away")
    process.wait(0.25)
    process.store.dispatch(kept.name_it(""))
    process.persistor.flush()
    assert process.status().reason == ""
    assert not process.status().is_dirty


def test_dispatching_durably_returns_the_action_when_it_is_stored() -> None:
    storage, kept = Moody(), kept_roles(max_delay=3_600_000)
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    action = kept.select("Cook")
    assert process.persistor.dispatch_durable(action) == action
    assert process.fields()["selected"] == ["Cook"]
    assert storage.durable == [True]


def test_dispatching_durably_fails_when_it_is_not_stored_and_the_state_changed() -> (
    None
):
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    storage.errors["write"] = StorageUnavailable("away")
    with pytest.raises(NotDurable, match="away"):
        process.persistor.dispatch_durable(kept.select("Cook"))
    assert process.store[kept.part].selected == ["Cook"]


def test_closing_stores_what_is_not_stored() -> None:
    kept = kept_roles()
    process = Process(Moody(), kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.persistor.close()
    assert process.fields()["selected"] == ["Cook"]


def test_closing_tells_what_could_not_be_stored_and_closes() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    storage.errors["write"] = StorageUnavailable("away")
    with pytest.raises(NotDurable):
        process.persistor.close()
    process.persistor.close()
    storage.errors.clear()
    process.store.dispatch(kept.select("Nurse"))
    process.clock.advance(3600)
    assert storage.written == []


def test_a_block_that_ends_with_an_error_stores_what_there_is() -> None:
    kept = kept_roles()
    process = Process(Moody(), kept.part)

    def work() -> None:
        with process.persistor:
            process.persistor.hydrate()
            process.store.dispatch(kept.select("Cook"))
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        work()
    assert process.fields()["selected"] == ["Cook"]


def test_a_block_in_which_nothing_happened_ends_in_peace() -> None:
    storage = Moody()
    with Process(storage, kept_roles().part).persistor:
        pass
    assert storage.asked == []


def test_writes_follow_each_other_in_the_order_of_their_revisions() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    for number in range(1, 20):
        process.store.dispatch(kept.name_it(str(number)))
        process.persistor.flush()
        record = process.record()
        assert (record.revision, process.fields()["title"]) == (number, str(number))
        assert record.writer == process.record().writer
