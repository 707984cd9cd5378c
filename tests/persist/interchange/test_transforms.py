"""Transforms are applied in order, to the fields that they are for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from stateroom.errors import InvalidPersist
from stateroom.persist.interchange import (
    Change,
    Transform,
    apply_inward,
    apply_outward,
    create_transform,
)
from stateroom.store import UNDEFINED

FULL: Mapping[str, object] = {"a": 1, "b": 2}


def adding(mark: str) -> Change:
    return lambda value, field, full: f"{value}{mark}"


BOTH = [
    create_transform(adding("|in1"), adding("|out1")),
    create_transform(adding("|in2"), adding("|out2"), only={"a"}),
]


def test_inward_the_first_transform_comes_first() -> None:
    assert apply_inward(BOTH, "a", "A", FULL) == "A|in1|in2"
    assert apply_inward(BOTH, "b", "B", FULL) == "B|in1"


def test_outward_the_last_transform_comes_first() -> None:
    assert apply_outward(BOTH, "a", "A", FULL) == "A|out2|out1"
    assert apply_outward(BOTH, "b", "B", FULL) == "B|out1"


def test_a_transform_is_given_the_field_and_all_fields() -> None:
    seen: list[tuple[object, ...]] = []

    def note(value: object, field: str, full: Mapping[str, object]) -> object:
        seen.append((value, field, full))
        return value

    both = [create_transform(note, note)]
    apply_inward(both, "a", 1, FULL)
    apply_outward(both, "b", 2, FULL)
    assert seen == [(1, "a", FULL), (2, "b", FULL)]


def test_a_side_that_is_not_given_changes_nothing() -> None:
    one_way = [create_transform(outward=lambda *_: UNDEFINED)]
    assert apply_inward(one_way, "a", 1, FULL) == 1
    assert apply_outward(one_way, "a", 1, FULL) is UNDEFINED


@pytest.mark.parametrize(
    ("only", "skip", "taken"),
    [
        (None, (), ["a", "b", "c"]),
        ((), (), []),
        ({"a", "b"}, {"b"}, ["a"]),
        (None, ["a"], ["b", "c"]),
    ],
)
def test_a_field_is_taken_that_is_in_only_and_not_in_skip(
    only: set[str] | None, skip: set[str], taken: list[str]
) -> None:
    made = create_transform(only=only, skip=skip)
    assert [field for field in ("a", "b", "c") if made.takes(field)] == taken


def test_one_text_for_several_names_is_refused() -> None:
    with pytest.raises(InvalidPersist, match="found 'abc'"):
        create_transform(only="abc")
    with pytest.raises(InvalidPersist, match="found 'abc'"):
        create_transform(skip="abc")


def test_a_transform_is_a_value() -> None:
    assert create_transform(only=["a", "b"]) == create_transform(only=("b", "a"))
    assert Transform() == create_transform()
