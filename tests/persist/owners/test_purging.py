"""A purge erases everything that is meant, and nothing brings it back."""

from __future__ import annotations

from typing import cast

import pytest

from stateroom.errors import InvalidPersist, StorageUnavailable
from stateroom.persist import PURGE, Memory, Phase, unchanged
from stateroom.persist.quarantine import Aside, aside_key, encode_aside
from stateroom.persist.records import Record, decode_record, encode_record
from stateroom.store import Store
from stateroom.testing.recording import ActionRecorder
from tests.persist.roles import Kept, Roles, Settings, kept_numbers, kept_roles
from tests.persist.scenes import LIMIT, Moody, Process

DEVICE, ANN, BOB = "app:p:device", "app:p:u.ann", "app:p:u.bob"


def left(storage: Memory) -> dict[str, bool]:
    """Return the keys of a storage, and whether each is a tombstone twice over."""
    found = {}
    for key in storage.keys():  # noqa: SIM118 - a port's method, and no dict
        generations = storage.read(key, limit=LIMIT)
        found[key] = all(
            data is not None and b'"purged":true' in data for data in generations
        )
    return found


def full() -> Moody:
    """Return a storage with records of several owners, and one that was damaged."""
    storage = Moody()
    for place in (f"{DEVICE}:old", f"{ANN}:old", f"{BOB}:old", f"{ANN}:roles"):
        owner = place.removeprefix("app:p:").removeprefix("u.").partition(":")[0]
        record = Record(
            key=place,
            version=1,
            revision=3,
            writer="w",
            at=1,
            state={"selected": [f"secret of {owner}"], "title": ""},
            owner="" if owner == "device" else owner,
        )
        storage.write(place, encode_record(record), replaces=None)
    for key in (f"{ANN}:roles", f"{DEVICE}:roles"):
        aside = Aside(key, 5, "damaged", b"secret bytes")
        storage.write(aside_key(key, 5), encode_aside(aside), replaces=None)
    storage.write("other:p:device:roles", b"of another application", replaces=None)
    storage.asked.clear()
    return storage


def started(storage: Memory, **settings: object) -> tuple[Process, Kept]:
    given = cast("Settings", {"scope": "user", **settings})
    kept = kept_roles(**given)
    process = Process(storage, kept.part, kept_numbers().part, owner="ann")
    process.persistor.hydrate()
    return process, kept


def test_all_of_the_device_and_of_who_is_signed_in_is_erased() -> None:
    storage = full()
    process, kept = started(storage)
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    assert process.persistor.purge() == 4
    assert left(storage) == {
        f"{DEVICE}:numbers": True,
        f"{DEVICE}:old": True,
        f"{ANN}:old": True,
        f"{ANN}:roles": True,
        f"{BOB}:old": False,
        "other:p:device:roles": False,
    }
    assert process.store[kept.part] == Roles()


def test_a_scope_alone_can_be_erased() -> None:
    storage = full()
    process, _ = started(storage)
    assert process.persistor.purge("user") == 2
    assert sorted(key for key, is_gone in left(storage).items() if is_gone) == [
        f"{ANN}:old",
        f"{ANN}:roles",
    ]
    assert aside_key(f"{ANN}:roles", 5) not in left(storage)
    assert aside_key(f"{DEVICE}:roles", 5) in left(storage)
    assert process.persistor.purge("device") == 1
    assert aside_key(f"{DEVICE}:roles", 5) not in left(storage)


def test_another_owner_s_records_can_be_erased_by_name() -> None:
    storage = full()
    process, kept = started(storage)
    before = process.store[kept.part]
    assert process.persistor.purge("user", owner="bob") == 1
    assert left(storage)[f"{BOB}:old"] is True
    assert process.store[kept.part] is before
    assert process.phase() is Phase.READY


def test_an_owner_whose_name_has_our_marks_is_erased_like_any_other() -> None:
    storage, kept = Moody(), kept_roles(scope="user")
    process = Process(storage, kept.part, owner="a~corrupt.5:b")
    process.persistor.hydrate()
    process.store.dispatch(kept.select("secret"))
    process.persistor.flush()
    assert process.persistor.purge("user") == 1
    assert list(left(storage).values()) == [True]


def test_a_state_may_stay_when_what_is_stored_of_it_goes() -> None:
    storage = full()
    process, kept = started(storage)
    process.persistor.purge(reset=False)
    assert process.store[kept.part] == Roles(["secret of ann"])
    process.wait(3600)
    assert left(storage)[f"{ANN}:roles"] is True
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    assert process.fields(owner="ann")["selected"] == ["secret of ann", "Nurse"]


