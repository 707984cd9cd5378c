"""A change of a sealed record is always found out, and affects that record alone."""

from __future__ import annotations

import pytest

from stateroom.errors import CorruptRecord, StorageUnavailable, Undecipherable
from stateroom.persist.records import decode_record
from stateroom.persist.storages import Stored, stamp_of
from stateroom.persist.storages.memory import Memory
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


def flips(sealed: bytes) -> list[tuple[int, bytes]]:
    """Return the bytes with each bit changed, each with the place of its byte."""
    return [
        (at, sealed[:at] + bytes((sealed[at] ^ 1 << bit,)) + sealed[at + 1 :])
        for at in range(len(sealed))
        for bit in range(8)
    ]


def two_generations(beneath: Memory) -> bytes:
    """Write twice, and return the sealed bytes that are current then."""
    storage = encrypted(beneath)
    storage.write(KEY, plain_record(1), replaces=None)
    storage.write(KEY, plain_record(2), replaces=stamp_of(plain_record(1)))
    return raw(beneath).current or b""


def test_no_bit_of_a_sealed_record_can_change_unseen() -> None:
    beneath = Memory()
    sealed = two_generations(beneath)
    name = range(at := sealed.index(b'"a"') + 1, at + 1)
    form = sealed.index(b":1,") + 1
    for at, changed in flips(sealed):
        exchange(beneath, changed)
        try:
            found = encrypted(beneath).read(KEY, limit=LIMIT)
        except Undecipherable:
            assert at in (*name, form)  # another key's name, or a newer form's number
            continue
        assert found == Stored(changed, plain_record(1))
        with pytest.raises(CorruptRecord):
            decode_record(changed, key=KEY, limit=LIMIT)


@pytest.mark.parametrize("size", [0, 1, 20, 100, 150, -3, -1])
def test_a_sealed_record_that_was_cut_off_is_damaged(size: int) -> None:
    beneath = Memory()
    cut = two_generations(beneath)[: size or 1]
    exchange(beneath, cut)
    storage = encrypted(beneath)
    assert storage.read(KEY, limit=LIMIT) == Stored(cut, plain_record(1))
    assert storage.peek(KEY) == stamp_of(cut)


@pytest.mark.parametrize(
    "junk", [b"\0", b"{}", b"\xff" * 300, b'{"stateroom-sealed":1,}', b"PK\x03\x04"]
)
def test_bytes_that_nobody_sealed_are_returned_as_they_are(junk: bytes) -> None:
    beneath = Memory()
    two_generations(beneath)
    exchange(beneath, junk)
    found = encrypted(beneath).read(KEY, limit=LIMIT)
    assert found == Stored(junk, plain_record(1))


def test_a_sealed_record_with_anything_behind_it_is_damaged() -> None:
    beneath = Memory()
    longer = two_generations(beneath) + b"\n"
    exchange(beneath, longer)
    assert encrypted(beneath).read(KEY, limit=LIMIT).current == longer


def test_a_record_that_was_moved_to_another_key_does_not_open() -> None:
    beneath = Memory()
    sealed = two_generations(beneath)
    other = "careers:p:device:admin"
    beneath.write(other, sealed, replaces=None)
    storage = encrypted(beneath)
    assert storage.read(other, limit=LIMIT).current == sealed
    assert storage.read(KEY, limit=LIMIT).current == plain_record(2)


def test_one_damaged_record_leaves_the_others_as_they_are() -> None:
    beneath = Memory()
    storage = encrypted(beneath)
    storage.write("one", plain_record(key="one"), replaces=None)
    storage.write("two", plain_record(key="two"), replaces=None)
    exchange(beneath, b"junk", key="one")
    assert storage.read("one", limit=LIMIT).current == b"junk"
    assert storage.read("two", limit=LIMIT).current == plain_record(key="two")


def test_damaged_bytes_can_be_replaced_by_whoever_has_read_them() -> None:
    beneath = Memory()
    broken = two_generations(beneath)[:-9]
    exchange(beneath, broken)
    storage = encrypted(beneath)
    storage.read(KEY, limit=LIMIT)
    storage.write(KEY, plain_record(3), replaces=stamp_of(broken), demotes=False)
    assert storage.read(KEY, limit=LIMIT) == Stored(plain_record(3), plain_record(1))


def test_a_damaged_generation_before_does_no_harm() -> None:
    beneath = Memory()
    encrypted(beneath).write(KEY, plain_record(1), replaces=None)
    exchange(beneath, b"junk")
    storage = encrypted(beneath)
    storage.write(KEY, plain_record(2), replaces=b"junk")
    assert storage.read(KEY, limit=LIMIT) == Stored(plain_record(2), b"junk")


def test_the_generation_before_may_be_of_a_key_that_is_gone() -> None:
    beneath = Memory()
    encrypted(beneath).write(KEY, plain_record(1), replaces=None)
    both = Callback(a=OLDER, b=NEWER)
    encrypted(beneath, both, key_id="b").write(
        KEY, plain_record(2), replaces=stamp_of(plain_record(1))
    )
    sealed = raw(beneath).previous
    one = encrypted(beneath, Callback(b=NEWER), key_id="b")
    assert one.read(KEY, limit=LIMIT) == Stored(plain_record(2), sealed)


@pytest.mark.parametrize(
    ("error", "raised"),
    [(KeyError("a"), Undecipherable), (OSError("locked"), StorageUnavailable)],
)
def test_a_damaged_record_waits_for_the_key_of_the_generation_before(
    error: Exception, raised: type[Exception]
) -> None:
    beneath = Memory()
    encrypted(beneath).write(KEY, plain_record(1), replaces=None)
    both = Callback(a=OLDER, b=NEWER)
    here = encrypted(beneath, both, key_id="b")
    here.write(KEY, plain_record(2), replaces=stamp_of(plain_record(1)))
    exchange(beneath, (raw(beneath).current or b"")[:-5])
    both.fails = error
    storage = encrypted(beneath, lacking := Callback(b=NEWER), key_id="b")
    storage.write("other", b"x", replaces=None)  # so that key b is known
    lacking.fails = error
    with pytest.raises(raised):
        storage.read(KEY, limit=LIMIT)
