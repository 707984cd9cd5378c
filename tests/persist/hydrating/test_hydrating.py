"""What was stored comes into the state, and what happened before it is not lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from stateroom import signals
from stateroom.persist import REHYDRATE, Memory, Phase, add_numbers, persist
from stateroom.signals import Event, PersistHydrated
from stateroom.store import Slice, Store
from stateroom.testing.recording import ActionRecorder
from tests.persist.roles import Roles, Settings, kept_numbers, kept_roles
from tests.persist.scenes import Moody, Process


def stored(*roles: str, storage: Memory | None = None) -> Moody:
    """Return a storage in which a process before left these roles."""
    place, kept = Moody(shared=storage), kept_roles()
    process = Process(place, kept.part)
    process.persistor.hydrate()
    for role in roles:
        process.store.dispatch(kept.select(role))
    process.persistor.close()
    return place


def test_nothing_stored_is_ready_and_the_initial_state_stays() -> None:
    kept = kept_roles()
    process = Process(None, kept.part)
    before = process.store[kept.part]
    assert process.persistor.hydrate().phase is Phase.READY
    assert process.store[kept.part] is before
    assert process.status().revision == 0


def test_nothing_is_read_or_written_before_hydration() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.store.dispatch(kept.select("Cook"))
    process.wait(3600)
    assert storage.asked == []
    assert process.phase() is Phase.PENDING
    assert process.persistor.status().is_dirty


def test_what_was_stored_is_there_after_a_restart() -> None:
    kept = kept_roles()
    process = Process(stored("Cook", "Nurse"), kept.part)
    process.persistor.hydrate()
    assert process.store[kept.part] == Roles(["Cook", "Nurse"])


def test_what_happened_before_hydration_is_merged_into_what_was_stored() -> None:
    kept = kept_roles()
    process = Process(stored("Cook"), kept.part)
    process.store.dispatch(kept.select("Nurse"))
    process.store.dispatch(kept.name_it("Mine"))
    process.persistor.hydrate()
    assert process.store[kept.part] == Roles(["Cook", "Nurse"], "Mine")
    process.persistor.flush()
    assert process.fields() == {"selected": ["Cook", "Nurse"], "title": "Mine"}


def test_what_both_changed_is_told_and_the_newer_one_stays() -> None:
    first = kept_roles()
    before = Process(Memory(), first.part)
    before.persistor.hydrate()
    before.store.dispatch(first.name_it("theirs"))
    before.persistor.flush()
    kept = kept_roles()
    process = Process(before.storage, kept.part)
    process.store.dispatch(kept.name_it("mine"))
    process.persistor.hydrate()
    assert process.store[kept.part].title == "mine"
    conflict = process.status().conflicts[0]
    assert (conflict.path, conflict.kept, conflict.lost) == ("title", "mine", "theirs")
    assert process.codes == ["STR-905"]
    assert "title" in process.problems[0].message


def test_a_merge_of_the_slice_decides_what_becomes_of_both() -> None:
    settings: Settings = {"merge": {"visits": add_numbers}}
    first = kept_numbers(initial=lambda: {"visits": 0}, **settings)
    before = Process(Memory(), first.part)
    before.persistor.hydrate()
    before.store.dispatch(first.put("visits", 7))
    before.persistor.flush()
    kept = kept_numbers(initial=lambda: {"visits": 0}, **settings)
    process = Process(before.storage, kept.part)
    process.store.dispatch(kept.put("visits", 2))
    process.persistor.hydrate()
    assert process.store[kept.part] == {"visits": 9}
    assert process.problems == []


def test_actions_of_before_are_replayed_on_top_of_what_was_stored() -> None:
    kept = kept_roles(reconcile="replay")
    process = Process(stored("Cook"), kept.part)
    process.store.dispatch(kept.select("Nurse"))
    process.store.dispatch(kept.load())
    process.store.dispatch(kept.drop("Nurse"))
    process.store.dispatch(kept.select("Judge"))
    process.persistor.hydrate()
    assert process.store[kept.part] == Roles(["Cook", "Judge"], loading=True)


def test_a_transient_field_is_neither_written_nor_read() -> None:
    storage, kept = Memory(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.load())
    process.store.dispatch(kept.select("Cook"))
    process.persistor.flush()
    assert process.fields() == {"selected": ["Cook"], "title": ""}
    again = kept_roles()
    after = Process(storage, again.part)
    after.store.dispatch(again.load())
    after.persistor.hydrate()
    assert after.store[again.part] == Roles(["Cook"], loading=True)


def test_where_all_is_kept_but_some_that_is_not_written() -> None:
    kept = kept_roles(fields=None)
    process = Process(Memory(), kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.load())
    process.persistor.flush()
    assert process.fields() == {"selected": [], "title": ""}


def test_a_transient_field_that_is_stored_nevertheless_is_not_read() -> None:
    storage, loose = Memory(), kept_roles(fields=None, transient=())
    process = Process(storage, loose.part)
    process.persistor.hydrate()
    process.store.dispatch(loose.load())
    process.persistor.flush()
    assert process.fields()["loading"] is True
    kept = kept_roles()
    after = Process(storage, kept.part)
    after.persistor.hydrate()
    assert after.store[kept.part].loading is False
    after.store.dispatch(kept.select("Cook"))
    after.persistor.flush()
    assert "loading" not in after.fields()


def test_a_change_of_a_transient_field_writes_nothing() -> None:
    storage, kept = stored("Cook"), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    written = len(storage.of("write"))
    process.store.dispatch(kept.load())
    process.wait(1)
    process.persistor.flush()
    assert len(storage.of("write")) == written
    assert not process.status().is_dirty


def test_hydration_is_one_action_a_slice_that_carries_data_alone() -> None:
    kept, recorder = kept_roles(), ActionRecorder()
    store = Store(kept.part, middleware=(recorder,))
    Process(stored("Cook"), store=store).persistor.hydrate()
    action = cast("Mapping[str, object]", recorder.of(REHYDRATE)[0])
    assert recorder.types == (REHYDRATE,)
    assert action["key"] == "roles"
    assert action["payload"] == {"selected": ["Cook"], "title": ""}
    assert action["meta"] == {"base": Roles()}


def test_a_reducer_may_have_its_own_say_about_hydration() -> None:
    roles: Slice[Roles] = Slice("roles", Roles)

    @roles.extra(REHYDRATE)
    def arrived(state: Roles, action: Mapping[str, object]) -> None:
        state.loading = action["payload"] is not None

    part = persist(roles, transient={"loading"})
    process = Process(stored("Cook"), part)
    process.persistor.hydrate()
    assert process.store[part] == Roles(["Cook"], loading=True)


def test_hydrating_twice_reads_once() -> None:
    storage, kept = stored("Cook"), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    reads = len(storage.of("read"))
    process.persistor.hydrate()
    assert len(storage.of("read")) == reads


def test_a_recorder_is_told_of_each_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    storage = stored("Cook")
    kept, other = kept_roles(), kept_numbers()
    process = Process(storage, kept.part, other.part)
    monkeypatch.setattr(signals, "recorder", told.append)
    process.persistor.hydrate()
    assert [
        (each.key, each.phase, each.revision, each.bytes > 0)
        for each in told
        if isinstance(each, PersistHydrated)
    ] == [("roles", "ready", 1, True), ("numbers", "ready", 0, False)]