def test_a_slice_is_told_by_an_action_and_others_are_not() -> None:
    kept, recorder = kept_roles(scope="user"), ActionRecorder()
    store = Store(kept.part, middleware=(recorder,))
    process = Process(full(), store=store, owner="ann")
    process.persistor.hydrate()
    process.persistor.purge("user")
    process.persistor.purge("device")
    assert [dict(each) for each in recorder.of(PURGE)] == [
        {"type": PURGE, "key": "roles", "reset": True}
    ]


def test_a_change_that_waits_to_be_written_goes_with_the_purge() -> None:
    storage = full()
    process, kept = started(storage)
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.purge()
    process.wait(3600)
    process.persistor.close()
    assert left(storage)[f"{ANN}:roles"] is True


def test_what_was_never_stored_is_reset_too() -> None:
    kept = kept_roles()
    process = Process(Moody(), kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Nurse"))
    assert process.persistor.purge() == 0
    assert process.store[kept.part] == Roles()
    process.wait(3600)
    assert cast("Memory", process.storage).keys() == ()


def test_what_comes_after_a_purge_is_kept_above_its_revision() -> None:
    storage = full()
    process, kept = started(storage)
    process.persistor.purge()
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    record = process.record(owner="ann")
    assert record.state == {"selected": ["Nurse"], "title": ""}
    assert record.revision == 6  # three, two tombstones, and this one
    again, other = started(storage)
    assert again.store[other.part] == Roles(["Nurse"])


def test_a_purge_before_hydration_finds_what_is_stored_and_loses_nothing_later() -> (
    None
):
    storage, kept = full(), kept_roles(scope="user")
    process = Process(storage, kept.part, owner="ann")
    process.persistor.purge()
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.hydrate()
    process.persistor.flush()
    assert process.fields(owner="ann")["selected"] == ["Nurse"]
    assert process.problems == []


@pytest.mark.parametrize("version", [7, 1])
def test_what_could_not_be_read_can_be_purged_and_is_kept_again(version: int) -> None:
    storage = Moody()
    record = Record(
        key=f"{ANN}:roles",
        version=version,
        revision=3,
        writer="w",
        at=1,
        state={"selected": 5},
        owner="ann",
    )
    storage.write(record.key, encode_record(record), replaces=None)
    process, kept = started(storage, version=2, migrations={2: unchanged})
    assert process.phase() is Phase.READ_ONLY
    process.persistor.purge("user")
    assert process.phase() is Phase.READY
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    assert process.fields(owner="ann")["selected"] == ["Nurse"]


def test_damaged_bytes_under_a_key_are_erased_with_a_higher_revision() -> None:
    storage = Moody()
    storage.write(f"{DEVICE}:old", b"damaged", replaces=None)
    process, _ = started(storage)
    process.persistor.purge("device")
    data = storage.read(f"{DEVICE}:old", limit=LIMIT).current
    assert data is not None
    record = decode_record(data, key=f"{DEVICE}:old", limit=LIMIT)
    assert record.revision > 1 << 40


def test_a_storage_that_fails_is_told_and_what_it_kept_is_still_there() -> None:
    storage = full()
    process, _ = started(storage)
    storage.errors["write"] = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable, match="away"):
        process.persistor.purge("user")
    assert left(storage)[f"{ANN}:roles"] is False
    storage.errors.clear()
    assert process.persistor.purge("user") == 2
    assert left(storage)[f"{ANN}:roles"] is True


def test_no_moment_of_a_purge_has_nothing_under_the_key() -> None:
    storage = full()
    process, _ = started(storage)
    storage.asked.clear()
    process.persistor.purge("user")
    erased = [each for each in storage.asked if f"{ANN}:roles" in each]
    assert erased == [
        f"read {ANN}:roles",
        f"write {ANN}:roles",
        f"write {ANN}:roles",
        f"delete {aside_key(f'{ANN}:roles', 5)}",
    ]


def test_a_scope_that_there_is_not_is_refused() -> None:
    process, _ = started(full())
    with pytest.raises(InvalidPersist, match="scope is one of device, user; found"):
        process.persistor.purge("all")  # type: ignore[arg-type]


def test_nobody_s_user_data_is_nothing() -> None:
    storage, kept = full(), kept_roles(scope="user")
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    assert process.persistor.purge("user") == 0
    assert left(storage)[f"{ANN}:old"] is False
