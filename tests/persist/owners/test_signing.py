"""A user's slices are that user's alone; those of the device stay."""

from __future__ import annotations

from typing import cast

import pytest

from stateroom.errors import InvalidPersist, NotDurable, PersistError
from stateroom.persist import Memory, Phase
from stateroom.persist.records import Record, encode_record
from stateroom.persist.storages.port import Storage
from tests.persist.roles import Kept, Roles, kept_numbers, kept_roles
from tests.persist.scenes import LIMIT, Moody, Process, record_in

KEY = "app:p:u.ann:roles"


def started(
    storage: Memory | None = None, owner: str | int | None = None
) -> tuple[Process, Kept]:
    """Return a process with a user's roles, and numbers of the device."""
    kept = kept_roles(scope="user")
    process = Process(storage or Moody(), kept.part, kept_numbers().part, owner=owner)
    process.persistor.hydrate()
    return process, kept


def stored(owner: str = "ann", role: str = "Cook") -> Moody:
    process, kept = started(owner=owner)
    process.store.dispatch(kept.select(role))
    process.persistor.close()
    return cast("Moody", process.storage)


def contents(storage: Memory) -> bytes:
    """Return everything that a storage has, of all generations."""
    found = (storage.read(key, limit=LIMIT) for key in storage.keys())  # noqa: SIM118 - a port's method, and no dict
    return b"".join(data for each in found for data in each if data is not None)


def test_a_user_s_slice_without_a_user_is_neither_read_nor_written() -> None:
    storage = stored()
    storage.asked.clear()
    process, kept = started(storage)
    process.store.dispatch(kept.select("Nurse"))
    process.wait(3600)
    process.persistor.flush()
    assert {each for each in storage.asked if "roles" in each} <= {f"read {KEY}"}
    assert process.store[kept.part] == Roles(["Nurse"])
    status = process.persistor.status()
    assert status.slices["roles"].record == ""
    assert "nobody signed in" in status.slices["roles"].reason
    assert status.phase is Phase.READY


def test_signing_in_reads_what_is_the_user_s() -> None:
    process, kept = started(stored())
    status = process.persistor.sign_in("ann")
    assert process.store[kept.part] == Roles(["Cook"])
    assert (status.owner, process.persistor.owner) == ("ann", "ann")
    assert status.slices["roles"].record == KEY


def test_what_was_done_before_signing_in_is_taken_along() -> None:
    process, kept = started(stored())
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.sign_in("ann")
    process.persistor.flush()
    assert process.fields(owner="ann")["selected"] == ["Cook", "Nurse"]


