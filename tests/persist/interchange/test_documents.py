"""Documents of redux-persist are read, refused where they are none, and written."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import InvalidDocument
from stateroom.persist.interchange import (
    Document,
    document_key,
    dump_document,
    parse_document,
)
from stateroom.persist.interchange.transforms import create_transform
from stateroom.store import UNDEFINED, freeze

# What redux-persist 6.0.0 left in the localStorage of a small application.
TEXT = (
    '{"roles":"{\\"selected\\":[\\"Cook\\"],\\"loading\\":false}","theme":"\\"dark\\"",'
    '"_persist":"{\\"version\\":2,\\"rehydrated\\":true}"}'
)
FIELDS: dict[str, object] = {
    "roles": {"selected": ["Cook"], "loading": False},
    "theme": "dark",
}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
NAMES = st.text().filter(lambda name: name != "_persist")


def test_a_document_is_read() -> None:
    found = parse_document(TEXT)
    assert (found.version, found.is_rehydrated, found.position) == (2, True, 2)
    assert found.fields == FIELDS
    assert found.problems == {}
    assert found.stored["theme"] == '"dark"'


def test_a_document_is_read_from_bytes() -> None:
    assert parse_document(TEXT.encode()) == parse_document(TEXT)


def test_a_document_is_written() -> None:
    assert dump_document(FIELDS, version=2) == TEXT
    assert dump_document(freeze(FIELDS), version=2) == TEXT


def test_persist_is_written_where_it_was() -> None:
    fields = {"a": 1, "b": 2}
    texts = [dump_document(fields, position=at) for at in (0, 1, 2, None)]
    keys = [list(json.loads(text)) for text in texts]
    assert keys == [
        ["_persist", "a", "b"],
        ["a", "_persist", "b"],
        ["a", "b", "_persist"],
        ["a", "b", "_persist"],
    ]
    assert [parse_document(text).position for text in texts] == [0, 1, 2, 2]


@given(
    fields=st.dictionaries(NAMES, VALUES),
    version=st.integers(-1, 2**53),
    serialize=st.booleans(),
)
def test_what_was_written_is_read_as_it_was(
    *, fields: dict[str, object], version: int, serialize: bool
) -> None:
    text = dump_document(
        fields, version=version, is_rehydrated=False, serialize=serialize
    )
    found = parse_document(text, serialize=serialize)
    assert (found.fields, found.version) == (fields, version)
    assert found.is_rehydrated is False


def test_what_is_undefined_is_not_written() -> None:
    assert json.loads(dump_document({"a": UNDEFINED, "b": 1})).keys() == {
        "b",
        "_persist",
    }


def test_a_document_without_persist_has_the_default_version() -> None:
    found = parse_document('{"a":"1"}')
    assert found == Document(fields={"a": 1}, stored={"a": "1"})
    assert (found.version, found.is_rehydrated, found.position) == (-1, False, None)


def test_a_number_that_stands_bare_is_read_as_redux_persist_reads_it() -> None:
    assert parse_document('{"a":7,"b":null,"c":true,"d":-0}').fields == {
        "a": 7,
        "b": None,
        "c": True,
        "d": 0,
    }


def test_live_objects_are_read_when_that_is_said() -> None:
    text = '{"a":{"x":1},"b":"2","_persist":{"version":3,"rehydrated":true}}'
    found = parse_document(text, serialize=False)
    assert (found.fields, found.version) == ({"a": {"x": 1}, "b": "2"}, 3)
    with pytest.raises(InvalidDocument) as caught:
        parse_document(text)
    assert "found a dict, expected a text with JSON" in str(caught.value)
    assert "serialize=False" in caught.value.hint
    assert caught.value.key == "a"


REFUSED: dict[str | bytes, str] = {
    "": "line 1, column 1",
    "{": "line 1, column 2",
    "null": "found None, expected an object",
    '["1"]': "found a list, expected an object",
    '"{}"': "found the text '{}', expected an object",
    b"\xff{}": "byte 0 is not of a text in UTF-8",
    b"\xef\xbb\xbf{}": "line 1, column 1",
    '{"a":"{oops"}': "in the field 'a', line 1, column 2",
    '{"a":[1]}': "in the field 'a': found a list",
    '{"a":1e999}': "in the field 'a': found inf",
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
def test_what_is_no_document_is_refused_with_its_place(
    text: str | bytes, message: str
) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse_document(text)
    assert message in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "told", ["3", '"x"', "[1]", "false", '{"version":1.5}', "{oops"]
)
@pytest.mark.parametrize("is_lenient", [True, False])
def test_without_a_version_there_is_no_document(told: str, *, is_lenient: bool) -> None:
    text = json.dumps({"a": "1", "_persist": told})
    with pytest.raises(InvalidDocument) as caught:
        parse_document(text, is_lenient=is_lenient)
    assert caught.value.key == "_persist"


def test_a_corrupt_field_costs_that_field_alone_when_asked_for() -> None:
    text = json.dumps({"a": "1", "b": "{oops", "c": "[2]", "d": [3]})
    found = parse_document(text, is_lenient=True)
    assert found.fields == {"a": 1, "c": [2]}
    assert {key: each.key for key, each in found.problems.items()} == {
        "b": "b",
        "d": "d",
    }
    assert found.stored["b"] == "{oops"
    with pytest.raises(InvalidDocument, match="in the field 'b'"):
        parse_document(text)


def test_a_document_longer_than_the_limit_is_not_looked_at() -> None:
    with pytest.raises(InvalidDocument, match="10 characters, of which 9 are read"):
        parse_document("{" * 10, limit=9)
    assert parse_document("{}", limit=2).fields == {}


def test_transforms_are_applied_to_persist_as_well() -> None:
    turned = create_transform(
        lambda value, *_: [value],
        lambda value, *_: value[0] if isinstance(value, list) else value,
    )
    text = dump_document(FIELDS, version=2, transforms=[turned])
    assert json.loads(json.loads(text)["_persist"]) == [
        {"version": 2, "rehydrated": True}
    ]
    found = parse_document(text, transforms=[turned])
    assert (found.fields, found.version) == (FIELDS, 2)


def fail(value: object, field: str, full: Mapping[str, object]) -> object:
    raise LookupError("no key")


def test_a_transform_that_fails_names_its_field() -> None:
    failing = create_transform(outward=fail, only={"theme"})
    with pytest.raises(InvalidDocument) as caught:
        parse_document(TEXT, transforms=[failing])
    assert "'theme': a transform failed with LookupError: no key" in str(caught.value)
    assert isinstance(caught.value.__cause__, LookupError)
    found = parse_document(TEXT, transforms=[failing], is_lenient=True)
    assert [*found.fields, *found.problems] == ["roles", "theme"]


def test_what_a_transform_leaves_out_is_undefined() -> None:
    lost = create_transform(outward=lambda *_: UNDEFINED, only={"theme", "_persist"})
    found = parse_document(TEXT, transforms=[lost])
    assert found.fields["theme"] is UNDEFINED
    assert found.version == -1
    assert json.loads(dump_document(found.fields)).keys() == {"roles", "_persist"}


@pytest.mark.parametrize("fields", [{"_persist": 1}, {1: 2}])
def test_what_is_no_name_of_a_field_is_refused(fields: Mapping[str, object]) -> None:
    with pytest.raises(InvalidDocument, match="is no name of a field"):
        dump_document(fields)


@pytest.mark.parametrize("version", [2**53 + 1, True, 1.0, "1"])
def test_a_version_is_a_whole_number(version: int) -> None:
    with pytest.raises(InvalidDocument, match="as a version, expected a whole number"):
        dump_document({}, version=version)


def test_a_value_without_a_text_names_its_field() -> None:
    with pytest.raises(
        InvalidDocument, match=r"at roles\.ids\[0\]: found a set"
    ) as caught:
        dump_document({"roles": {"ids": [set[int]()]}})
    assert caught.value.key == "roles"


def test_a_key_has_the_prefix_of_redux_persist() -> None:
    assert document_key("root") == "persist:root"
    assert document_key("root", prefix="") == "root"
