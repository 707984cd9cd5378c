"""JSON is written to the byte as JavaScript does, and nothing else is read."""

from __future__ import annotations

import inspect
import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import InvalidDocument
from stateroom.persist.interchange import DEEPEST, parse, stringify
from stateroom.store import UNDEFINED, freeze

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def deep(levels: int) -> object:
    value: object = []
    for _ in range(levels - 1):
        value = [value]
    return value


# ------------------------------------------------------------------- writing


def test_there_is_no_space_in_the_text() -> None:
    value = {"a": [1, 2.5, None, True, False], "b": {}, "c": []}
    assert stringify(value) == '{"a":[1,2.5,null,true,false],"b":{},"c":[]}'


def test_keys_that_are_indexes_come_first_in_their_order() -> None:
    keys = ["b", "10", "9", "a", "0", "01", "-1", "4294967294", "4294967295", ""]
    assert list(json.loads(stringify(dict.fromkeys(keys)))) == [
        *("0", "9", "10", "4294967294"),
        *("b", "a", "01", "-1", "4294967295", ""),
    ]


def test_a_key_that_javascript_treats_apart_is_a_key() -> None:
    assert stringify({"__proto__": 1, "constructor": 2}) == (
        '{"__proto__":1,"constructor":2}'
    )
    assert parse('{"__proto__":1}') == {"__proto__": 1}


def test_what_is_undefined_is_left_out_of_objects_and_null_in_arrays() -> None:
    value = {"a": UNDEFINED, "b": [UNDEFINED, 1, float("nan")], "c": float("inf")}
    assert stringify(value) == '{"b":[null,1,null],"c":null}'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_null(number: float) -> None:
    assert stringify(number) == "null"
    assert stringify([{"a": number}]) == '[{"a":null}]'


def test_undefined_alone_has_no_text() -> None:
    with pytest.raises(InvalidDocument, match="UNDEFINED has no JSON text"):
        stringify(UNDEFINED)


def test_texts_are_escaped_where_javascript_escapes_them() -> None:
    text = '"\\/\b\f\n\r\t\x00\x1f\x7f\x80\u2028\u2029é\U0001d4b3'
    assert stringify(text) == (
        '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\x80\u2028\u2029é\U0001d4b3"'
    )


def test_lone_surrogates_are_escaped_and_two_halves_are_one_character() -> None:
    assert stringify("a\ud800é") == '"a\\ud800é"'
    assert stringify("\udd1e\ud834") == '"\\udd1e\\ud834"'
    assert stringify("\ud834\udd1e\ud834") == '"\U0001d11e\\ud834"'
    assert stringify({"\ud800": 1}) == '{"\\ud800":1}'


def test_frozen_state_and_any_mapping_are_objects() -> None:
    assert stringify(freeze({"a": [1, {"b": 2}]})) == '{"a":[1,{"b":2}]}'
    assert stringify(MappingProxyType({"a": (1, 2)})) == '{"a":[1,2]}'


@dataclass
class Note:
    text: str


WRONG: dict[str, object] = {
    "at roles.b[1]: found an integer of 201 bits": {"b": [0, 2**200 + 1]},
    "at roles.b[1]: found 9007199254740993": {"b": [0, 2**53 + 1]},
    "at roles: found 1 as a key": {1: 2},
    "at roles.a: found a Note": {"a": Note("x")},
    "at roles[0]: found a set": [{1, 2}],
    "at roles: found a bytes": b"",
}


@pytest.mark.parametrize(("message", "value"), WRONG.items())
def test_what_json_cannot_hold_is_refused_with_its_place(
    message: str, value: object
) -> None:
    with pytest.raises(InvalidDocument) as caught:
        stringify(value, field="roles")
    assert message in str(caught.value)
    assert caught.value.key == "roles"
    assert caught.value.hint