def test_actions_before_signing_in_are_replayed() -> None:
    kept = kept_roles(scope="user", reconcile="replay")
    process = Process(stored(), kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.sign_in("ann")
    assert process.store[kept.part] == Roles(["Cook", "Nurse"])


def test_an_owner_given_at_the_start_is_signed_in() -> None:
    process, kept = started(stored(), owner="ann")
    assert process.store[kept.part] == Roles(["Cook"])


def test_a_number_and_its_text_are_the_same_owner() -> None:
    process, kept = started(stored("7"))
    process.persistor.sign_in(7)
    assert process.store[kept.part] == Roles(["Cook"])
    process.persistor.sign_in("7")


def test_another_user_sees_nothing_of_the_first() -> None:
    storage = stored()
    process, kept = started(storage, owner="bob")
    assert process.store[kept.part] == Roles()
    process.store.dispatch(kept.select("Judge"))
    process.persistor.flush()
    assert record_in(storage, owner="ann").state == {"selected": ["Cook"], "title": ""}
    assert record_in(storage, owner="bob").owner == "bob"


def test_a_record_of_another_owner_under_the_user_s_key_is_not_used() -> None:
    storage = Memory()
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
    process, kept = started(storage, owner="ann")
    assert process.store[kept.part] == Roles()
    assert process.phase() is Phase.READ_ONLY


def test_two_users_at_once_are_refused() -> None:
    process, _ = started(owner="ann")
    with pytest.raises(PersistError, match="'ann' is signed in, and 'bob'") as caught:
        process.persistor.sign_in("bob")
    assert caught.value.hint == "sign_out() first"


@pytest.mark.parametrize("owner", ["", None, True, 1.5, b"ann", "x" * 97, "\ud800"])
def test_what_is_no_owner_is_refused_and_nobody_is_signed_in(owner: object) -> None:
    process, _ = started()
    with pytest.raises(InvalidPersist, match="owner"):
        process.persistor.sign_in(cast("str", owner))
    assert process.persistor.owner == ""


def test_signing_out_erases_the_user_s_data_everywhere() -> None:
    storage = stored()
    process, kept = started(storage, owner="ann")
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    process.store.dispatch(kept.select("Judge"))
    process.persistor.sign_out()
    assert process.store[kept.part] == Roles()
    assert process.persistor.owner == ""
    process.wait(3600)
    process.persistor.close()
    for role in (b"Cook", b"Nurse", b"Judge"):
        assert role not in contents(storage)


def test_signing_out_may_leave_the_data_for_the_next_time() -> None:
    storage = stored()
    process, kept = started(storage, owner="ann")
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.sign_out(purge=False)
    assert process.store[kept.part] == Roles()
    process.persistor.sign_in("bob")
    assert process.store[kept.part] == Roles()
    process.persistor.sign_out(purge=False)
    process.persistor.sign_in("ann")
    assert process.store[kept.part] == Roles(["Cook", "Nurse"])


def test_slices_of_the_device_survive_a_sign_out() -> None:
    kept, shelf = kept_roles(scope="user"), kept_numbers()
    process = Process(Moody(), kept.part, shelf.part, owner="ann")
    process.persistor.hydrate()
    process.store.dispatch(shelf.put("a", 1))
    process.persistor.sign_out()
    assert process.store[shelf.part] == {"a": 1}
    process.persistor.flush()
    assert process.fields("numbers") == {"a": 1}


def test_what_cannot_be_stored_keeps_the_user_signed_in() -> None:
    storage = stored()
    process, kept = started(storage, owner="ann")
    process.store.dispatch(kept.select("Nurse"))
    storage.errors["write"] = OSError("away")
    with pytest.raises(NotDurable, match="away"):
        process.persistor.sign_out(purge=False)
    assert process.persistor.owner == "ann"
    assert process.store[kept.part] == Roles(["Cook", "Nurse"])
    storage.errors.clear()
    process.persistor.sign_out(purge=False)
    assert record_in(storage, owner="ann").revision == 2


def test_what_cannot_be_erased_keeps_the_user_signed_in() -> None:
    storage = stored()
    process, _ = started(storage, owner="ann")
    storage.errors["write"] = OSError("away")
    with pytest.raises(PersistError, match="away"):
        process.persistor.sign_out()
    assert process.persistor.owner == "ann"
    storage.errors.clear()
    process.persistor.sign_out()
    assert b"Cook" not in contents(storage)


def test_signing_out_when_nobody_is_signed_in_does_nothing() -> None:
    storage = stored()
    process, kept = started(storage)
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.sign_out()
    assert process.store[kept.part] == Roles(["Nurse"])
    assert record_in(storage, owner="ann").is_purged is False


def test_unknown_fields_of_one_user_are_not_written_for_the_next() -> None:
    storage = Moody()
    for owner in ("ann", "bob"):
        key = f"app:p:u.{owner}:roles"
        state = {"selected": [], "title": "", f"of {owner}": 1}
        record = Record(
            key=key, version=1, revision=1, writer="w", at=1, state=state, owner=owner
        )
        storage.write(key, encode_record(record), replaces=None)
    process, kept = started(storage, owner="ann")
    process.persistor.sign_out(purge=False)
    process.persistor.sign_in("bob")
    process.store.dispatch(kept.select("Judge"))
    process.persistor.flush()
    assert "of bob" in process.fields(owner="bob")
    assert "of ann" not in process.fields(owner="bob")


@pytest.mark.parametrize("purge", [True, False])
def test_nothing_of_a_user_who_left_stays_in_memory(*, purge: bool) -> None:
    kept = kept_roles(scope="user", reconcile="replay")
    process = Process(stored(), kept.part, owner="ann")
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    process.store.dispatch(kept.select("Judge"))
    process.persistor.sign_out(purge=purge)
    tracked = process.engine.slices["roles"]
    known = {name: value for name, value in vars(tracked).items() if name != "part"}
    told = repr((known, process.store.state, process.persistor.status()))
    for secret in ("Cook", "Nurse", "Judge", "ann"):
        assert secret not in told
    assert tracked.revision == 0


def test_the_storage_of_a_slice_may_be_its_own() -> None:
    own, common = Memory(), Memory()
    kept = kept_roles(scope="user", storage=own)
    process = Process(common, kept.part, owner="ann")
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.persistor.flush()
    assert (own.keys(), common.keys()) == ((KEY,), ())
    process.persistor.sign_out()
    assert b"Cook" not in b"".join(
        filter(None, cast("Storage", own).read(KEY, limit=9999))
    )


def test_signing_in_nobody_is_told_as_that() -> None:
    process, _ = started()
    with pytest.raises(InvalidPersist, match="found None") as caught:
        process.persistor.sign_in(cast("str", None))
    assert "leave signing in out while nobody is" in caught.value.hint
