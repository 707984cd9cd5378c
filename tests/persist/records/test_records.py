"""A record comes back as it was written, or is told to be none."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import CorruptRecord, NewerRecord
from stateroom.persist.freezing import loads_frozen
from stateroom.persist.records import (
    FORMAT,
    Record,
    compose,
    decode_record,
    encode_record,
)
from tests.persist.records.made import KEPT, KEY, LIMIT

numbers = st.integers(-(2**53), 2**53)
names = st.text(max_size=8)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=6,
)
records = st.builds(
    Record,
    key=st.just(KEY),
    version=numbers,
    revision=numbers,
    writer=names,
    at=numbers,
    state=st.dictionaries(names, plain, max_size=3),
    owner=names,
    until=st.none() | numbers.filter(bool),
    buster=names,
    gone=st.lists(names, max_size=3).map(tuple),
)


def summed(body: str, *, form: int = FORMAT) -> bytes:
    """Return bytes that say that they are whole, whatever is in them."""
    rest = body.encode()
    total = hashlib.blake2b(rest, digest_size=16).hexdigest()
    return b'{"stateroom":%d,"sum":"%s",%s' % (form, total.encode(), rest)


def body(**changes: object) -> str:
    """Return the body of a record with some of its parts replaced."""
    parts: dict[str, object] = {
        "key": KEY,
        "version": 1,
        "revision": 1,
        "writer": "w",
        "at": 0,
        "state": {},
    }
    return json.dumps({**parts, **changes})[1:]


def refused(data: bytes, *, key: str = KEY, limit: int = LIMIT) -> str:
    """Return why bytes are no record."""
    with pytest.raises(CorruptRecord) as caught:
        decode_record(data, key=key, limit=limit)
    assert caught.value.key == key
    return str(caught.value)


@given(records)
def test_a_record_comes_back_as_it_was_written(record: Record) -> None:
    data = encode_record(record)
    assert decode_record(data, key=KEY, limit=len(data)) == record
    assert decode_record(data, key=KEY, limit=len(data), loads=loads_frozen) == record


@given(plain)
def test_a_state_without_fields_comes_back_as_it_was_written(state: object) -> None:
    record = replace(KEPT["whole"], state=state)
    data = encode_record(record)
    assert decode_record(data, key=record.key, limit=LIMIT).state == state


def test_what_is_empty_takes_no_bytes() -> None:
    data = compose(Record(key=KEY, version=1, revision=1, writer="w", at=5), "{}")
    assert data == summed(
        f'"key":"{KEY}","version":1,"revision":1,"writer":"w","at":5,"state":{{}}}}'
    )


def test_a_number_that_json_has_not_is_never_written() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        encode_record(replace(KEPT["fields"], state={"x": float("nan")}))


def test_a_record_of_another_key_is_none_of_this() -> None:
    data = encode_record(KEPT["fields"])
    told = refused(data, key="careers:p:device:other")
    assert told.endswith(f"it is the record of {KEY!r}")


def test_a_record_above_the_limit_is_not_looked_at() -> None:
    data = encode_record(KEPT["fields"])
    told = refused(data, limit=len(data) - 1)
    assert told.endswith(f"it is larger than {len(data) - 1:,} bytes")


def test_a_record_of_a_newer_form_is_not_damaged() -> None:
    for data in (summed(body(), form=2), b'{"stateroom":12,', b'{"stateroom":7}'):
        with pytest.raises(NewerRecord, match="this release knows 1") as caught:
            decode_record(data, key=KEY, limit=LIMIT)
        assert caught.value.key == KEY
        assert "update the application" in caught.value.hint


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"version": "1"}, "its version is no whole number"),
        ({"version": True}, "its version is no whole number"),
        ({"version": 1.0}, "its version is no whole number"),
        ({"revision": None}, "its revision is no whole number"),
        ({"revision": 2**53 + 1}, "its revision is no whole number"),
        ({"at": -(2**60)}, "its at is no whole number"),
        ({"until": "soon"}, "its until is no whole number"),
        ({"writer": 7}, "its writer is no text"),
        ({"key": ["x"]}, "its key is no text"),
        ({"owner": None}, "its owner is no text"),
        ({"buster": 3}, "its buster is no text"),
        ({"gone": "drafts"}, "its gone are no names"),
        ({"gone": [1]}, "its gone are no names"),
        ({"state": None}, "its state has no fields"),
        ({"state": [1]}, "its state has no fields"),
    ],
)
def test_a_part_of_another_type_is_damage(
    changes: dict[str, object], told: str
) -> None:
    assert refused(summed(body(**changes))).endswith(told)


def test_a_missing_part_is_damage() -> None:
    for name in ("key", "version", "revision", "writer", "at", "state"):
        found = json.loads("{" + body())
        del found[name]
        assert "it" in refused(summed(json.dumps(found)[1:]))


def test_of_a_part_that_stands_twice_the_last_one_counts() -> None:
    twice = body()[:-1] + ',"version":5}'
    assert decode_record(summed(twice), key=KEY, limit=LIMIT).version == 5


def test_what_is_nested_beyond_reason_is_damage() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    data = summed(body().replace('"state": {}', f'"state":{{"x":{deep}}}'))
    assert "no JSON that can be read" in refused(data)


def test_a_number_with_a_million_digits_is_damage() -> None:
    data = summed(body().replace('"state": {}', f'"state":{{"x":{"9" * 1_000_000}}}'))
    assert "no JSON that can be read" in refused(data, limit=1 << 21)


def test_what_follows_a_record_is_damage() -> None:
    assert "no JSON that can be read" in refused(summed(body() + " {}"))


def test_a_text_that_is_not_utf_8_is_damage() -> None:
    rest = body(writer="w").encode().replace(b'"w"', b'"\xff"')
    total = hashlib.blake2b(rest, digest_size=16).hexdigest().encode()
    told = refused(b'{"stateroom":1,"sum":"%s",%s' % (total, rest))
    assert "no JSON that can be read" in told
