"""Entries of every release are read back for ever; anything else is a miss."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.cache.envelope import (
    CHECKED_FROM,
    COMPRESSED,
    FAILED,
    HEADER,
    NEGATIVE,
    SOFT_AT,
    STAMP_END,
    STAMP_START,
    Envelope,
    open_envelope,
    section,
    stamp_of,
)
from tests.cache.entries import ENTRIES, KEY, PLAIN, SIGNING_KEY, TAGS, Kept

each_kept = pytest.mark.parametrize("kept", ENTRIES.values(), ids=ENTRIES)
SOFT = range(SOFT_AT, SOFT_AT + 8)
UNUSED = range(4, 8)
"""Where a signed entry has no checksum."""

moments = st.integers(0, 2**64 - 1)
tags = st.lists(
    st.tuples(st.binary(max_size=20), st.binary(min_size=8, max_size=8)), max_size=5
)
entries = st.builds(
    Envelope,
    created_ms=moments,
    soft_ms=moments,
    hard_ms=moments,
    stamp=st.binary(min_size=8, max_size=8),
    payload=st.binary(max_size=200),
    size=st.integers(0, 2**32 - 1),
    flags=st.integers(0, COMPRESSED | NEGATIVE | FAILED),
    fence=moments,
    cost_ms=st.integers(0, 2**32 - 1),
    codec=st.integers(0, 2**16 - 1),
    tags=tags.map(tuple),
)


def with_checksum(raw: bytes, key: bytes = KEY) -> bytes:
    """Return damaged bytes as one who can count to 32 bits would forge them."""
    crc = zlib.crc32(raw[CHECKED_FROM:], zlib.crc32(key, raw[3]))
    return raw[:4] + crc.to_bytes(4, "little") + raw[8:]


@each_kept
def test_an_entry_of_the_first_release_is_read_as_it_was_written(kept: Kept) -> None:
    found = open_envelope(kept.raw, KEY, kept.signing_keys)
    assert found is not None
    assert kept.unpacked_of(found) == kept.unpacked
    assert replace(found, payload=b"") == replace(kept.entry, payload=b"")


@each_kept
def test_what_was_read_is_sealed_to_the_same_bytes_again(kept: Kept) -> None:
    found = open_envelope(kept.raw, KEY, kept.signing_keys)
    assert found is not None
    assert found.sealed(KEY, (*kept.signing_keys, b"")[0]) == kept.raw


@each_kept
def test_any_flipped_bit_but_one_of_the_soft_expiry_is_noticed(kept: Kept) -> None:
    raw = kept.raw
    allowed = {*SOFT, *(UNUSED if kept.signing_keys else ())}
    unnoticed = {
        at
        for at in range(len(raw))
        for bit in range(8)
        if open_envelope(flipped(raw, at, bit), KEY, kept.signing_keys) is not None
    }
    assert unnoticed == allowed


def flipped(raw: bytes, at: int, bit: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]


@each_kept
def test_a_soft_expiry_that_was_moved_in_place_changes_nothing_else(
    kept: Kept,
) -> None:
    raw = kept.raw
    moved = raw[:SOFT_AT] + (77).to_bytes(8, "little") + raw[SOFT_AT + 8 :]
    before = open_envelope(raw, KEY, kept.signing_keys)
    assert before is not None
    assert open_envelope(moved, KEY, kept.signing_keys) == replace(before, soft_ms=77)


@each_kept
def test_a_piece_of_an_entry_is_none_and_so_is_more_than_one(kept: Kept) -> None:
    raw = kept.raw
    pieces = [raw[:end] for end in range(len(raw))]
    more = [raw + b"\0", raw + raw, raw + b"\xff" * 9]
    opened = [open_envelope(each, KEY, kept.signing_keys) for each in pieces + more]
    assert set(opened) == {None}


@each_kept
@pytest.mark.parametrize(
    "key", [b"", KEY[:-1], KEY + b"}", KEY.replace(b"pub", b"u.7")]
)
def test_an_entry_under_another_key_is_none(kept: Kept, key: bytes) -> None:
    assert open_envelope(kept.raw, key, kept.signing_keys) is None


@given(st.binary(max_size=300), st.sampled_from([(), (SIGNING_KEY,)]))
def test_random_bytes_are_no_entry(raw: bytes, keys: tuple[bytes, ...]) -> None:
    assert open_envelope(raw, KEY, keys) is None
    assert open_envelope(PLAIN.sealed(KEY)[:16] + raw, KEY, keys) is None


@given(
    st.sampled_from(sorted(ENTRIES)),
    st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=9))),
)
def test_forged_bytes_are_opened_or_not_but_raise_nothing(
    name: str, damages: list[tuple[int, bytes]]
) -> None:
    raw = ENTRIES[name].raw
    for at, data in damages:
        raw = raw[:at] + data + raw[at + len(data) :]
    if len(raw) > HEADER.size:
        open_envelope(with_checksum(raw), KEY)
    open_envelope(raw, KEY, (SIGNING_KEY,))


@given(entries, st.binary(max_size=80), st.sampled_from([b"", SIGNING_KEY]))
def test_any_entry_comes_back_as_it_was_sealed(
    entry: Envelope, key: bytes, signing_key: bytes
) -> None:
    keys = (signing_key,) if signing_key else ()
    raw = entry.sealed(key, signing_key)
    assert open_envelope(raw, key, keys) == entry
    assert stamp_of(raw) == entry.stamp == raw[STAMP_START:STAMP_END]


@pytest.mark.parametrize(
    ("signed_with", "read_with", "is_opened"),
    [
        (b"", (), True),
        (b"", (SIGNING_KEY,), False),  # whoever expects signatures takes nothing else
        (SIGNING_KEY, (), False),
        (SIGNING_KEY, (SIGNING_KEY,), True),
        (SIGNING_KEY, (b"the key after it", SIGNING_KEY), True),
        (SIGNING_KEY, (b"the key after it",), False),
        (SIGNING_KEY, (SIGNING_KEY + b"\0",), False),
    ],
)
def test_a_signature_is_asked_for_exactly_where_keys_are_given(
    signed_with: bytes, read_with: tuple[bytes, ...], *, is_opened: bool
) -> None:
    raw = PLAIN.sealed(KEY, signed_with)
    assert (open_envelope(raw, KEY, read_with) is not None) == is_opened


def test_a_signature_does_not_hold_with_the_key_moved_into_the_entry() -> None:
    raw = PLAIN.sealed(b"ab", SIGNING_KEY)
    for key in (b"a", b"abc", b"b", b"a" + raw[3:4]):
        assert open_envelope(raw, key, (SIGNING_KEY,)) is None


def test_a_forged_checksum_signs_nothing() -> None:
    raw = PLAIN.sealed(KEY, SIGNING_KEY)
    unsigned = raw[:3] + b"\0" + raw[4:]
    assert open_envelope(with_checksum(unsigned), KEY, (SIGNING_KEY,)) is None


@pytest.mark.parametrize(
    ("tags", "is_taken"),
    [
        (((b"x" * 65_525, b"v" * 8),), True),
        (((b"x" * 65_526, b"v" * 8),), False),
        (tuple((b"%5d" % n, b"v" * 8) for n in range(4369)), True),  # 65,535 exactly
        (tuple((b"%5d" % n, b"v" * 8) for n in range(4370)), False),
    ],
)
def test_tags_take_65535_bytes_together_and_no_more(
    tags: tuple[tuple[bytes, bytes], ...], *, is_taken: bool
) -> None:
    entry = replace(PLAIN, tags=tags)
    if is_taken:
        assert open_envelope(entry.sealed(KEY), KEY) == entry
        return
    with pytest.raises(ValueError, match="take 655"):
        entry.sealed(KEY)


def test_the_tags_stand_behind_the_header_as_a_reader_expects_them() -> None:
    raw = replace(PLAIN, tags=TAGS).sealed(KEY)
    expected = section(TAGS)
    assert raw[HEADER.size : HEADER.size + len(expected)] == expected


def test_a_load_of_months_counts_as_49_days() -> None:
    found = open_envelope(replace(PLAIN, cost_ms=2**40).sealed(KEY), KEY)
    assert found is not None
    assert found.cost_ms == 2**32 - 1


def test_only_a_failed_load_is_marked_as_one() -> None:
    marked = [name for name, kept in ENTRIES.items() if kept.entry.is_failed]
    assert marked == ["failed"]


def test_bytes_of_others_are_their_own_identity_and_never_that_of_no_bytes() -> None:
    short = [b"", b"x", b"x" * (HEADER.size - 1)]
    stamps = {stamp_of(each) for each in short}
    assert len(stamps) == 3
    assert b"" not in stamps
    assert stamp_of(b"x" * HEADER.size) == b"x" * 8


@pytest.mark.parametrize("bit", [4, 5, 6, 7])
def test_an_entry_with_a_flag_of_the_future_is_none(bit: int) -> None:
    raw = replace(PLAIN, flags=1 << bit).sealed(KEY)
    assert open_envelope(raw, KEY) is None


@pytest.mark.parametrize(
    ("flags", "is_failed", "is_without_value"),
    [
        (0, False, False),
        (NEGATIVE, False, False),
        (FAILED, True, False),
        (FAILED | NEGATIVE, True, True),
    ],
)
def test_a_marker_tells_how_a_load_ended_without_a_value(
    flags: int, *, is_failed: bool, is_without_value: bool
) -> None:
    entry = replace(PLAIN, flags=flags)
    assert (entry.is_failed, entry.is_without_value) == (is_failed, is_without_value)
