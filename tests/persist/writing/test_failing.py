"""What could not be stored is told once, tried again, and not lost meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from stateroom import signals
from stateroom.errors import (
    NotDurable,
    StorageFull,
    StorageUnavailable,
    WriteConflict,
)
from stateroom.persist import Persistor, Phase, create_transform, persist
from stateroom.persist.planning import RETRY
from stateroom.persist.writing import MOST_TRIES
from stateroom.signals import Event, PersistFailed, PersistWritten
from stateroom.store import Slice, Store
from stateroom.testing.timing import ManualClock
from tests.persist.roles import Kept, kept_numbers, kept_roles
from tests.persist.scenes import Moody, Process, record_in


def started(storage: Moody) -> tuple[Process, Kept]:
    kept = kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.persistor.flush()
    return process, kept


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StorageUnavailable("away"), "STR-902"),
        (StorageFull("full"), "STR-903"),
        (OSError(5, "Input/output error"), "STR-902"),
        (RuntimeError("a mistake of the storage"), "STR-902"),
    ],
)
def test_a_write_that_fails_is_told_once_and_tried_less_and_less_often(
    error: Exception, code: str
) -> None:
    storage = Moody()
    process, kept = started(storage)
    storage.errors["write"] = error
    process.store.dispatch(kept.select("Cook"))
    process.wait(0.25)
    first, most = RETRY
    for number in range(10):
        before = len(storage.of("write"))
        delay = max(0.25, min(most, first * 2**number))
        process.wait(delay * 0.98)
        assert len(storage.of("write")) == before
        process.wait(delay * 0.04)
        assert len(storage.of("write")) == before + 1
    assert process.codes == [code]
    storage.errors.clear()
    process.wait(31)
    assert process.fields()["selected"] == ["Cook"]
    assert process.status().reason == ""


def test_a_change_does_not_hurry_what_waits_to_be_tried_again() -> None:
    storage = Moody()
    process, kept = started(storage)
    storage.errors["write"] = StorageUnavailable("away")
    process.store.dispatch(kept.select("Cook"))
    for _ in range(8):
        process.wait(60)
    before = len(storage.of("write"))
    for number in range(20):
        process.store.dispatch(kept.select(f"role {number}"))
        process.wait(1)
    assert len(storage.of("write")) == before


def test_another_slice_is_written_while_one_waits() -> None:
    away, kept, shelf = Moody(), kept_roles(), kept_numbers(storage=Moody())
    process = Process(away, kept.part, shelf.part)
    process.persistor.hydrate()
    process.persistor.flush()
    away.errors["write"] = StorageUnavailable("away")
    process.store.dispatch(kept.select("Cook"))
    process.store.dispatch(shelf.put("a", 1))
    process.wait(0.25)
    assert process.status("numbers").revision == 2
    assert process.status().revision == 1
    assert process.status().is_dirty


def test_a_problem_is_told_to_the_log_to_recorders_and_to_the_application(
    caplog: pytest.LogCaptureFixture,
) -> None:
    storage, told = Moody(), list[Event]()
    process, kept = started(storage)
    storage.errors["write"] = StorageFull("no space left on device")
    process.store.dispatch(kept.select("Cook"))
    caplog.set_level(logging.WARNING, "stateroom.persist")
    with signals.recording(told.append):
        process.wait(0.25)
    problem = process.problems[0]
    assert (problem.key, problem.code) == ("roles", "STR-903")
    assert caplog.messages == ["STR-903: no space left on device"]
    assert told == [PersistFailed("roles", "STR-903", "no space left on device")]


def test_a_write_is_told_to_recorders() -> None:
    process, kept = started(Moody())
    told: list[Event] = []
    process.store.dispatch(kept.select("Cook"))
    with signals.recording(told.append):
        process.wait(0.25)
    assert told == [
        PersistWritten(
            key="roles",
            storage="memory of this process",
            revision=2,
            bytes=process.status().bytes,
            seconds=0.0,
            delay=0.25,
        )
    ]


def test_a_mistake_in_on_problem_is_logged_and_costs_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    storage, kept, clock = Moody(), kept_roles(), ManualClock()
    persistor = Persistor(
        store := Store(kept.part),
        storage,
        on_problem=_failing,
        background=False,
        clock=clock,
    )
    persistor.hydrate()
    storage.errors["write"] = [StorageFull("full")]
    store.dispatch(kept.select("Cook"))
    clock.advance(0.25)
    persistor.tick()
    persistor.close()
    assert record_in(storage).state == {"selected": ["Cook"], "title": ""}
    assert "on_problem failed for STR-903: full" in caplog.text


def _failing(_: object) -> None:
    raise RuntimeError("a mistake")


class Thing:
    """No value that has a plain form."""


def test_a_value_without_a_plain_form_is_told_once_with_its_path() -> None:
    part: Slice[dict[str, object]] = Slice("things", dict)

    @part.reducer
    def put(state: dict[str, object], key: str, value: object) -> None:
        state[key] = value

    storage, kept = Moody(), persist(part)
    process = Process(storage, kept)
    process.persistor.hydrate()
    process.store.dispatch(put("good", 1))
    process.persistor.flush()
    process.store.dispatch(put("list", [1, {"deep": Thing()}]))
    for number in range(5):
        process.store.dispatch(put("count", number))
        process.wait(60)
    assert len(process.problems) == 1
    assert process.problems[0].message.startswith("things.list[1].deep: ")
    with pytest.raises(NotDurable, match=r"things\.list\[1\]\.deep"):
        process.persistor.flush()
    assert process.fields("things") == {"good": 1}


def test_the_next_good_state_is_stored() -> None:
    shelf = kept_numbers()
    process = Process(Moody(), shelf.part)
    process.persistor.hydrate()
    process.persistor.flush()
    bad: Callable[[], object] = Thing
    process.store.dispatch(shelf.put("a", bad()))  # type: ignore[arg-type]
    process.wait(1)
    assert process.status("numbers").reason.startswith("numbers.a: ")
    process.store.dispatch(shelf.put("a", 7))
    process.wait(0.25)
    assert process.fields("numbers") == {"a": 7}
    assert process.status("numbers").reason == ""


def test_a_field_whose_key_is_no_text_is_told_and_not_written() -> None:
    shelf = kept_numbers()
    process = Process(Moody(), shelf.part)
    process.persistor.hydrate()
    process.persistor.flush()
    process.store.dispatch(shelf.put(7, 1))  # type: ignore[arg-type]
    process.wait(1)
    assert process.status("numbers").reason.startswith("numbers[7]: the key of a")
    assert "dict[int, X]" in process.problems[0].message
    assert process.fields("numbers") == {}


def test_a_transform_that_fails_is_told_and_tried_again() -> None:
    def fail(*_: object) -> object:
        raise RuntimeError("a mistake")

    kept = kept_roles(transforms=[create_transform(fail, None)])
    process = Process(Moody(), kept.part)
    process.persistor.hydrate()
    for _ in range(5):
        process.wait(60)
    assert process.codes == ["STR-900"]
    assert "a mistake" in process.status().reason
    with pytest.raises(NotDurable, match="a mistake"):
        process.persistor.flush()


def test_others_that_always_come_first_are_given_way_to_and_told() -> None:
    storage = Moody()
    process, kept = started(storage)
    storage.errors["write"] = WriteConflict("they came first")
    process.store.dispatch(kept.select("Cook"))
    before = len(storage.of("write"))
    process.wait(0.25)
    assert len(storage.of("write")) == before + MOST_TRIES
    assert process.codes == ["STR-905"]
    assert "others wrote first, 64 times in a row" in process.status().reason
    assert process.phase() is Phase.READY
    storage.errors.clear()
    process.wait(60)
    assert process.fields()["selected"] == ["Cook"]
