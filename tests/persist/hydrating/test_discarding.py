"""What is another owner's, discarded, too old or past its time is not used."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stateroom.persist import Memory, Phase
from stateroom.persist.purging import TOMBSTONE_LIFE
from stateroom.persist.quarantine import is_aside
from stateroom.persist.records import Record, decode_record, encode_record
from stateroom.testing.timing import ManualClock
from tests.persist.roles import Kept, Roles, Settings, kept_numbers, kept_roles
from tests.persist.scenes import LIMIT, Moody, Process, record_in

KEY = "app:p:device:roles"
DAY = 24 * 3600


def stored(clock: ManualClock, **settings: object) -> Moody:
    """Return a storage in which a process left a cook."""
    storage = Moody()
    process, kept = started(storage, clock, **settings)
    process.store.dispatch(kept.select("Cook"))
    process.persistor.close()
    return storage


def started(
    storage: Memory, clock: ManualClock, **settings: object
) -> tuple[Process, Kept]:
    given: Settings = settings  # type: ignore[assignment]
    kept = kept_roles(**given)
    process = Process(storage, kept.part, clock=clock)
    process.persistor.hydrate()
    return process, kept


def test_another_owner_s_record_is_neither_used_nor_written_over() -> None:
    clock, storage = ManualClock(), Memory()
    record = Record(
        key=KEY,
        version=1,
        revision=1,
        writer="w",
        at=1,
        state={"selected": ["secret"]},
        owner="bob",
    )
    storage.write(KEY, encode_record(record), replaces=None)
    process, kept = started(storage, clock)
    process.store.dispatch(kept.select("Cook"))
    process.wait(3600)
    assert process.store[kept.part] == Roles(["Cook"])
    assert process.phase() is Phase.READ_ONLY
    assert "another owner's" in process.status().reason
    assert storage.read(KEY, limit=LIMIT).current == encode_record(record)


def test_what_was_stored_under_another_buster_is_not_used() -> None:
    clock = ManualClock()
    storage = stored(clock, buster="spring")
    same, kept = started(storage, clock, buster="spring")
    assert same.store[kept.part] == Roles(["Cook"])
    process, kept = started(storage, clock, buster="summer")
    assert process.store[kept.part] == Roles()
    assert process.phase() is Phase.READY
    assert "'spring' is not used; it is 'summer' now" in process.problems[0].message
    process.persistor.flush()
    assert process.record().buster == "summer"
    previous = storage.read(KEY, limit=LIMIT).previous
    assert previous is not None
    assert b'"Cook"' in previous


@pytest.mark.parametrize("max_age", [60, 60.0, timedelta(minutes=1)])
def test_what_is_older_than_it_may_be_is_not_used(max_age: object) -> None:
    clock = ManualClock()
    storage = stored(clock, max_age=max_age)
    clock.advance(60)
    process, kept = started(storage, clock, max_age=max_age)
    assert process.store[kept.part] == Roles(["Cook"])
    clock.advance(0.001)
    process, kept = started(storage, clock, max_age=max_age)
    assert process.store[kept.part] == Roles()
    assert "older than max_age" in process.problems[0].message


def test_what_is_past_its_retention_is_erased() -> None:
    clock = ManualClock()
    storage = stored(clock, retention=timedelta(days=30))
    clock.advance(30 * DAY - 1)
    process, kept = started(storage, clock, retention=30 * DAY)
    assert process.store[kept.part] == Roles(["Cook"])
    clock.advance(1)
    process, kept = started(storage, clock, retention=30 * DAY)
    assert process.store[kept.part] == Roles()
    assert process.phase() is Phase.READY
    found = storage.read(KEY, limit=LIMIT)
    assert b"Cook" not in (found.current or b"") + (found.previous or b"")


def test_what_follows_an_erased_record_is_kept() -> None:
    clock = ManualClock()
    storage = stored(clock, retention=60)
    clock.advance(61)
    process, kept = started(storage, clock, retention=60)
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    assert process.fields()["selected"] == ["Nurse"]
    assert process.record().revision == 4  # two tombstones are between
    assert process.codes == []


def test_each_write_begins_the_retention_anew() -> None:
    clock = ManualClock()
    storage = stored(clock, retention=60)
    clock.advance(59)
    process, kept = started(storage, clock, retention=60)
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    assert process.record().until == clock.now_ms() + 60_000


def test_a_storage_that_does_not_let_go_of_it_is_asked_again() -> None:
    clock = ManualClock()
    storage = stored(clock, retention=60)
    clock.advance(61)
    storage.errors["write"] = [OSError("busy")]
    process, kept = started(storage, clock, retention=60)
    assert process.phase() is Phase.DEGRADED
    assert process.store[kept.part] == Roles()
    process.wait(1)
    assert process.phase() is Phase.READY
    assert process.codes == ["STR-902"]


def test_records_of_slices_that_are_gone_are_erased_in_their_time() -> None:
    clock = ManualClock()
    storage = stored(clock, retention=60)
    clock.advance(61)
    process = Process(storage, kept_numbers().part, clock=clock)
    process.persistor.hydrate()
    assert record_in(storage).is_purged
    found = storage.read(KEY, limit=LIMIT)
    assert b"Cook" not in (found.current or b"") + (found.previous or b"")


def test_records_without_a_retention_stay_for_ever() -> None:
    clock = ManualClock()
    storage = stored(clock)
    clock.advance(10_000 * DAY)
    process = Process(storage, kept_numbers().part, clock=clock)
    process.persistor.hydrate()
    assert record_in(storage).state == {"selected": ["Cook"], "title": ""}


def test_a_tombstone_goes_after_thirty_days() -> None:
    clock = ManualClock()
    storage = stored(clock)
    process, _ = started(storage, clock)
    process.persistor.purge()
    process.persistor.close()
    clock.advance(TOMBSTONE_LIFE / 1000)
    Process(storage, kept_numbers().part, clock=clock).persistor.hydrate()
    assert KEY in storage.keys()  # noqa: SIM118 - a port's method, and no dict
    clock.advance(0.001)
    Process(storage, kept_numbers().part, clock=clock).persistor.hydrate()
    assert KEY not in storage.keys()  # noqa: SIM118 - as above


def test_what_is_of_another_application_or_no_record_is_left_alone() -> None:
    clock, storage = ManualClock(), Moody()
    other = kept_roles(retention=1)
    theirs = Process(storage, other.part, clock=clock, namespace="other")
    theirs.persistor.hydrate()
    theirs.persistor.close()
    storage.write("app:p:device:junk", b"junk", replaces=None)
    storage.write("notes", b"mine", replaces=None)
    before = {key: storage.read(key, limit=LIMIT) for key in Memory.keys(storage)}
    clock.advance(10_000 * DAY)
    Process(storage, kept_numbers().part, clock=clock).persistor.hydrate()
    after = {key: storage.read(key, limit=LIMIT) for key in Memory.keys(storage)}
    assert {**after, **before} == after


def test_a_sweep_that_fails_is_told_and_hydration_is_none_the_worse() -> None:
    clock, storage = ManualClock(), Moody()
    storage.errors["keys"] = OSError("no list")
    process, _ = started(storage, clock)
    assert process.phase() is Phase.READY
    assert [(each.key, each.code) for each in process.problems] == [("", "STR-902")]
    assert not any(map(is_aside, Memory.keys(storage)))


def test_an_erased_record_says_nothing_of_what_it_was() -> None:
    clock = ManualClock()
    storage = stored(clock, retention=60)
    clock.advance(61)
    started(storage, clock, retention=60)
    for data in storage.read(KEY, limit=LIMIT):
        assert data is not None
        record = decode_record(data, key=KEY, limit=LIMIT)
        assert (record.is_purged, record.state) == (True, None)
