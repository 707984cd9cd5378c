"""Answers that exclude each other: found, and only those."""

from __future__ import annotations

import itertools

import pytest

from stateroom.catalogue.impossible import IMPOSSIBLE, Impossible, contradictions
from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.item import Item, build_item
from stateroom.catalogue.values import Value


def item_of(**said: Value) -> Item:
    return build_item("it", said)


def inputs_found(item: Item) -> list[tuple[str, ...]]:
    return [each.inputs for each in contradictions(item)]


def value_of(text: str) -> Value:
    return {"true": True, "false": False}.get(text, text)


CELLS = [
    dict(zip(row.when, cell, strict=True))
    for row in IMPOSSIBLE
    for cell in itertools.product(*row.when.values())
]


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_every_cell_of_the_table_is_found(cell: dict[str, str]) -> None:
    item = item_of(**{name: value_of(text) for name, text in cell.items()})
    assert tuple(cell) in inputs_found(item)


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_a_cell_is_possible_again_when_one_answer_is_unknown(
    cell: dict[str, str],
) -> None:
    for left_out in cell:
        said = {name: value_of(text) for name, text in cell.items() if name != left_out}
        assert tuple(cell) not in inputs_found(item_of(**said))


@pytest.mark.parametrize("row", IMPOSSIBLE, ids=lambda row: "-".join(row.when))
def test_a_value_outside_the_cell_is_possible(row: Impossible) -> None:
    when = row.when
    said = {name: value_of(values[0]) for name, values in when.items()}
    for name, values in when.items():
        for other in set(CHOICES[name]) - set(values):
            changed = said | {name: value_of(other)}
            assert tuple(when) not in inputs_found(item_of(**changed))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"immutable": True, "writes_per_hour": 1}, [("immutable", "writes_per_hour")]),
        ({"immutable": True, "writes_per_hour": 0}, []),
        ({"immutable": False, "writes_per_hour": 1}, []),
        ({"cost": "costly", "load_ms": 49}, [("cost", "load_ms")]),
        ({"cost": "costly", "load_ms": 50}, []),
        ({"cost": "cheap", "load_ms": 50}, [("cost", "load_ms")]),
        ({"cost": "cheap", "load_ms": 49}, []),
        ({"cost": "costly", "load_ms": 1, "cost_per_call": 1}, []),
        ({"load_ms": 5000}, []),
    ],
)
def test_numbers_that_contradict_an_answer_are_found(
    said: dict[str, Value], found: list[tuple[str, ...]]
) -> None:
    assert inputs_found(item_of(**said)) == found


def test_the_rate_of_a_preset_does_not_contradict_what_is_said_to_never_change() -> (
    None
):
    assert inputs_found(build_item("it", {"immutable": True}, like="reference")) == []


def test_a_contradiction_says_why_and_what_to_answer_instead() -> None:
    (found,) = contradictions(item_of(audience="tab", horizon="record"))
    assert "cannot survive" in found.because
    assert 'audience = "user"' in found.mend
