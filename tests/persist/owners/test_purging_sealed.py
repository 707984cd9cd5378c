"""What no key opens any more can still be erased, and is in nobody's way."""

from __future__ import annotations

import pytest

from stateroom.errors import Undecipherable
from stateroom.persist import Memory, Phase
from stateroom.persist.encrypted import Encrypted
from stateroom.persist.storages import Storage
from tests.persist.roles import Roles, kept_roles
from tests.persist.scenes import LIMIT, Moody, Process
from tests.persist.vaults import NEWER, OLDER

KEY = "app:p:device:roles"


def sealed(storage: Storage, *, owner: str | None = None, retention: int = 90) -> None:
    """Leave a record that only the older key opens."""
    kept = kept_roles(scope="device" if owner is None else "user", retention=retention)
    older = Encrypted(storage, {"1": OLDER}.get, key_id="1")
    process = Process(older, kept.part, owner=owner)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("secret"))
    process.persistor.close()


def newer(storage: Storage) -> Encrypted:
    """Return the storage as one has it who has lost the older key."""
    return Encrypted(storage, {"2": NEWER}.get, key_id="2")


def test_a_purge_makes_room_where_the_key_is_lost() -> None:
    storage, kept = Memory(), kept_roles()
    sealed(storage)
    process = Process(newer(storage), kept.part)
    assert process.persistor.hydrate().phase is Phase.DEGRADED
    assert process.persistor.purge() == 1
    process.store.dispatch(kept.select("Cook"))
    process.persistor.flush()
    again = Process(newer(storage), kept_roles().part)
    assert again.persistor.hydrate().slices["roles"].phase is Phase.READY
    assert again.store[kept.part] == Roles(["Cook"])


def test_nothing_is_left_of_what_was_sealed_with_the_lost_key() -> None:
    storage = Memory()
    sealed(storage)
    Process(newer(storage), kept_roles().part).persistor.purge()
    generations = storage.read(KEY, limit=LIMIT)
    assert all(b'"key":"2"' in (each or b"") for each in generations)


def test_who_has_the_key_and_changed_something_meets_the_purge() -> None:
    storage, kept = Memory(), kept_roles()
    sealed(storage)
    keys = {"1": OLDER, "2": NEWER}.get
    late = Process(Encrypted(storage, keys, key_id="1"), kept.part)
    late.persistor.hydrate()
    late.store.dispatch(kept.select("late"))
    Process(newer(storage), kept_roles().part).persistor.purge()
    late.persistor.flush()
    assert late.store[kept.part] == Roles()


def test_a_user_whose_key_is_lost_can_sign_out() -> None:
    storage = Memory()
    sealed(storage, owner="ann")
    process = Process(newer(storage), kept_roles(scope="user").part, owner="ann")
    process.persistor.hydrate()
    process.persistor.sign_out()
    assert process.persistor.owner == ""


def test_a_record_that_does_not_open_keeps_no_other_from_its_retention() -> None:
    storage = Moody()
    for owner in ("ann", "bob"):
        sealed(storage, owner=owner, retention=1)
    kept = kept_roles(scope="user", retention=1)
    other = Encrypted(storage, {"2": NEWER}.get, key_id="2")
    process = Process(other, kept.part, owner="cid")
    process.persistor.hydrate()
    process.store.dispatch(kept.select("mine"))
    process.persistor.close()
    last = Process(other, kept_roles(scope="user").part, owner="dan")
    last.clock.advance(5_000)
    last.persistor.hydrate()
    assert last.problems == []
    assert b'"purged":true' in (other.read("app:p:u.cid:roles", limit=LIMIT)[0] or b"")


def test_what_does_not_open_is_not_erased_by_a_sweep() -> None:
    storage = Memory()
    sealed(storage, owner="ann", retention=1)
    before = storage.read("app:p:u.ann:roles", limit=LIMIT)
    process = Process(newer(storage), kept_roles(scope="user").part, owner="bob")
    process.clock.advance(5_000)
    process.persistor.hydrate()
    assert storage.read("app:p:u.ann:roles", limit=LIMIT) == before
    with pytest.raises(Undecipherable):
        newer(storage).read("app:p:u.ann:roles", limit=LIMIT)
