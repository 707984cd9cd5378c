"""No bytes make reading raise anything else, hang, or take memory without bound."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stateroom.errors import InvalidDocument
from stateroom.persist.interchange import (
    Document,
    dump_document,
    parse,
    parse_document,
    stringify,
)

FIELDS: dict[str, object] = {
    "roles": {"selected": ["Cook", "\ud800"], "since": 1.5e21},
    "theme": "\U0001d4b3",
    "10": [None, True, -0.5],
}
TEXT = dump_document(FIELDS, version=2)
PIECES = st.text() | st.sampled_from(
    [*'[]{}:,"\\', "\\\\", '\\"', "1e999", "NaN", "null"]
)


def read(data: str | bytes) -> Document | None:
    """What is read, and then also written; None where it is refused."""
    try:
        return parse_document(data)
    except InvalidDocument:
        return None


@given(st.binary())
@example(b"\x00" * 100)
@example(b"\xff\xfe{\x00}\x00")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    found = read(data)
    assert found is None or found.fields is not None


@given(st.text() | st.text(st.characters()))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        written = stringify(parse(text))
    except InvalidDocument:
        return
    assert stringify(parse(written)) == written


@given(st.integers(0, len(TEXT)), st.integers(0, 5), PIECES)
def test_a_changed_document_is_read_or_refused(at: int, gone: int, piece: str) -> None:
    text = TEXT[:at] + piece + TEXT[at + gone :]
    found = read(text)
    if found is not None:
        written = dump_document(found.fields, version=found.version)
        again = parse_document(written)
        # Not the values: what is infinite is read as such, and written as null.
        assert dump_document(again.fields, version=again.version) == written
    assert found is not None or text != TEXT


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_any_object_is_read_leniently_unless_its_version_is_lost(
    whole: dict[str, object],
) -> None:
    whole.pop("_persist", None)
    found = parse_document(json.dumps(whole), is_lenient=True)
    assert {*found.fields, *found.problems} == set(whole)


@given(st.integers(0, len(TEXT) - 1))
def test_a_document_that_was_cut_off_is_refused(length: int) -> None:
    assert read(TEXT[:length]) is None


@pytest.mark.parametrize(
    "text", ["[" * 10**6, '{"a":' * 10**6, '{"a":"' + "[" * 10**6 + '"}', "[{" * 10**6]
)
def test_a_tower_of_brackets_is_refused_before_it_is_built(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InvalidDocument, match="more than 200 levels"):
            parse_document(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(text)


def test_digits_without_end_take_no_number_without_end() -> None:
    text = f'{{"a":"{"9" * 10**6}","b":"1e{"9" * 10**5}","c":"0.{"0" * 10**6}1"}}'
    assert parse_document(text).fields == {"a": float("inf"), "b": float("inf"), "c": 0}
