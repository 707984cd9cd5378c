"""A write that failed may have been stored: it is not taken for another's."""

from __future__ import annotations

import pytest

from stateroom.errors import NotDurable, StorageUnavailable
from stateroom.persist import Memory, add_numbers
from stateroom.persist.tracking import MOST_ATTEMPTS
from stateroom.testing.timing import ManualClock
from tests.persist.roles import Settings, Shelf, kept_numbers
from tests.persist.scenes import Moody, Process
from tests.persist.writers.pairs import Side


class Forgetful(Moody):
    """A storage that stores, and says that it did not, as often as it is told."""

    def __init__(self, *, shared: Memory | None = None) -> None:
        super().__init__(shared=shared)
        self.times = 0

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)
        if self.times:
            self.times -= 1
            raise StorageUnavailable("no answer")


COUNTING: Settings = {"merge": {"visits": add_numbers}}


def counting(storage: Moody) -> tuple[Process, Shelf]:
    shelf = kept_numbers(initial=lambda: {"visits": 0}, **COUNTING)
    process = Process(storage, shelf.part)
    process.persistor.hydrate()
    process.persistor.flush()
    return process, shelf


def visit(process: Process, shelf: Shelf) -> None:
    seen = process.store[shelf.part]["visits"]
    process.store.dispatch(shelf.put("visits", seen + 1))


def test_what_was_stored_without_an_answer_is_not_counted_twice() -> None:
    storage = Forgetful()
    process, shelf = counting(storage)
    storage.times = 1
    visit(process, shelf)
    with pytest.raises(NotDurable, match="no answer"):
        process.persistor.flush()
    visit(process, shelf)
    process.persistor.flush()
    assert process.store[shelf.part] == {"visits": 2}
    assert process.fields("numbers") == {"visits": 2}


def test_it_is_not_counted_twice_when_another_wrote_on_top_of_it() -> None:
    storage = Forgetful()
    process, shelf = counting(storage)
    storage.times = 1
    visit(process, shelf)
    with pytest.raises(NotDurable):
        process.persistor.flush()
    other, theirs = counting(Moody(shared=storage))
    visit(other, theirs)
    visit(other, theirs)
    other.persistor.flush()
    visit(process, shelf)
    process.persistor.flush()
    assert process.store[shelf.part] == {"visits": 4}
    assert process.fields("numbers") == {"visits": 4}


def test_actions_in_it_are_not_replayed_on_top_of_it() -> None:
    storage = Forgetful()
    side = Side(storage, ManualClock(), settings={"reconcile": "replay"})
    side.storage = forgetful = Forgetful(shared=storage)
    side.process = Process(forgetful, side.kept.part)
    side.process.persistor.hydrate()
    side.flush()
    forgetful.times = 1
    side.select("Cook")
    with pytest.raises(NotDurable):
        side.flush()
    side.select("Nurse")
    side.flush()
    assert side.selected == ["Cook", "Nurse"]
    assert side.process.fields()["selected"] == ["Cook", "Nurse"]


def test_of_many_failures_the_one_that_was_stored_is_found() -> None:
    storage = Forgetful()
    process, shelf = counting(storage)
    storage.times = 1
    visit(process, shelf)
    process.wait(0.25)
    storage.errors["write"] = StorageUnavailable("away")
    for _ in range(MOST_ATTEMPTS - 1):
        visit(process, shelf)
        process.wait(60)
    storage.errors.clear()
    process.persistor.flush()
    assert process.fields("numbers") == {"visits": MOST_ATTEMPTS}