def test_nesting_has_a_bound_in_both_directions() -> None:
    text = stringify(deep(DEEPEST))
    assert stringify(parse(text)) == text
    with pytest.raises(InvalidDocument, match="more than 200 levels"):
        stringify(deep(DEEPEST + 1))
    with pytest.raises(InvalidDocument, match="more than 200 levels"):
        parse(f"[{text}]")


def test_a_value_that_contains_itself_is_refused() -> None:
    value: list[object] = []
    value.append({"again": value})
    with pytest.raises(InvalidDocument, match="no value inside itself"):
        stringify(value)


def test_with_little_stack_left_it_is_refused_all_the_same() -> None:
    def deeper(frames: int) -> str:
        return deeper(frames - 1) if frames else stringify(deep(DEEPEST))

    frames = sys.getrecursionlimit() - len(inspect.stack(0)) - DEEPEST
    with pytest.raises(InvalidDocument, match="more than 200 levels"):
        deeper(frames)


# ------------------------------------------------------------------- reading


@given(JSON)
def test_what_was_written_is_read_as_it_was(value: object) -> None:
    assert parse(stringify(value)) == value


@given(JSON)
def test_python_reads_what_was_written(value: object) -> None:
    assert json.loads(stringify(value)) == value


REFUSED = (
    *("", " ", "nul", "NaN", "-Infinity", "[Infinity]", "True", "undefined", "'a'"),
    *("01", "1.", ".5", "+1", "-", "1e", "0x1", "1_0", "\u0661", "1 2", "[1,]", "[,1]"),
    *(
        '{"a":1,}',
        "{a:1}",
        '{"a"}',
        "[",
        "]",
        '"a',
        '"\n"',
        '"\x00"',
        '"\\x"',
        '"\\u12"',
    ),
    *("\ufeff1", "1\u00a0", "1\x0c", "//", "[1]//", '"\\\ud800"', '"\\', "{'a':1}"),
)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidDocument):
        parse(text)


PLACES = {
    '{\n "a": tru}': "line 2, column 7",
    '["NaN",\n\n NaN]': "line 3, column 2: NaN is no JSON",
    "[1, -Infinity]": "line 1, column 5: -Infinity is no JSON",
    "[1] 2": "line 1, column 5",
}


@pytest.mark.parametrize(("text", "place"), PLACES.items())
def test_the_place_of_what_is_wrong_is_named(text: str, place: str) -> None:
    with pytest.raises(InvalidDocument, match=f"in the field 'roles', {place}"):
        parse(text, field="roles")


def test_the_last_of_two_equal_keys_wins_at_the_place_of_the_first() -> None:
    value = cast("dict[str, object]", parse('{"a":1,"b":2,"a":3}'))
    assert list(value.items()) == [("a", 3), ("b", 2)]


def test_halves_of_a_character_join_however_each_is_written() -> None:
    texts = ['"\ud834\udd1e"', '"\\ud834\udd1e"', '"\ud834\\uDD1E"', '"\\ud834\\udd1e"']
    assert [parse(each) for each in texts] == ["\U0001d11e"] * 4
    assert parse('"\\\\\ud800"') == "\\\ud800"


def test_brackets_in_texts_are_no_levels() -> None:
    brackets = "[{" * 500
    assert parse(json.dumps([brackets, '"[\\"'])) == [brackets, '"[\\"']


def test_many_objects_side_by_side_are_not_deep() -> None:
    value = parse(json.dumps([{"a": []}] * 1000))
    assert len(cast("list[Mapping[str, object]]", value)) == 1000


@pytest.mark.parametrize(
    "unit", ['"', '\\"', "[", '["', "{", '{"a":', "1", "-1e9", "[]"]
)
def test_long_texts_take_time_in_proportion(unit: str) -> None:
    # A quadratic step would take hours here, and the test has 20 seconds.
    for text in (unit * 500_000, f'"{unit * 500_000}'):
        with pytest.raises(InvalidDocument):
            parse(f"{text} ,")
