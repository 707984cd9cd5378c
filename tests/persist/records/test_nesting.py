"""How deeply a JSON text is nested is known before it is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import CorruptRecord, NotPlain
from stateroom.persist.records import Record, compose, decode_record, encode_record
from stateroom.store.nesting import DEEPEST, levels

KEY = "app:p:device:roles"
MOST = 100
values = st.recursive(
    st.none() | st.integers() | st.text(alphabet='[]{}"\\ax'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('[]{}"\\'), inner),
    max_leaves=30,
)


def depth(value: object) -> int:
    inner: list[object] = []
    if isinstance(value, list):
        inner = value
    elif isinstance(value, dict):
        inner = list(value.values())
    else:
        return 0
    return 1 + max(map(depth, inner), default=0)


def record(state: str) -> bytes:
    made = Record(key=KEY, version=1, revision=1, writer="w", at=1, state={})
    return compose(made, state)


def nested(count: int, width: int) -> str:
    """Return a state that gives its record so many levels, and many lists beside."""
    inner = count - 3  # the record, its state, and the list
    return '{"x":[' + "[" * inner + "]" * inner + ",[]" * width + "]}"


@given(values)
def test_the_levels_of_a_json_text_are_those_of_its_value(value: object) -> None:
    assert levels(json.dumps(value).encode()) == depth(value)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"", 0),
        (b"]]]]", -1),
        (b"[[[[", 4),
        (b'[{"a":["', 3),
        (rb'["\"[[[', 1),
        (rb'["[[[\\"]', 1),
        (rb'["[[[\\",[[', 3),
        (b'["[[[\\', 1),
        (b"[" * 100_000 + b"]" * 100_000, 100_000),
    ],
)
def test_a_text_that_is_no_json_has_the_levels_that_a_reader_would_meet(
    text: bytes, wanted: int
) -> None:
    assert levels(text) == wanted


@pytest.mark.parametrize("part", [b'\\"', b'"', b"\\", b'"\\', b"[", b'["', b'\\"['])
def test_no_text_takes_longer_than_its_length(part: bytes) -> None:
    assert levels(b'["' + part * 300_000) >= 1


@pytest.mark.parametrize("width", [0, 50 * MOST])
def test_a_page_reads_so_many_levels_and_no_more(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    # Fewer than a page reads: more of them is too much for some releases of Python.
    monkeypatch.setattr("stateroom.store.nesting.DEEPEST", MOST)
    monkeypatch.setattr("stateroom.store.nesting.IS_PAGE", False)
    kept, deeper = (record(nested(count, width)) for count in (MOST, MOST + 1))
    monkeypatch.setattr("stateroom.store.nesting.IS_PAGE", True)
    found = decode_record(kept, key=KEY, limit=1 << 20)
    assert encode_record(found) == kept
    told = f"nested in {MOST + 1} levels, and a page reads {MOST}"
    with pytest.raises(CorruptRecord, match=told):
        decode_record(deeper, key=KEY, limit=1 << 20)
    with pytest.raises(NotPlain, match=told) as refused:
        record(nested(MOST + 1, width))
    assert KEY in str(refused.value)


def test_elsewhere_as_many_levels_are_read_as_python_can() -> None:
    kept = record(nested(DEEPEST // 2, 0))
    assert encode_record(decode_record(kept, key=KEY, limit=1 << 20)) == kept
