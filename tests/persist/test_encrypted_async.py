"""An encrypted storage that is awaited does all that a blocking one does."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

import pytest

from stateroom.errors import InvalidPersist, StorageUnavailable, Undecipherable
from stateroom.persist.encrypted import Encrypted, EncryptedAsync
from stateroom.persist.storages import AsyncStorage, Stored, stamp_of
from stateroom.persist.storages.memory import Memory
from stateroom.persist.vault import Resealed
from stateroom.testing.storages import CASES, run_case_async
from stateroom.testing.storages_places import Awaited
from tests.persist.vaults import (
    KEY,
    LIMIT,
    NEWER,
    OLDER,
    Callback,
    encrypted,
    plain_record,
)


def awaited(callback: Callback) -> Callable[[str], Awaitable[bytes | None]]:
    async def fetch(key_id: str) -> bytes | None:
        return callback(key_id)

    return fetch


def encrypted_async(
    beneath: Memory, key: Callback | None = None, *, key_id: str = "a"
) -> EncryptedAsync:
    callback = awaited(key or Callback(a=OLDER))
    return EncryptedAsync(Awaited(beneath), callback, key_id=key_id)


def place() -> Callable[[], AsyncStorage]:
    first = Memory()
    return lambda: encrypted_async(Memory(shared=first))


@pytest.mark.parametrize("name", CASES)
async def test_an_encrypted_awaited_storage_keeps_the_promise(name: str) -> None:
    await run_case_async(name, place)


async def test_either_reads_what_the_other_wrote() -> None:
    beneath = Memory()
    here, there = encrypted(beneath), encrypted_async(beneath)
    here.write(KEY, plain_record(1), replaces=None)
    await there.write(KEY, plain_record(2), replaces=stamp_of(plain_record(1)))
    expected = Stored(plain_record(2), plain_record(1))
    assert here.read(KEY, limit=LIMIT) == expected
    assert await there.read(KEY, limit=LIMIT) == expected
    assert there.name == here.name


async def test_an_awaited_key_may_fail_and_be_there_later() -> None:
    beneath, key = Memory(), Callback(a=OLDER)
    encrypted(beneath).write(KEY, plain_record(), replaces=None)
    storage = encrypted_async(beneath, key)
    key.fails = OSError("locked")
    with pytest.raises(StorageUnavailable):
        await storage.read(KEY, limit=LIMIT)
    key.fails = LookupError("gone")
    with pytest.raises(Undecipherable):
        await storage.read(KEY, limit=LIMIT)
    key.fails = None
    assert (await storage.read(KEY, limit=LIMIT)).current == plain_record()


async def test_records_are_sealed_anew_with_the_newest_key() -> None:
    beneath = Memory()
    encrypted(beneath).write(KEY, plain_record(), replaces=None)
    both = Callback(a=OLDER, b=NEWER)
    assert await encrypted_async(beneath, both, key_id="b").reseal() == Resealed(
        (KEY,), {}
    )
    alone = encrypted(beneath, Callback(b=NEWER), key_id="b")
    assert alone.read(KEY, limit=LIMIT) == Stored(plain_record(), None)


def test_each_of_the_two_refuses_the_storage_of_the_other() -> None:
    with pytest.raises(InvalidPersist, match="needs EncryptedAsync"):
        Encrypted(Awaited(Memory()), Callback())  # type: ignore[arg-type]
    with pytest.raises(InvalidPersist, match="needs Encrypted"):
        EncryptedAsync(Memory(), awaited(Callback()))  # type: ignore[arg-type]


async def test_each_of_the_two_refuses_the_callback_of_the_other() -> None:
    blocking = Encrypted(Memory(), awaited(Callback(a=OLDER)))  # type: ignore[arg-type]
    with pytest.raises(InvalidPersist, match="an async function needs Enc"):
        blocking.write(KEY, b"x", replaces=None)
    callback = Callback(**{"1": OLDER})
    storage = EncryptedAsync(Awaited(Memory()), callback)  # type: ignore[arg-type]
    with pytest.raises(InvalidPersist, match="needs an async function"):
        await storage.write(KEY, b"x", replaces=None)


def test_both_have_the_same_methods_with_the_same_parameters() -> None:
    def faces(kind: type) -> dict[str, list[str]]:
        return {
            name: list(inspect.signature(method).parameters)
            for name, method in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_") or name == "__init__"
        }

    assert faces(EncryptedAsync) == faces(Encrypted)
