"""An encrypted storage keeps every promise of a storage, and shows nothing."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

import pytest

from stateroom.errors import InvalidPersist, MissingExtra, WriteConflict
from stateroom.persist.encrypted import Encrypted
from stateroom.persist.sealed import unpack
from stateroom.persist.storages import Noticing, Storage, Stored, stamp_of
from stateroom.persist.storages.memory import Memory
from stateroom.persist.vault import FLOOR
from stateroom.testing.storages import CASES, run_case
from tests.persist.vaults import (
    KEY,
    LIMIT,
    NEWER,
    OLDER,
    Callback,
    encrypted,
    exchange,
    plain_record,
    raw,
)


class Told(Memory):
    """A storage that is told of others' writes."""

    def notice(self, callback: Callable[[], object]) -> Callable[[], None]:
        callback()
        return lambda: None


class Small(Memory):
    """A storage that knows how much it can hold."""

    @property
    def quota(self) -> int:
        return 5 * 1024 * 1024


def place_in_memory() -> Callable[[], Storage]:
    first = Memory()
    return lambda: encrypted(Memory(shared=first))


def place_of_two_keys() -> Callable[[], Storage]:
    """Storages that write with one key and with the other, in turn."""
    first, turns = Memory(), iter("ab" * 100)
    keys = {"a": OLDER, "b": NEWER}
    return lambda: Encrypted(Memory(shared=first), keys.get, key_id=next(turns))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("place", [place_in_memory, place_of_two_keys])
def test_an_encrypted_storage_keeps_the_promise(
    name: str, place: Callable[[], Callable[[], Storage]]
) -> None:
    run_case(name, place)


@pytest.mark.parametrize("name", CASES)
def test_a_storage_that_is_encrypted_twice_keeps_the_promise(name: str) -> None:
    def place() -> Callable[[], Storage]:
        first = Memory()
        outer = Callback(a=NEWER)
        return lambda: encrypted(encrypted(Memory(shared=first)), outer)

    run_case(name, place)


def test_what_was_written_is_read_by_another_process_with_the_key() -> None:
    beneath = Memory()
    first, second = plain_record(1), plain_record(2)
    here = encrypted(beneath)
    here.write(KEY, first, replaces=None)
    here.write(KEY, second, replaces=stamp_of(first))
    there = encrypted(Memory(shared=beneath))
    assert there.read(KEY, limit=LIMIT) == Stored(second, first)
    assert there.keys() == (KEY,)


def test_two_writes_of_the_same_bytes_are_stored_differently() -> None:
    beneath = Memory()
    storage = encrypted(beneath)
    storage.write(KEY, plain_record(), replaces=None)
    storage.write(KEY, plain_record(), replaces=stamp_of(plain_record()))
    found = raw(beneath)
    assert stamp_of(found.current) != stamp_of(found.previous)


def test_no_nonce_is_used_twice_in_a_thousand_writes() -> None:
    beneath = Memory()
    storage = encrypted(beneath)
    nonces: set[bytes] = set()
    for turn in range(1000):
        storage.write(f"key{turn % 3}", b"x", replaces=b"x" if turn > 2 else None)
        sealed = unpack(raw(beneath, f"key{turn % 3}").current or b"")
        assert sealed is not None
        nonces.add(sealed.nonce)
    assert len(nonces) == 1000


def test_a_writer_is_refused_where_another_wrote_since() -> None:
    beneath = Memory()
    here, there = encrypted(beneath), encrypted(Memory(shared=beneath))
    here.write(KEY, b"base", replaces=None)
    there.write(KEY, b"there", replaces=b"base")
    with pytest.raises(WriteConflict, match="not what the writer has seen") as caught:
        here.write(KEY, b"here", replaces=b"base")
    assert caught.value.key == KEY
    assert here.read(KEY, limit=LIMIT) == Stored(b"there", b"base")


