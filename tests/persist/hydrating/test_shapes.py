"""A state of any shape is there again after a restart, of its very types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.persist import Memory, Phase
from stateroom.store import is_frozen
from tests.persist.hydrating.shapes import CASES, Case
from tests.persist.scenes import Process

each_shape = pytest.mark.parametrize("make", CASES.values(), ids=list(CASES))
Make = Callable[[], Case]


def kept_by(make: Make) -> Memory:
    """Return the storage of a process in which the change was made."""
    storage = Memory()
    case = make()
    process = Process(storage, case.part)
    process.persistor.hydrate()
    process.store.dispatch(case.change)
    process.persistor.flush()
    return storage


@each_shape
def test_a_state_is_there_again_after_a_restart(make: Make) -> None:
    case = make()
    process = Process(kept_by(make), case.part)
    assert process.persistor.hydrate().phase is Phase.READY
    state = process.store[case.part]
    assert state == case.after
    assert is_frozen(state)
    assert process.problems == []


@each_shape
def test_a_state_and_its_fields_are_of_their_classes_again(make: Make) -> None:
    storage, case = kept_by(make), make()
    process = Process(storage, case.part)
    process.persistor.hydrate()
    again = make()
    told = Process(Memory(), again.part)
    told.store.dispatch(again.change)
    found, wanted = process.store[case.part], told.store[again.part]
    assert type(found) is type(wanted)
    fields, others = case.part.shape.read(found), case.part.shape.read(wanted)
    assert {name: type(value) for name, value in fields.items()} == {
        name: type(value) for name, value in others.items()
    }


@each_shape
def test_a_restart_without_a_change_writes_nothing(make: Make) -> None:
    storage = kept_by(make)
    process = Process(storage, make().part)
    process.persistor.hydrate()
    before = process.record("shape")
    process.persistor.flush()
    assert process.record("shape") == before
    assert not process.persistor.status().is_dirty


@each_shape
def test_the_next_change_after_a_restart_is_kept_too(make: Make) -> None:
    storage = kept_by(make)
    for revision in (2, 4):
        case = make()
        process = Process(storage, case.part)
        process.persistor.hydrate()
        process.store.reset()
        process.persistor.flush()
        process.store.dispatch(case.change)
        process.persistor.flush()
        assert process.store[case.part] == case.after
        assert process.record("shape").revision == revision + 1


@each_shape
def test_another_process_takes_a_change_in(make: Make) -> None:
    storage = Memory()
    here, there = make(), make()
    one, two = Process(storage, here.part), Process(storage, there.part)
    for each in (one, two):
        each.persistor.hydrate()
        each.persistor.flush()
    one.store.dispatch(here.change)
    one.persistor.flush()
    two.persistor.refresh()
    assert two.store[there.part] == here.after
    assert two.problems == []
