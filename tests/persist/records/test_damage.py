"""No damage to a record goes unnoticed, and no bytes do any harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stateroom.errors import CorruptRecord, NewerRecord
from stateroom.persist.freezing import loads_frozen
from stateroom.persist.quarantine import decode_aside, encode_aside
from stateroom.persist.records import decode_record
from tests.persist.records.made import ASIDE, KEPT, KEY, LIMIT, golden

each_form = pytest.mark.parametrize("name", KEPT)
FORM_AT = len(b'{"stateroom":')
"""Where the number of the form stands: other digits there mean a newer one."""


def outcome(data: bytes, key: str) -> str:
    """Return how bytes are judged: as a record, as damaged, or as newer."""
    try:
        decode_record(data, key=key, limit=LIMIT, loads=loads_frozen)
    except CorruptRecord:
        return "damaged"
    except NewerRecord:
        return "newer"
    return "record"


@each_form
def test_every_flipped_bit_is_noticed(name: str) -> None:
    data, key = golden(name), KEPT[name].key
    found = {}
    for at in range(len(data)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[at] ^= 1 << bit
            found[at, bit] = outcome(bytes(flipped), key)
    assert {each for each, told in found.items() if told == "record"} == set()
    assert {at for (at, _), told in found.items() if told == "newer"} <= {FORM_AT}


@each_form
def test_every_byte_replaced_by_any_other_is_noticed(name: str) -> None:
    data, key = golden(name), KEPT[name].key
    for at in range(0, len(data), 7):
        others = (
            data[:at] + bytes((value,)) + data[at + 1 :]
            for value in range(256)
            if value != data[at]
        )
        assert {outcome(each, key) for each in others} <= {"damaged", "newer"}


@each_form
def test_every_truncation_is_noticed(name: str) -> None:
    data, key = golden(name), KEPT[name].key
    assert {outcome(data[:size], key) for size in range(len(data))} == {"damaged"}
    assert outcome(data, key) == "record"


@each_form
def test_what_is_appended_or_doubled_is_noticed(name: str) -> None:
    data, key = golden(name), KEPT[name].key
    for other in (data + b"\n", data + b"\x00" * 4096, data + data, b" " + data):
        assert outcome(other, key) == "damaged"


def test_the_beginning_of_one_record_and_the_end_of_another_are_none() -> None:
    first, second = golden("fields"), golden("purged")
    size = min(len(first), len(second))
    for at in range(1, size):
        assert outcome(first[:at] + second[at:], KEY) in {"damaged", "record"}
        if first[:at] + second[at:] not in {first, second}:
            assert outcome(first[:at] + second[at:], KEY) == "damaged"


@given(st.binary(max_size=200))
@example(b"")
@example(b"\x00" * 100)
@example(b'{"stateroom":1,"sum":"')
@example(b'{"stateroom":99999999999999999999,')
@example('{"stateroom":1}'.encode("utf-16"))
def test_no_bytes_make_a_record_raise_anything_unnamed(data: bytes) -> None:
    assert outcome(data, KEY) in {"damaged", "newer"}
    assert outcome(b'{"stateroom":1,"sum":"' + data, KEY) == "damaged"


@given(st.binary(max_size=200))
@example(b'{"stateroom-quarantine":1,')
@example(b'{"stateroom-quarantine":1,"key":1,"at":1,"reason":""}\n')
@example(b'{"stateroom-quarantine":1,"key":"","at":true,"reason":""}\n')
@example(b'{"stateroom-quarantine":1,' + b'"x":[' * 50_000 + b"\n")
@example(b'{"stateroom-quarantine":1,"at":' + b"9" * 50_000 + b"}\n")
def test_no_bytes_make_what_was_put_aside_raise_anything_unnamed(data: bytes) -> None:
    for each in (data, b'{"stateroom-quarantine":1,' + data):
        with pytest.raises(CorruptRecord, match="no bytes that were put aside"):
            decode_aside(each)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_put_aside_and_come_back(data: bytes) -> None:
    aside = type(ASIDE)(KEY, 7, "because", data)
    assert decode_aside(encode_aside(aside)) == aside


def test_a_reason_without_end_is_cut_off() -> None:
    told = encode_aside(type(ASIDE)(KEY, 7, "x" * 10_000, b""))
    assert len(json.loads(told.partition(b"\n")[0])["reason"]) == 500
