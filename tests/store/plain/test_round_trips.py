"""Any value of any type comes back as it was, by way of JSON's text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.plain import from_plain, to_plain
from tests.store.plain.exactly import exact, is_json
from tests.store.plain.kinds import Kind, kinds, untyped_values


@pytest.mark.slow
@pytest.mark.timeout(120)
@given(st.data(), kinds())
def test_a_value_of_any_type_comes_back(data: st.DataObject, kind: Kind) -> None:
    value = data.draw(kind.values)
    plain = to_plain(value, kind=kind.form)
    text = json.dumps(plain, allow_nan=False)
    assert json.loads(text) == plain
    assert exact(from_plain(kind.form, json.loads(text))) == exact(value)


@pytest.mark.slow
@pytest.mark.timeout(120)
@given(st.data(), kinds())
def test_a_form_has_only_what_every_reader_of_json_has(
    data: st.DataObject, kind: Kind
) -> None:
    value = data.draw(kind.values)
    assert is_json(to_plain(value, kind=kind.form))
    assert is_json(to_plain(value, kind=object))


@pytest.mark.slow
@pytest.mark.timeout(120)
@given(untyped_values())
def test_a_value_in_a_place_without_a_type_comes_back(value: object) -> None:
    text = json.dumps(to_plain(value, kind=object), allow_nan=False)
    assert exact(from_plain(object, json.loads(text))) == exact(value)


@given(untyped_values())
def test_the_class_of_a_value_directs_it_if_nothing_else_is_said(value: object) -> None:
    plain = to_plain(value)
    assert exact(from_plain(type(value), plain)) == exact(value)
