"""What is typed into the DevTools is read, and never run."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.literals import read_literal

VALUES: st.SearchStrategy[object] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(),
    ),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 2]))
def test_all_json_is_read_as_json(value: object, indent: int | None) -> None:
    assert read_literal(json.dumps(value, indent=indent)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{type: 'inc'}", {"type": "inc"}),
        ("{\n  type: ''\n}", {"type": ""}),
        ("{type: 'a/b', payload: [1, -2.5, 1e3,],}", None),
        ("{'type': \"x\", $ok_1: true}", {"type": "x", "$ok_1": True}),
        (r"'it\'s \"so\" \\'", 'it\'s "so" \\'),
        ("'a \"quote\"'", 'a "quote"'),
        (r"'\u00e9\n'", "é\n"),
        ("  null ", None),
        ("[]", []),
    ],
)
def test_what_people_type_for_json_is_read(text: str, value: object) -> None:
    expected = {"type": "a/b", "payload": [1, -2.5, 1000.0]} if "a/b" in text else value
    assert read_literal(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{type}",
        "{type: }",
        "{type: 'x'",
        "{type: 'x'}; alert(1)",
        "{type: alert(1)}",
        "{type: `x`}",
        "{type: 'x' + 'y'}",
        "{...other}",
        "{[name]: 1}",
        "() => 1",
        "new Date()",
        "__import__('os')",
        "{type: undefined}",
        "NaN",
        "1e999",
        "01",
        "'open",
        r"'\x'",
        "'line\nbreak'",
        "{a: 1 b: 2}",
        "[1 2]",
        "// comment\n1",
        "[" * 100_000,
        "[" * 70 + "]" * 70,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(DevtoolsError):
        read_literal(text)


def test_the_refusal_says_where_and_what_to_type() -> None:
    with pytest.raises(
        DevtoolsError, match=r"not run.*at letter 7.*found 'alert"
    ) as got:
        read_literal("{type: alert(1)}")
    assert got.value.hint == "for example {type: 'counter/increment', payload: 1}"


@given(st.text(alphabet="{}[]'\",:\\ntru1-.eE \n$_a", max_size=40))
def test_no_text_makes_the_reader_fail_in_another_way(text: str) -> None:
    try:
        read_literal(text)
    except DevtoolsError as error:
        assert error.code == "STR-812"  # noqa: PT017 - most texts are none