def test_a_writer_is_not_refused_where_the_same_bytes_were_sealed_anew() -> None:
    beneath = Memory()
    here, there = encrypted(beneath), encrypted(Memory(shared=beneath))
    here.write(KEY, b"base", replaces=None)
    there.write(KEY, b"base", replaces=b"base")
    here.write(KEY, b"next", replaces=b"base")
    assert there.read(KEY, limit=LIMIT) == Stored(b"next", b"base")


def test_a_peek_opens_nothing_that_was_opened_before() -> None:
    beneath, key = Memory(), Callback(a=OLDER)
    storage = encrypted(beneath, key)
    storage.write(KEY, plain_record(), replaces=None)
    key.keys.clear()
    assert storage.peek(KEY) == stamp_of(plain_record())
    assert key.asked == ["a"]


def test_of_a_record_that_is_far_too_long_nothing_is_opened() -> None:
    beneath = Memory()
    data = b"s" * (FLOOR + 1000)
    encrypted(beneath).write(KEY, data, replaces=None)
    sealed = raw(beneath).current or b""
    storage = encrypted(beneath)
    assert storage.read(KEY, limit=LIMIT) == Stored(sealed[: LIMIT + 1], None)
    assert storage.read(KEY, limit=FLOOR + 1000) == Stored(data, None)


def test_a_quota_is_told_in_bytes_before_they_are_sealed() -> None:
    assert encrypted(Small()).quota == 5 * 1024 * 1024 * 3 // 4
    assert encrypted(Memory()).quota is None


def test_a_storage_is_told_of_writes_where_the_one_beneath_is() -> None:
    told: list[str] = []
    storage = encrypted(Told())
    assert isinstance(storage, Noticing)
    storage.notice(lambda: told.append("written"))
    assert told == ["written"]
    assert not isinstance(encrypted(Memory()), Noticing)


def test_the_name_says_where_and_how_and_no_repr_shows_a_key() -> None:
    storage = encrypted(Memory())
    storage.write(KEY, plain_record(), replaces=None)
    assert storage.name == "memory of this process, encrypted"
    vault = vars(storage)["_vault"]
    ring = vars(vars(vault)["_sealer"])["keyring"]
    shown = f"{storage!r} {vault!r} {ring!r} {vars(ring)!r}"
    assert "Secret(key_id='a', check=" in shown
    assert str(OLDER)[2:-1] not in shown


def test_what_was_deleted_is_forgotten_and_can_be_written_anew() -> None:
    storage = encrypted(Memory())
    storage.write(KEY, b"one", replaces=None)
    storage.delete(KEY)
    assert b"one" not in str(vars(vars(storage)["_vault"])).encode()
    with pytest.raises(WriteConflict):
        storage.write(KEY, b"two", replaces=b"one")
    storage.write(KEY, b"two", replaces=None)
    assert storage.read(KEY, limit=LIMIT) == Stored(b"two", None)


def test_bytes_that_another_put_there_are_no_stamp_of_ours() -> None:
    beneath = Memory()
    storage = encrypted(beneath)
    storage.write(KEY, b"ours", replaces=None)
    exchange(beneath, b"theirs")
    with pytest.raises(WriteConflict):
        storage.write(KEY, b"next", replaces=b"ours")
    assert raw(beneath).current == b"theirs"


@pytest.mark.parametrize("key_id", ["", "a b", 'a"', "é", "k" * 65, "a\n", None, 7])
def test_a_key_must_have_a_name_that_can_be_written_down(key_id: str) -> None:
    with pytest.raises(InvalidPersist, match="cannot name a key") as caught:
        encrypted(Memory(), key_id=key_id)
    assert "such as '2026-01'" in caught.value.hint


def test_a_key_that_stands_in_the_program_is_refused() -> None:
    with pytest.raises(InvalidPersist, match="must be a function") as caught:
        Encrypted(Memory(), OLDER)  # type: ignore[arg-type]
    assert "not bytes" in str(caught.value)


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "stateroom.persist.encrypted")
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(MissingExtra, match="needs the extra 'encryption'") as caught:
        importlib.import_module("stateroom.persist.encrypted")
    assert caught.value.extra == "encryption"
