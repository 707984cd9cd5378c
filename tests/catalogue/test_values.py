"""One declared value: what each kind of input accepts, and what a refusal says."""

from __future__ import annotations

import math

import pytest

from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.values import nearest, read_value, show
from stateroom.errors import InvalidValue


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("audience", "tab", "tab"),
        ("immutable", True, True),
        ("staleness", "exact", "exact"),
        ("staleness", "30m", 1800),
        ("licence_ttl", "1d", 86_400),
        ("size", "10 KiB", 10_240),
        ("cardinality", 5, 5),
        ("cardinality", 5.0, 5),
        ("reads_per_hour", 0.2, 0.2),
        ("load_ms", 0, 0),
    ],
)
def test_a_value_of_its_kind_is_read(name: str, raw: object, value: object) -> None:
    assert read_value(INPUTS[name], raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "near"),
    [
        ("audience", "tabb", "tab"),
        ("audience", "Public", "public"),
        ("audience", "everybody", ""),
        ("audience", ["tab"], ""),
        ("audience", None, ""),
        ("immutable", "yes", "true"),
        ("immutable", "False", "false"),
        ("immutable", 1, ""),
        pytest.param("immutable", 16**5000, "", id="flag-beyond"),
        ("staleness", "exakt", "exact"),
        ("staleness", 0, "exact"),
        ("staleness", "0s", "exact"),
        ("staleness", "soon", ""),
        ("staleness", {}, ""),
        ("staleness", [0], ""),
        ("staleness", False, ""),
        ("licence_ttl", "for ever", ""),
        ("size", "big", ""),
        ("cardinality", 1.5, ""),
        ("cardinality", True, ""),
        ("reads_per_hour", -1, ""),
        ("reads_per_hour", "60", ""),
        ("reads_per_hour", math.nan, ""),
        ("reads_per_hour", math.inf, ""),
        ("reads_per_hour", 10**400, ""),
        pytest.param("load_ms", 16**5000, "", id="number-beyond"),
        pytest.param("staleness", 16**5000, "", id="staleness-beyond"),
    ],
)
def test_a_refusal_says_what_was_found_what_is_allowed_and_the_nearest(
    name: str, raw: object, near: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_value(INPUTS[name], raw)
    assert caught.value.found == show(raw)
    assert caught.value.allowed
    assert caught.value.hint == near


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("reads-per-hour", "reads_per_hour"),
        ("Reads_Per_Hour", "reads_per_hour"),
        ("read_per_hour", "reads_per_hour"),
        ("zebra", ""),
        ("", ""),
        ("x" * 1_000_000, ""),
    ],
)
def test_the_nearest_spelling_is_found_or_none(word: str, near: str) -> None:
    assert nearest(word, INPUTS) == near


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        (True, "true"),
        (None, "null"),
        ("text", '"text"'),
        ("Zürich", '"Zürich"'),
        ("a\x1b[2J", r'"a\u001b[2J"'),
        ("a\nb", r'"a\nb"'),
        ("\ud800", r'"\ud800"'),
        (1.5, "1.5"),
        ({"a": 1}, "a table"),
        ([1], "a list"),
        ((1,), "a list"),
        pytest.param(16**5000, "a number of 20001 bits", id="beyond"),
    ],
)
def test_a_value_is_shown_on_one_line_as_a_file_writes_it(
    raw: object, printed: str
) -> None:
    assert show(raw) == printed


def test_a_long_value_is_shortened() -> None:
    assert (len(show("x" * 1000)), show("x" * 1000)[-3:]) == (60, "...")
