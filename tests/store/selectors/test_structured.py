"""Selectors whose result is a structure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, NotRequired, TypedDict

import pytest

from stateroom.errors import UsageError
from stateroom.store.selectors import Selector, create_structured_selector

State = Mapping[str, list[int]]


def first(state: State) -> int:
    return state["numbers"][0]


def numbers(state: State) -> list[int]:
    return state["numbers"]


def at(state: State, index: int) -> int:
    return state["numbers"][index]


def after(state: State, index: int) -> int:
    del state
    return index + 1


@dataclass(frozen=True, slots=True)
class Card:
    """A dataclass."""

    first: int
    numbers: list[int]
    title: str = "untitled"


class Row(NamedTuple):
    """A named tuple."""

    first: int
    numbers: list[int]


class Page(TypedDict):
    """A typed dictionary."""

    first: int
    numbers: list[int]
    title: NotRequired[str]


BOTH = {"first": first, "numbers": numbers}


def test_a_structure_holds_each_result_under_its_name() -> None:
    page = create_structured_selector(BOTH)
    state: State = {"numbers": [1, 2]}
    assert page(state) == {"first": 1, "numbers": [1, 2]}
    assert page(state)["numbers"] is numbers(state)
    assert json.dumps(page(state)) == '{"first": 1, "numbers": [1, 2]}'
    assert list(page(state)) == ["first", "numbers"]


def test_q1_a_structure_is_the_same_while_what_it_holds_is() -> None:
    page = create_structured_selector(BOTH)
    state: State = {"numbers": [1, 2], "other": []}
    before = page(state)
    assert page({**state, "other": [3]}) is before
    assert page({**state, "numbers": [1, 3]}) == {"first": 1, "numbers": [1, 3]}
    assert page.recomputations == 2


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        (Card, Card(1, [1, 2])),
        (Row, Row(1, [1, 2])),
        (Page, {"first": 1, "numbers": [1, 2]}),
    ],
)
def test_a_structure_can_be_of_a_class(kind: type, made: object) -> None:
    page: Selector[[State], object] = create_structured_selector(BOTH, into=kind)
    state: State = {"numbers": [1, 2]}
    assert page(state) == made
    assert page(state) is page({**state})
    assert page.__name__ == kind.__name__


def test_every_selector_of_a_structure_is_given_the_arguments() -> None:
    page = create_structured_selector({"here": at, "next": after})
    assert page({"numbers": [5, 6]}, 1) == {"here": 6, "next": 2}


def test_a_structure_takes_options() -> None:
    page = create_structured_selector(BOTH, size=1, checks="never")
    a: State = {"numbers": [1]}
    b: State = {"numbers": [2]}
    for state in (a, b, a):
        page(state)
    assert page.recomputations == 3


def test_a_structure_has_the_fields_of_a_selector() -> None:
    page = create_structured_selector(BOTH)
    assert page.dependencies == (first, numbers)
    assert page.result_function(1, [2]) == {"first": 1, "numbers": [2]}


@pytest.mark.parametrize("kind", [Card, Row, Page])
@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["first"], "missing a required"),
        (["first", "numbers", "colour"], "unexpected keyword argument 'colour'"),
    ],
)
def test_a_class_with_other_fields_is_refused(
    kind: type, names: list[str], told: str
) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        create_structured_selector(dict.fromkeys(names, numbers), into=kind)
    listed = ", ".join(names)
    assert str(caught.value).startswith(f"a {kind.__name__} cannot be made of {listed}")


def test_a_structure_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="needs at least one input selector"):
        create_structured_selector({})
