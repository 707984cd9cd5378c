"""Sealing anew: no old key, and no plain text, is needed or left afterwards."""

from __future__ import annotations

import pytest

from stateroom.errors import StorageUnavailable
from stateroom.persist.quarantine import Aside, aside_key, encode_aside
from stateroom.persist.storages import Stored, stamp_of
from stateroom.persist.storages.memory import Memory
from stateroom.persist.vault import Resealed
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

FIRST, SECOND = plain_record(1), plain_record(2)


def stored_bytes(beneath: Memory) -> bytes:
    names = beneath.keys()
    return b"".join(data for key in names for data in raw(beneath, key) if data)


def with_two_plain_generations() -> Memory:
    beneath = Memory()
    beneath.write(KEY, FIRST, replaces=None)
    beneath.write(KEY, SECOND, replaces=stamp_of(FIRST))
    return beneath


def test_records_from_before_are_sealed_in_both_generations() -> None:
    beneath = with_two_plain_generations()
    storage = encrypted(beneath, accept_plain=True)
    assert storage.reseal() == Resealed((KEY,), {})
    assert MARKER.encode() not in stored_bytes(beneath)
    strict = encrypted(beneath)
    assert strict.read(KEY, limit=LIMIT) == Stored(SECOND, SECOND)


def test_records_from_before_are_not_sealed_unless_they_are_accepted() -> None:
    beneath = with_two_plain_generations()
    done = encrypted(beneath).reseal()
    assert done.keys == ()
    assert "not encrypted" in done.left[KEY]
    assert raw(beneath) == Stored(SECOND, FIRST)


def test_after_a_rotation_the_old_key_is_needed_no_more() -> None:
    beneath, keys = Memory(), Callback(a=OLDER, b=NEWER)
    old = encrypted(beneath, keys)
    old.write(KEY, FIRST, replaces=None)
    old.write(KEY, SECOND, replaces=stamp_of(FIRST))
    old.write("other", b"one generation", replaces=None)
    new = encrypted(beneath, keys, key_id="b")
    assert new.reseal() == Resealed((KEY, "other"), {})
    alone = encrypted(beneath, Callback(b=NEWER), key_id="b")
    assert alone.read(KEY, limit=LIMIT) == Stored(SECOND, SECOND)
    assert alone.read("other", limit=LIMIT) == Stored(b"one generation", None)


def test_the_generation_before_stays_where_it_is_sealed_with_the_newest_key() -> None:
    beneath, keys = Memory(), Callback(a=OLDER, b=NEWER)
    old, new = encrypted(beneath, keys), encrypted(beneath, keys, key_id="b")
    new.write(KEY, FIRST, replaces=None)
    old.write(KEY, SECOND, replaces=stamp_of(FIRST))
    assert new.reseal().keys == (KEY,)
    assert new.read(KEY, limit=LIMIT) == Stored(SECOND, FIRST)


def test_only_the_generation_before_is_replaced_where_only_that_is_old() -> None:
    beneath, keys = Memory(), Callback(a=OLDER, b=NEWER)
    old, new = encrypted(beneath, keys), encrypted(beneath, keys, key_id="b")
    old.write(KEY, FIRST, replaces=None)
    new.write(KEY, SECOND, replaces=stamp_of(FIRST))
    assert new.reseal().keys == (KEY,)
    assert new.read(KEY, limit=LIMIT) == Stored(SECOND, SECOND)


def test_sealing_anew_twice_changes_nothing() -> None:
    beneath = with_two_plain_generations()
    storage = encrypted(beneath, accept_plain=True)
    storage.reseal()
    before = raw(beneath)
    assert storage.reseal() == Resealed((), {})
    assert raw(beneath) == before


def test_a_writer_goes_on_while_its_records_are_sealed_anew() -> None:
    beneath, keys = Memory(), Callback(a=OLDER, b=NEWER)
    writer, other = encrypted(beneath, keys), encrypted(beneath, keys, key_id="b")
    writer.write(KEY, FIRST, replaces=None)
    other.reseal()
    writer.write(KEY, SECOND, replaces=stamp_of(FIRST))
    assert other.read(KEY, limit=LIMIT) == Stored(SECOND, FIRST)


def test_bytes_that_were_put_aside_are_sealed_too() -> None:
    beneath, key = Memory(), aside_key(KEY, 1_764_123_456_789)
    data = encode_aside(Aside(KEY, 1_764_123_456_789, "damaged", b"\0" + SECOND))
    beneath.write(key, data, replaces=None)
    storage = encrypted(beneath, accept_plain=True)
    assert storage.reseal() == Resealed((key,), {})
    assert MARKER.encode() not in stored_bytes(beneath)
    assert storage.read(key, limit=LIMIT) == Stored(data, None)


@pytest.mark.parametrize("accept_plain", [True, False])
def test_a_damaged_record_is_not_sealed_over_the_generation_before(
    *, accept_plain: bool
) -> None:
    beneath, keys = Memory(), Callback(a=OLDER, b=NEWER)
    encrypted(beneath, keys).write(KEY, FIRST, replaces=None)
    encrypted(beneath, keys).write(KEY, SECOND, replaces=stamp_of(FIRST))
    broken = (raw(beneath).current or b"")[1:]
    exchange(beneath, broken)
    before = raw(beneath)
    new = encrypted(beneath, keys, key_id="b", accept_plain=accept_plain)
    done = new.reseal()
    assert (done.keys, list(done.left)) == ((), [KEY])
    assert "damaged" in done.left[KEY]
    assert raw(beneath) == before


def test_a_record_of_a_lost_key_is_named_and_the_others_are_sealed() -> None:
    beneath, keys = Memory(), Callback(a=OLDER, b=NEWER, c=OLDER)
    encrypted(beneath, keys, key_id="c").write("lost", b"x", replaces=None)
    encrypted(beneath, keys, key_id="a").write("there", b"x", replaces=None)
    del keys.keys["c"]
    done = encrypted(beneath, keys, key_id="b").reseal()
    assert done.keys == ("there",)
    assert "there is no key 'c'" in done.left["lost"]


def test_a_record_of_another_key_of_the_newest_name_is_not_called_sealed() -> None:
    beneath = Memory()
    encrypted(beneath).write(KEY, FIRST, replaces=None)
    done = encrypted(beneath, Callback(a=NEWER)).reseal()
    assert done.keys == ()
    assert "another key than the one that is now called 'a'" in done.left[KEY]


def test_without_the_newest_key_everything_is_left() -> None:
    beneath = with_two_plain_generations()
    storage = encrypted(beneath, Callback(), accept_plain=True)
    done = storage.reseal()
    assert (done.keys, list(done.left)) == ((), [KEY])
    assert raw(beneath) == Stored(SECOND, FIRST)


class Silent(Memory):
    """Does not answer."""

    def keys(self) -> tuple[str, ...]:
        raise StorageUnavailable("no answer")


def test_a_storage_that_does_not_answer_is_not_called_sealed() -> None:
    with pytest.raises(StorageUnavailable, match="no answer"):
        encrypted(Silent()).reseal()
