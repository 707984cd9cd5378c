"""What a storage holds is told as facts, whatever its bytes are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import StorageUnavailable
from stateroom.persist.keys import Place
from stateroom.persist.quarantine import Aside, aside_key, encode_aside
from stateroom.persist.records import Record, encode_record
from stateroom.persist.sealed import Sealed, pack
from stateroom.persist.storages import Memory, Stored, stamp_of
from stateroom.persist.surveying import look, record_of, survey

ROLES = "careers:p:device:roles"
DRAFTS = "careers:p:u.7:drafts"
FIRST = Record(key=ROLES, version=1, revision=1, writer="w", at=5, state={"a": 1})
SECOND = replace(FIRST, revision=2, state={"a": 2})


def store(storage: Memory, key: str, *generations: bytes) -> None:
    for data in generations:
        current = storage.read(key, limit=1 << 20).current
        storage.write(key, data, replaces=stamp_of(current))


def holding(*generations: bytes) -> Memory:
    storage = Memory()
    store(storage, ROLES, *generations)
    return storage


class Refusing(Memory):
    """Does not hand out some keys."""

    def __init__(self, *keys: str) -> None:
        super().__init__()
        self.refused = keys

    def read(self, key: str, *, limit: int) -> Stored:
        if key in self.refused:
            raise StorageUnavailable("the disk does not answer")
        return super().read(key, limit=limit)


def test_an_empty_storage_holds_nothing() -> None:
    found = survey(Memory())
    assert (found.holdings, found.held, found.size) == ((), (), 0)


def test_both_generations_are_told_with_their_sizes() -> None:
    first, second = encode_record(FIRST), encode_record(SECOND)
    (found,) = survey(holding(first, second)).holdings
    assert found.place == Place("careers", "", "roles")
    assert found.current is not None
    assert found.previous is not None
    assert (found.current.record, found.previous.record) == (SECOND, FIRST)
    assert (found.size, found.revision) == (len(first) + len(second), 2)
    assert found.newest == SECOND


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda data: data[:-1],
    "one bit": lambda data: data[:-5] + bytes([data[-5] ^ 1]) + data[-4:],
    "nothing": lambda data: b"\x00",
    "another's": lambda data: encode_record(replace(SECOND, key=DRAFTS)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_generation_leaves_the_one_before(
    damage: Callable[[bytes], bytes],
) -> None:
    storage = holding(encode_record(FIRST), damage(encode_record(SECOND)))
    (found,) = survey(storage).holdings
    assert found.current is not None
    assert (found.current.condition, found.current.record) == ("damaged", None)
    assert found.current.reason.startswith("the record is damaged: ")
    assert found.newest == FIRST


def test_a_newer_form_is_not_called_damaged() -> None:
    (found,) = survey(holding(b'{"stateroom":2,"x":1}')).holdings
    assert found.current is not None
    assert found.current.condition == "newer"
    assert found.newest is None


def test_encrypted_bytes_are_told_as_such_until_they_are_cut_off() -> None:
    data = pack(Sealed(key_id="2026", check="0" * 16, nonce=b"n" * 12, data=b"d" * 32))
    sealed = look(holding(data), ROLES).current
    cut = look(holding(data[:-3]), ROLES).current
    assert sealed is not None
    assert cut is not None
    assert sealed.condition == "sealed"
    assert sealed.reason == "it is encrypted with the key '2026'"
    assert cut.condition == "damaged"


def test_bytes_sealed_by_a_newer_release_are_told_as_encrypted() -> None:
    found = look(holding(b'{"stateroom-sealed":2,"data":"?"}'), ROLES).current
    assert found is not None
    assert found.condition == "sealed"


def test_what_is_larger_than_the_limit_is_damaged_and_not_read_on() -> None:
    storage = holding(encode_record(replace(FIRST, state={"a": "x" * 1000})))
    found = look(storage, ROLES, limit=500).current
    assert found is not None
    assert (found.condition, found.size) == ("damaged", 501)


def test_bytes_that_were_put_aside_are_told_with_their_reason() -> None:
    storage = Memory()
    aside = Aside(ROLES, 5, "it was cut off", b"junk")
    store(storage, aside_key(ROLES, 5), encode_aside(aside))
    found = survey(storage)
    assert found.holdings == ()
    assert [(each.of, each.aside) for each in found.held] == [(ROLES, aside)]
    assert found.size == len(encode_aside(aside))


def test_damaged_bytes_put_aside_that_are_damaged_again_are_told() -> None:
    storage = Memory()
    store(storage, aside_key(ROLES, 5), b"junk")
    (held,) = survey(storage).held
    assert (held.aside, held.size) == (None, 4)
    assert "no bytes that were put aside" in held.reason


def test_one_key_that_is_not_handed_out_does_not_hide_the_others() -> None:
    broken = aside_key(ROLES, 9)
    storage = Refusing(DRAFTS, broken)
    store(storage, ROLES, encode_record(FIRST))
    for key in storage.refused:
        storage.write(key, b"x", replaces=None)
    found = survey(storage)
    assert [each.unread != "" for each in found.holdings] == [False, True]
    assert "does not answer" in found.held[0].reason


def test_only_what_is_wanted_is_read_and_what_was_put_aside_of_it() -> None:
    storage = Refusing(DRAFTS)
    store(storage, ROLES, encode_record(FIRST))
    store(storage, aside_key(ROLES, 5), b"junk")
    storage.write(DRAFTS, b"x", replaces=None)
    found = survey(storage, wants=lambda key: key == ROLES)
    assert [each.key for each in found.holdings] == [ROLES]
    assert [each.of for each in found.held] == [ROLES]


def test_the_budget_counts_the_newest_generations_alone() -> None:
    first, second = encode_record(FIRST), encode_record(SECOND)
    found = survey(holding(first, second))
    assert found.current_size == len(second)
    assert found.size == len(first) + len(second)


@pytest.mark.parametrize("key", [ROLES, DRAFTS, "x"])
def test_the_key_of_a_record_is_known_from_that_of_its_damaged_bytes(key: str) -> None:
    assert (record_of(key), record_of(aside_key(key, 7))) == (key, key)


@given(
    data=st.one_of(
        st.binary(min_size=1, max_size=200),
        st.binary(max_size=60).map(lambda tail: encode_record(SECOND)[:80] + tail),
        st.binary(max_size=60).map(lambda tail: b'{"stateroom-sealed":1,' + tail),
    ),
    is_aside=st.booleans(),
)
def test_no_bytes_make_it_raise(data: bytes, is_aside: bool) -> None:  # noqa: FBT001 - drawn
    storage = Memory()
    store(storage, aside_key(ROLES, 1) if is_aside else ROLES, data)
    found = survey(storage)
    assert found.size == len(data)
