"""Every form that is promised: what it looks like, and that it stays readable."""

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path

import pytest

from stateroom.store.plain import Plain, from_plain, to_plain
from tests.store.plain.exactly import exact, is_json
from tests.store.plain.examples import EXAMPLES

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "plain.json"


def promised() -> dict[str, Plain]:
    read: dict[str, Plain] = json.loads(GOLDEN.read_text("utf-8"))
    return read


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_form_is_the_one_that_was_promised(name: str) -> None:
    kind, value = EXAMPLES[name]
    assert to_plain(value, kind=kind) == promised()[name]


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_was_promised_is_still_read(name: str) -> None:
    kind, value = EXAMPLES[name]
    to_plain(value, kind=kind)  # without a type, only classes in use are read
    assert exact(from_plain(kind, promised()[name])) == exact(value)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_form_has_nothing_that_json_lacks(name: str) -> None:
    kind, value = EXAMPLES[name]
    assert is_json(to_plain(value, kind=kind))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_value_without_a_type_comes_back_as_it_was(name: str) -> None:
    _, value = EXAMPLES[name]
    text = json.dumps(to_plain(value, kind=object), allow_nan=False)
    assert exact(from_plain(object, json.loads(text))) == without_order(value)


def without_order(value: object) -> object:
    """An OrderedDict in a place without a type comes back as a dict that is equal."""
    return exact(dict(value) if isinstance(value, OrderedDict) else value)


def test_nothing_that_was_promised_has_vanished() -> None:
    assert set(promised()) == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_form_has_the_mark_of_another_program(name: str) -> None:
    kind, value = EXAMPLES[name]
    for form in (kind, object):
        assert '"$jsan"' not in json.dumps(to_plain(value, kind=form))
