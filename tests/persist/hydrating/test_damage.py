"""One damaged record hurts its slice alone, and its bytes are kept with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from stateroom.errors import StorageUnavailable
from stateroom.persist import Memory, Phase
from stateroom.persist.quarantine import Aside, decode_aside, is_aside
from stateroom.persist.storages.port import Storage, Stored, stamp_of
from tests.persist.roles import Kept, Roles, kept_roles
from tests.persist.scenes import LIMIT, Moody, Process

KEY = "app:p:device:roles"


def stored(*roles: str) -> Moody:
    """Return a storage with one generation for each role that was added."""
    storage, kept = Moody(), kept_roles()
    other = kept_roles("other")
    process = Process(storage, kept.part, other.part)
    process.persistor.hydrate()
    process.store.dispatch(other.select("Judge"))
    for role in roles:
        process.store.dispatch(kept.select(role))
        process.persistor.flush()
    return storage


def damage(storage: Memory, *, previous: bool = False) -> bytes:
    """Change a byte in the newest generation, or in both, and return the newest."""
    found = storage.read(KEY, limit=LIMIT)
    current, before = _flipped(found.current), found.previous
    if previous:
        before = _flipped(before)
    storage.delete(KEY)
    if before is not None:
        storage.write(KEY, before, replaces=None)
    storage.write(KEY, current, replaces=stamp_of(before))
    return current


def _flipped(data: bytes | None) -> bytes:
    assert data is not None
    return data[:-3] + b"#" + data[-2:]


def asides(process: Process) -> list[Aside]:
    storage = cast("Storage", process.storage)
    keys = filter(is_aside, storage.keys())
    found = (storage.read(key, limit=LIMIT).current for key in keys)
    return [decode_aside(each) for each in found if each is not None]


def started(storage: Memory) -> tuple[Process, Kept, Kept]:
    kept, other = kept_roles(), kept_roles("other")
    process = Process(storage, kept.part, other.part)
    process.persistor.hydrate()
    return process, kept, other


def test_the_generation_before_a_damaged_one_is_used() -> None:
    storage = stored("Cook", "Nurse")
    damage(storage)
    process, kept, other = started(storage)
    assert process.store[kept.part] == Roles(["Cook"])
    assert process.phase() is Phase.QUARANTINED
    assert "the previous generation is used" in process.status().reason
    assert process.store[other.part] == Roles(["Judge"])
    assert process.phase("other") is Phase.READY


def test_damaged_bytes_are_put_aside_as_they_are_with_the_reason() -> None:
    storage = stored("Cook", "Nurse")
    data = damage(storage)
    process, _, _ = started(storage)
    (aside,) = asides(process)
    assert (aside.key, aside.data) == (KEY, data)
    assert "its checksum does not fit" in aside.reason
    assert aside.at == process.clock.now_ms()
    assert process.codes == ["STR-906"]


def test_the_good_generation_stays_until_a_newer_one_is_stored() -> None:
    storage = stored("Cook", "Nurse")
    damage(storage)
    good = storage.read(KEY, limit=LIMIT).previous
    process, kept, _ = started(storage)
    process.store.dispatch(kept.select("Judge"))
    process.persistor.flush()
    assert storage.read(KEY, limit=LIMIT).previous == good
    assert process.fields()["selected"] == ["Cook", "Judge"]
    process.store.dispatch(kept.select("Smith"))
    process.persistor.flush()
    assert storage.read(KEY, limit=LIMIT).previous != good


def test_a_recovered_slice_is_written_again_at_once() -> None:
    storage = stored("Cook", "Nurse")
    damage(storage)
    process, _, _ = started(storage)
    process.wait(0.25)
    assert process.fields()["selected"] == ["Cook"]
    assert not process.persistor.status().is_dirty


def test_the_same_damage_is_never_put_aside_twice() -> None:
    storage = stored("Cook", "Nurse")
    damage(storage)
    storage.errors["write"] = [StorageUnavailable("away")]
    for _ in range(2):
        started(storage)
    process, _, _ = started(storage)
    assert len(asides(process)) == 1


def test_with_both_generations_damaged_it_begins_anew_and_both_are_kept() -> None:
    storage = stored("Cook", "Nurse")
    current = damage(storage, previous=True)
    previous = storage.read(KEY, limit=LIMIT).previous
    process, kept, other = started(storage)
    assert process.store[kept.part] == Roles()
    assert process.phase() is Phase.QUARANTINED
    assert {each.data for each in asides(process)} == {current, previous}
    assert process.store[other.part] == Roles(["Judge"])
    process.store.dispatch(kept.select("Smith"))
    process.persistor.flush()
    assert process.fields()["selected"] == ["Smith"]


def test_a_generation_that_is_gone_is_made_up_by_the_one_before() -> None:
    class Headless(Moody):
        def read(self, key: str, *, limit: int) -> Stored:
            found = super().read(key, limit=limit)
            return found._replace(current=None) if key == KEY else found

        def peek(self, key: str) -> bytes | None:
            return None if key == KEY else super().peek(key)

    process, kept, _ = started(Headless(shared=stored("Cook", "Nurse")))
    assert process.store[kept.part] == Roles(["Cook"])
    assert process.phase() is Phase.QUARANTINED
    assert "its newest generation is gone" in process.status().reason


def test_what_cannot_be_put_aside_is_not_written_over() -> None:
    storage = stored("Cook", "Nurse")
    data = damage(storage)
    storage.errors["write"] = StorageUnavailable("read-only file system")
    process, kept, _ = started(storage)
    assert process.phase() is Phase.DEGRADED
    assert process.store[kept.part] == Roles(["Cook"])
    assert "it could not be put aside: read-only" in process.status().reason
    process.store.dispatch(kept.select("Judge"))
    process.wait(1)
    assert storage.read(KEY, limit=LIMIT).current == data
    storage.errors.clear()
    process.wait(60)
    assert process.phase() is Phase.QUARANTINED
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Judge"]
    assert [each.data for each in asides(process)] == [data]


@pytest.mark.parametrize(
    "make",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"\x00" * len(data),
        lambda data: b'{"selected":["Cook"]}',
        lambda data: data + data,
        lambda data: b"[" * 200_000,
    ],
)
def test_any_damage_leaves_the_generation_before(
    make: Callable[[bytes], bytes],
) -> None:
    storage = stored("Cook", "Nurse")
    data = storage.read(KEY, limit=LIMIT).current
    assert data is not None
    previous = storage.read(KEY, limit=LIMIT).previous
    storage.delete(KEY)
    storage.write(KEY, previous or b"", replaces=None)
    storage.write(KEY, make(data), replaces=stamp_of(previous))
    process, kept, _ = started(storage)
    assert process.store[kept.part] == Roles(["Cook"])
    assert [each.data for each in asides(process)] == [make(data)]
