"""A storage that is slow or away never leads to the loss of what it has."""

from __future__ import annotations

import threading

import pytest

from stateroom.errors import NotDurable, StorageUnavailable
from stateroom.persist import REHYDRATE, Memory, Phase
from stateroom.persist.planning import RETRY
from stateroom.persist.storages.port import Stored
from stateroom.store import Store
from stateroom.testing.recording import ActionRecorder
from tests.persist.roles import Kept, Roles, kept_numbers, kept_roles
from tests.persist.scenes import LIMIT, Moody, Process

KEY = "app:p:device:roles"
AWAY = StorageUnavailable("the disk is away")


def stored(*roles: str) -> Moody:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    for role in roles:
        process.store.dispatch(kept.select(role))
    process.persistor.close()
    storage.asked.clear()
    return storage


def started(storage: Memory) -> tuple[Process, Kept]:
    kept = kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    return process, kept


class Slow(Moody):
    """A storage whose reads wait until they may go on."""

    def __init__(self, *, shared: Memory) -> None:
        super().__init__(shared=shared)
        self.may_read = threading.Event()

    def read(self, key: str, *, limit: int) -> Stored:
        assert self.may_read.wait(10)
        return super().read(key, limit=limit)


def test_a_slow_storage_is_not_waited_for_and_not_written_meanwhile() -> None:
    kept, storage = kept_roles(), Slow(shared=stored("Cook"))
    process = Process(storage, kept.part, background=True)
    assert process.persistor.hydrate(timeout=0).phase is Phase.PENDING
    process.store.dispatch(kept.select("Nurse"))
    process.clock.advance(3600)
    process.store.dispatch(kept.select("Judge"))
    with pytest.raises(NotDurable, match="not all is stored within 0 s") as caught:
        process.persistor.flush(timeout=0)
    assert "hydrate() first" in caught.value.reasons["roles"]
    assert storage.written == []
    storage.may_read.set()
    assert process.persistor.hydrate().phase is Phase.READY
    assert process.store[kept.part] == Roles(["Cook", "Nurse", "Judge"])
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Nurse", "Judge"]


def test_a_storage_that_is_away_leaves_the_state_in_memory() -> None:
    storage = stored("Cook")
    storage.errors["read"] = AWAY
    process, kept = started(storage)
    assert process.phase() is Phase.DEGRADED
    assert process.status().reason == "the disk is away"
    assert process.codes == ["STR-902"]
    process.store.dispatch(kept.select("Nurse"))
    process.wait(0.25)
    assert process.store[kept.part] == Roles(["Nurse"])
    assert storage.of("write") == []


def test_what_happened_while_it_was_away_is_merged_when_it_is_back() -> None:
    storage = stored("Cook")
    storage.errors["read"] = AWAY
    process, kept = started(storage)
    process.store.dispatch(kept.select("Nurse"))
    process.wait(0.25)
    storage.errors.clear()
    process.wait(30)
    assert process.phase() is Phase.READY
    assert process.store[kept.part] == Roles(["Cook", "Nurse"])
    process.wait(0.25)
    assert process.fields()["selected"] == ["Cook", "Nurse"]
    assert process.codes == ["STR-902"]


def test_what_is_away_is_asked_less_and_less_often() -> None:
    storage = stored("Cook")
    storage.errors["read"] = AWAY
    process, _ = started(storage)
    first, most = RETRY
    asked = []
    for number in range(10):
        before = len(storage.of("read"))
        delay = min(most, first * 2**number)
        process.wait(delay * 0.99)
        assert len(storage.of("read")) == before
        process.wait(delay * 0.02)
        asked.append(len(storage.of("read")) - before)
    assert asked == [1] * 10
    assert process.codes == ["STR-902"]


def test_a_flush_while_it_is_away_names_what_is_not_stored() -> None:
    storage, kept, other = stored("Cook"), kept_roles(), kept_numbers()
    storage.errors["read"] = AWAY
    process = Process(storage, kept.part, other.part)
    process.persistor.hydrate()
    process.persistor.flush()  # nothing was changed
    process.store.dispatch(kept.select("Nurse"))
    with pytest.raises(NotDurable) as caught:
        process.persistor.flush()
    assert caught.value.reasons == {"roles": "the disk is away"}


def test_a_flush_before_hydration_says_what_to_do() -> None:
    kept = kept_roles()
    process = Process(stored("Cook"), kept.part)
    process.persistor.flush()  # nothing was changed
    process.store.dispatch(kept.select("Nurse"))
    with pytest.raises(NotDurable, match="was not read yet; hydrate\\(\\) first"):
        process.persistor.flush()


def test_the_slices_of_a_storage_that_is_there_do_not_suffer() -> None:
    kept, other = kept_roles(), kept_numbers(storage=Memory())
    storage = stored("Cook")
    storage.errors["read"] = AWAY
    process = Process(storage, kept.part, other.part)
    status = process.persistor.hydrate()
    assert status.phase is Phase.DEGRADED
    assert status.slices["numbers"].phase is Phase.READY
    process.store.dispatch(other.put("a", 1))
    process.wait(0.25)
    assert process.status("numbers").revision == 1


def test_a_slice_that_waits_is_told_once_of_what_failed() -> None:
    storage, kept, recorder = stored("Cook"), kept_roles(), ActionRecorder()
    storage.errors["read"] = [AWAY] * 5
    store = Store(kept.part, middleware=(recorder,))
    process = Process(storage, store=store)
    process.persistor.hydrate()
    for _ in range(6):
        process.wait(60)
    failed, arrived = (dict(each) for each in recorder.of(REHYDRATE))
    assert (failed["payload"], failed["err"]) == (None, "the disk is away")
    assert arrived["payload"] == {"selected": ["Cook"], "title": ""}


def test_a_storage_that_goes_away_later_is_noticed_by_a_flush() -> None:
    storage = stored("Cook")
    process, kept = started(storage)
    other, theirs = started(Moody(shared=storage))
    other.store.dispatch(theirs.select("Nurse"))
    other.persistor.flush()
    storage.errors["read"] = AWAY
    process.store.dispatch(kept.select("Judge"))
    with pytest.raises(NotDurable, match="the disk is away"):
        process.persistor.flush()
    assert process.phase() is Phase.DEGRADED
    storage.errors.clear()
    process.wait(30)
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Nurse", "Judge"]


def test_a_purge_meanwhile_is_not_undone_when_the_storage_is_back() -> None:
    storage = stored("Cook")
    process, kept = started(storage)
    other, theirs = started(Moody(shared=storage))
    other.store.dispatch(theirs.select("Nurse"))
    other.persistor.flush()
    storage.errors["read"] = AWAY
    process.persistor.refresh()
    assert process.phase() is Phase.DEGRADED
    other.persistor.purge()
    storage.errors.clear()
    process.wait(30)
    process.wait(1)
    assert process.store[kept.part] == Roles()
    assert process.record().is_purged
    assert storage.read(KEY, limit=LIMIT).previous is not None
