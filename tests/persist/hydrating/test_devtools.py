"""Time travel undoes a hydration in the state, and changes nothing that is stored."""

from __future__ import annotations

import json

import pytest

from stateroom.errors import NotDurable
from stateroom.persist import REHYDRATE, Memory, Phase
from stateroom.store.devtools import Devtools
from tests.persist.hydrating.shapes import CASES, Case
from tests.persist.roles import Kept, Roles, kept_numbers, kept_roles
from tests.persist.scenes import LIMIT, Moody, Process

KEY = "app:p:device:roles"


def stored(*roles: str) -> Moody:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    for role in roles:
        process.store.dispatch(kept.select(role))
    process.persistor.close()
    storage.asked.clear()
    return storage


def traced(storage: Memory) -> tuple[Process, Kept, Devtools]:
    """Return a process that was hydrated while its devtools looked."""
    kept = kept_roles()
    process = Process(storage, kept.part)
    tools = process.store.devtools()
    process.persistor.hydrate()
    return process, kept, tools


def test_a_jump_back_undoes_the_hydration_and_a_jump_forth_redoes_it() -> None:
    process, kept, tools = traced(stored("Cook"))
    assert [each.action["type"] for each in tools.actions] == ["@@INIT", REHYDRATE]
    tools.jump(0)
    assert process.store[kept.part] == Roles()
    tools.jump(-1)
    assert process.store[kept.part] == Roles(["Cook"])


def test_nothing_of_the_past_is_written() -> None:
    storage = stored("Cook")
    process, kept, tools = traced(storage)
    before = storage.read(KEY, limit=LIMIT)
    for place in (0, 1, 0):
        tools.jump(place)
        process.wait(3600)
    process.persistor.flush()
    assert storage.read(KEY, limit=LIMIT) == before
    tools.jump(-1)
    process.store.dispatch(kept.select("Nurse"))
    process.wait(1)
    assert process.fields()["selected"] == ["Cook", "Nurse"]


def test_what_was_not_stored_before_the_journey_is_named_by_a_flush() -> None:
    process, kept, tools = traced(stored("Cook"))
    process.store.dispatch(kept.select("Nurse"))
    tools.jump(0)
    with pytest.raises(NotDurable, match="the devtools show the past"):
        process.persistor.flush()
    assert process.status().is_dirty
    tools.jump(-1)
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Nurse"]
    assert process.status().reason == ""


def test_what_is_dispatched_on_the_journey_is_stored_after_it() -> None:
    process, kept, tools = traced(stored("Cook"))
    tools.jump(0)
    process.store.dispatch(kept.select("Nurse"))
    process.wait(3600)
    with pytest.raises(NotDurable, match="the devtools show the past"):
        process.persistor.flush()
    tools.jump(-1)
    process.wait(30)
    assert process.fields()["selected"] == ["Cook", "Nurse"]


def test_a_slice_that_the_journey_does_not_touch_is_stored() -> None:
    kept, shelf = kept_roles(), kept_numbers()
    process = Process(stored("Cook"), kept.part, shelf.part)
    tools = process.store.devtools()
    process.persistor.hydrate()
    process.persistor.flush()
    process.store.dispatch(kept.select("Nurse"))
    tools.jump(2)
    with pytest.raises(NotDurable) as caught:
        process.persistor.flush()
    assert set(caught.value.reasons) == {"roles"}


def test_an_action_that_is_toggled_off_is_stored_when_that_is_committed() -> None:
    storage = stored("Cook")
    process, kept, tools = traced(storage)
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    tools.toggle(2)
    process.wait(3600)
    assert process.fields()["selected"] == ["Cook", "Nurse"]
    tools.commit()
    process.wait(30)
    assert process.fields()["selected"] == ["Cook"]


def test_what_others_wrote_on_the_journey_is_merged_into_the_newest_state() -> None:
    storage = stored("Cook")
    process, kept, tools = traced(storage)
    process.store.dispatch(kept.select("Nurse"))
    tools.jump(0)
    there = kept_roles()
    other = Process(Moody(shared=storage), there.part)
    other.persistor.hydrate()
    other.store.dispatch(there.select("Judge"))
    other.persistor.flush()
    process.persistor.refresh()
    assert process.store[kept.part] == Roles()
    tools.jump(-1)
    assert process.store[kept.part] == Roles(["Cook", "Judge", "Nurse"])
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Judge", "Nurse"]


def test_detached_devtools_leave_what_they_show_to_be_stored() -> None:
    process, kept, tools = traced(stored("Cook"))
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    tools.jump(1)
    tools.detach()
    process.store.dispatch(kept.select("Judge"))
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Judge"]


def test_a_history_with_a_hydration_is_exported_and_imported() -> None:
    process, kept, tools = traced(stored("Cook"))
    process.store.dispatch(kept.select("Nurse"))
    text = json.dumps(tools.export())
    again = kept_roles()
    storage = stored("Smith")
    other = Process(storage, again.part)
    other.persistor.hydrate()
    copied = other.store.devtools()
    copied.import_(text)
    assert other.store[again.part] == Roles(["Cook", "Nurse"])
    copied.jump(0)
    assert other.store[again.part] == Roles()
    other.wait(3600)
    assert other.fields()["selected"] == ["Smith"]


@pytest.mark.parametrize("name", CASES)
def test_a_hydration_of_any_shape_survives_its_export(name: str) -> None:
    case: Case = CASES[name]()
    first = Process(Memory(), case.part)
    first.persistor.hydrate()
    first.store.dispatch(case.change)
    first.persistor.flush()
    again = CASES[name]()
    process = Process(first.storage, again.part)
    tools = process.store.devtools()
    process.persistor.hydrate()
    exported = json.loads(json.dumps(tools.export()))
    tools.import_(exported)
    assert process.store[again.part] == case.after


def test_a_conflict_is_told_with_devtools_too() -> None:
    storage, first = stored(), kept_roles()
    before = Process(storage, first.part)
    before.persistor.hydrate()
    before.store.dispatch(first.name_it("theirs"))
    before.persistor.flush()
    kept = kept_roles()
    process = Process(storage, kept.part)
    process.store.devtools()
    process.store.dispatch(kept.name_it("mine"))
    process.persistor.hydrate()
    assert process.codes == ["STR-905"]
    assert process.phase() is Phase.READY
