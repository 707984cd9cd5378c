"""Texts are quoted as JavaScript does, and halves of characters never stand bare."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stateroom.store.javascript import escaped, quoted, quoted_ascii

TEXTS = st.text(st.characters(exclude_categories=()))
HALF = st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF, exclude_categories=())
HALVES = st.text(HALF | st.sampled_from('\\"u\U0001d11e'))

# As Node prints them.
QUOTED: dict[str, str] = {
    "": '""',
    '"\\/\b\f\n\r\t': '"\\"\\\\/\\b\\f\\n\\r\\t"',
    "\x00\x1f\x7f\x80": '"\\u0000\\u001f\x7f\x80"',
    "\u2028\u2029é\U0001d4b3": '"\u2028\u2029é\U0001d4b3"',
    "a\ud800é": '"a\\ud800é"',
    "\udd1e\ud834": '"\\udd1e\\ud834"',
    "\ud834\udd1e\ud834": '"\U0001d11e\\ud834"',
    "\\\udfff": '"\\\\\\udfff"',
}


@pytest.mark.parametrize(("text", "there"), QUOTED.items())
def test_a_text_is_quoted_as_in_javascript(text: str, there: str) -> None:
    assert quoted(text) == there


@given(st.text(st.characters(codec="ascii")))
def test_what_is_ascii_is_quoted_alike_by_both(text: str) -> None:
    assert quoted_ascii(text) == quoted(text)


@given(TEXTS | HALVES)
def test_a_quoted_text_has_an_encoding_and_is_read_back_with_halves_joined(
    text: str,
) -> None:
    there = quoted(text).encode().decode()
    units = text.encode("utf-16-le", "surrogatepass")
    assert json.loads(there) == units.decode("utf-16-le", "surrogatepass")


@given(st.text())
def test_a_json_text_without_halves_stays_as_it_is(text: str) -> None:
    assert escaped(text) == text


def test_a_bare_half_is_escaped_and_an_escaped_one_stays() -> None:
    assert escaped('"\ud834\\udd1e"') == '"\\ud834\\udd1e"'
    assert escaped('"\\\\\ud800"') == '"\\\\\\ud800"'


@given(HALF)
def test_a_backslash_before_a_bare_half_makes_no_escape_of_it(half: str) -> None:
    # JSON has no such escape, and what it is read with must see that.
    assert escaped(f'"\\{half}"') == f'"\\{half}"'


@given(HALVES)
@example("\udd1e\ud834\udd1e")
def test_bare_halves_are_read_as_escaped_ones(text: str) -> None:
    bare = json.dumps(text, ensure_ascii=False)
    assert json.loads(escaped(bare)) == json.loads(json.dumps(text))
