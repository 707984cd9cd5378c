"""Keys are asked for once, may change, may be missing; nothing is lost by any of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest

from stateroom.errors import (
    InvalidPersist,
    PersistError,
    StorageUnavailable,
    Undecipherable,
    WriteConflict,
)
from stateroom.persist.encrypted import Encrypted
from stateroom.persist.sealing import refuse_sealed
from stateroom.persist.storages import Stored, stamp_of
from stateroom.persist.storages.memory import Memory
from tests.persist.vaults import (
    KEY,
    LIMIT,
    MARKER,
    NEWER,
    OLDER,
    Callback,
    encrypted,
    exchange,
    plain_record,
    raw,
)


def written(*, key: Callback | None = None, key_id: str = "a") -> Memory:
    """Return a storage that has one sealed record."""
    beneath = Memory()
    encrypted(beneath, key, key_id=key_id).write(KEY, plain_record(), replaces=None)
    return beneath


def test_a_key_is_asked_for_when_it_is_needed_and_once() -> None:
    beneath, key = Memory(), Callback(a=OLDER)
    storage = encrypted(beneath, key)
    assert storage.read(KEY, limit=LIMIT) == Stored(None, None)
    assert key.asked == []
    for turn in range(5):
        storage.write(f"key{turn}", b"x", replaces=None)
        storage.read(f"key{turn}", limit=LIMIT)
    assert key.asked == ["a"]


def test_a_closed_storage_has_forgotten_its_keys() -> None:
    key = Callback(a=OLDER)
    storage = encrypted(written(), key)
    storage.read(KEY, limit=LIMIT)
    storage.close()
    key.keys.clear()
    with pytest.raises(Undecipherable):
        storage.read(KEY, limit=LIMIT)


def test_old_records_open_with_the_old_key_and_new_ones_take_the_new_key() -> None:
    beneath, keys = written(), Callback(a=OLDER, b=NEWER)
    storage = encrypted(beneath, keys, key_id="b")
    assert storage.read(KEY, limit=LIMIT) == Stored(plain_record(), None)
    storage.write(KEY, plain_record(2), replaces=stamp_of(plain_record()))
    assert b'"key":"b"' in (raw(beneath).current or b"")
    assert b'"key":"a"' in (raw(beneath).previous or b"")
    assert storage.read(KEY, limit=LIMIT) == Stored(plain_record(2), plain_record())
    assert sorted(keys.asked) == ["a", "b"]


def test_a_process_from_before_the_rotation_reads_what_one_from_after_it_wrote() -> (
    None
):
    beneath, keys = Memory(), Callback(a=OLDER, b=NEWER)
    before, after = encrypted(beneath, keys), encrypted(beneath, keys, key_id="b")
    before.write(KEY, b"one", replaces=None)
    after.write(KEY, b"two", replaces=b"one")
    assert before.read(KEY, limit=LIMIT) == Stored(b"two", b"one")
    before.write(KEY, b"three", replaces=b"two")
    assert after.peek(KEY) == b"three"


@pytest.mark.parametrize("lookup", [{}.get, {}.__getitem__])
def test_a_lost_key_is_told_and_the_record_stays(
    lookup: Callable[[str], bytes | None],
) -> None:
    beneath = written()
    before = raw(beneath)
    storage = Encrypted(beneath, lookup, key_id="a")
    for reading in (lambda: storage.read(KEY, limit=9), lambda: storage.peek(KEY)):
        with pytest.raises(Undecipherable, match="there is no key 'a'") as caught:
            reading()
        assert (caught.value.key, caught.value.retryable) == (KEY, False)
        assert "nothing is written over the record" in caught.value.hint
    assert raw(beneath) == before


def test_nothing_is_written_over_a_record_whose_key_is_lost() -> None:
    beneath = written()
    before = raw(beneath)
    storage = encrypted(beneath, Callback(b=NEWER), key_id="b")
    for stamp in (None, stamp_of(plain_record()), beneath.peek(KEY), b""):
        with pytest.raises(WriteConflict):
            storage.write(KEY, b"initial state", replaces=stamp)
    assert raw(beneath) == before


def test_a_record_whose_key_is_lost_can_be_deleted() -> None:
    storage = encrypted(written(), Callback(b=NEWER), key_id="b")
    storage.delete(KEY)
    storage.write(KEY, b"anew", replaces=None)
    assert storage.read(KEY, limit=LIMIT) == Stored(b"anew", None)


def test_another_key_of_the_same_name_is_told_from_damage() -> None:
    beneath = written()
    storage = encrypted(beneath, Callback(a=NEWER))
    with pytest.raises(Undecipherable, match="another key than the one") as caught:
        storage.read(KEY, limit=LIMIT)
    assert "give a new key a new key_id" in caught.value.hint
    with pytest.raises(WriteConflict) as refused:
        storage.write(KEY, b"x", replaces=stamp_of(plain_record()))
    assert isinstance(refused.value.__cause__, Undecipherable)


def test_a_keyring_that_is_locked_is_worth_another_try() -> None:
    beneath, key = written(), Callback(a=OLDER)
    key.fails = OSError("the keyring is locked")
    storage = encrypted(beneath, key)
    with pytest.raises(StorageUnavailable, match="cannot be had: OSError") as caught:
        storage.read(KEY, limit=LIMIT)
    assert (caught.value.__cause__, caught.value.retryable) == (key.fails, True)
    with pytest.raises(StorageUnavailable):
        storage.write("other", b"x", replaces=None)
    key.fails = None
    assert storage.read(KEY, limit=LIMIT) == Stored(plain_record(), None)
    storage.write("other", b"x", replaces=None)
    assert beneath.keys() == (KEY, "other")


@pytest.mark.parametrize(
    "error",
    [Undecipherable("no"), StorageUnavailable("later"), InvalidPersist("never")],
)
def test_a_callback_may_say_itself_which_of_them_it_is(error: PersistError) -> None:
    key = Callback()
    key.fails = error
    with pytest.raises(type(error)) as caught:
        encrypted(written(), key).read(KEY, limit=LIMIT)
    assert caught.value is error


def test_an_interrupt_of_the_callback_is_no_answer() -> None:
    key = Callback()
    key.fails = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        encrypted(written(), key).read(KEY, limit=LIMIT)


def test_without_the_newest_key_nothing_is_written() -> None:
    beneath = written()
    storage = encrypted(beneath, Callback(a=OLDER), key_id="b")
    assert storage.read(KEY, limit=LIMIT).current == plain_record()
    with pytest.raises(StorageUnavailable, match="no key 'b' to seal") as caught:
        storage.write(KEY, b"x", replaces=stamp_of(plain_record()))
    assert "give another key_id" in caught.value.hint
    assert isinstance(caught.value.__cause__, Undecipherable)


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33, 64])
def test_a_key_of_another_length_is_refused(size: int) -> None:
    storage = encrypted(Memory(), Callback(a=b"k" * size))
    with pytest.raises(InvalidPersist, match=f"32 bytes, and has {size}"):
        storage.write(KEY, b"x", replaces=None)
    with pytest.raises(InvalidPersist):
        encrypted(written(), Callback(a=b"k" * size)).read(KEY, limit=LIMIT)


def test_a_key_that_is_text_is_refused() -> None:
    texts: dict[str, bytes] = {"a": "k" * 32}  # type: ignore[dict-item]
    storage = Encrypted(Memory(), texts.get, key_id="a")
    with pytest.raises(InvalidPersist, match="32 bytes, not str") as caught:
        storage.write(KEY, b"x", replaces=None)
    assert "base64.b64decode" in caught.value.hint


def test_a_record_of_a_newer_form_is_left_to_a_newer_release() -> None:
    beneath = written()
    newer = b'{"stateroom-sealed":2,"anything":"else"}'
    exchange(beneath, newer)
    storage = encrypted(beneath)
    with pytest.raises(Undecipherable, match="form 2; this release knows 1"):
        storage.read(KEY, limit=LIMIT)
    with pytest.raises(WriteConflict):
        storage.write(KEY, b"x", replaces=stamp_of(newer))


def test_a_record_that_is_not_encrypted_is_not_believed() -> None:
    beneath = Memory()
    beneath.write(KEY, plain_record(), replaces=None)
    storage = encrypted(beneath)
    with pytest.raises(Undecipherable, match="anybody may have put it") as caught:
        storage.read(KEY, limit=LIMIT)
    assert "accept_plain=True" in caught.value.hint
    with pytest.raises(WriteConflict):
        storage.write(KEY, b"x", replaces=stamp_of(plain_record()))
    assert raw(beneath) == Stored(plain_record(), None)


def test_a_record_from_before_is_read_where_such_are_accepted() -> None:
    beneath = Memory()
    beneath.write(KEY, plain_record(), replaces=None)
    storage = encrypted(beneath, accept_plain=True)
    assert storage.peek(KEY) == stamp_of(plain_record())
    assert storage.read(KEY, limit=LIMIT) == Stored(plain_record(), None)
    assert storage.read(KEY, limit=9) == Stored(plain_record()[:10], None)
    storage.write(KEY, plain_record(2), replaces=stamp_of(plain_record()))
    assert (raw(beneath).current or b"").startswith(b'{"stateroom-sealed":1,')
    assert storage.read(KEY, limit=LIMIT) == Stored(plain_record(2), plain_record())


def test_sealed_bytes_in_a_storage_that_does_not_decrypt_are_no_damage() -> None:
    beneath = written()
    found = raw(beneath).current or b""
    with pytest.raises(Undecipherable, match="encrypted, and the storage is not"):
        refuse_sealed(found, key=KEY, storage=beneath)
    refuse_sealed(found, key=KEY, storage=encrypted(beneath))
    refuse_sealed(plain_record(), key=KEY, storage=beneath)


def broken() -> list[Encrypted]:
    """Return storages of which each fails in its own way."""
    damaged = written()
    exchange(damaged, b'{"stateroom-sealed":3,}')
    plain, locked = Memory(), Callback(a=OLDER)
    plain.write(KEY, plain_record(), replaces=None)
    locked.fails = OSError("locked")
    return [
        encrypted(written(), Callback()),
        encrypted(written(), Callback(a=NEWER)),
        encrypted(written(), Callback(a=OLDER[:31])),
        encrypted(written(), locked),
        encrypted(damaged),
        encrypted(plain),
    ]


def test_no_error_shows_a_key_or_what_was_sealed() -> None:
    shown = ""
    for storage in broken():
        with pytest.raises(PersistError) as caught:
            storage.read(KEY, limit=LIMIT)
        with pytest.raises(PersistError) as refused:
            storage.write(KEY, plain_record(2), replaces=b"")
        for error in (caught.value, refused.value):
            shown += "".join(traceback.format_exception(error)) + error.hint
    secrets = (OLDER, OLDER[:31], NEWER)
    forms = [form for each in secrets for form in (str(each)[2:-1], each.hex())]
    assert [each for each in (*forms, MARKER) if each in shown] == []
    assert shown.count("error STR-") + shown.count("stateroom.errors.") >= 12
