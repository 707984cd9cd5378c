"""Frozen dicts, lists and sets: they refuse every change, and are real ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import cast

import msgspec
import pytest

from stateroom.errors import FrozenState
from stateroom.store import (
    freeze,
    is_frozen,
    produce,
    thaw,
)
from tests.store.drafts.kinds import Slots, unpickled

REFUSED: list[tuple[object, str]] = [
    (freeze({"a": 1}), "__setitem__('a', 2)"),
    (freeze({"a": 1}), "__delitem__('a')"),
    (freeze({"a": 1}), "__ior__({})"),
    (freeze({"a": 1}), "clear()"),
    (freeze({"a": 1}), "pop('a')"),
    (freeze({"a": 1}), "popitem()"),
    (freeze({"a": 1}), "setdefault('a')"),
    (freeze({"a": 1}), "update(a=2)"),
    (freeze([1]), "__setitem__(0, 2)"),
    (freeze([1]), "__delitem__(0)"),
    (freeze([1]), "__iadd__([2])"),
    (freeze([1]), "__imul__(2)"),
    (freeze([1]), "append(2)"),
    (freeze([1]), "clear()"),
    (freeze([1]), "extend([2])"),
    (freeze([1]), "insert(0, 2)"),
    (freeze([1]), "pop()"),
    (freeze([1]), "remove(1)"),
    (freeze([1]), "reverse()"),
    (freeze([1]), "sort()"),
    (freeze({1}), "__iand__({1})"),
    (freeze({1}), "__ior__({1})"),
    (freeze({1}), "__isub__({1})"),
    (freeze({1}), "__ixor__({1})"),
    (freeze({1}), "add(2)"),
    (freeze({1}), "clear()"),
    (freeze({1}), "difference_update({1})"),
    (freeze({1}), "discard(1)"),
    (freeze({1}), "intersection_update({1})"),
    (freeze({1}), "pop()"),
    (freeze({1}), "remove(1)"),
    (freeze({1}), "symmetric_difference_update({1})"),
    (freeze({1}), "update({1})"),
]


@pytest.mark.parametrize(("value", "call"), REFUSED, ids=str)
def test_every_way_to_change_frozen_state_is_refused(value: object, call: str) -> None:
    before = thaw(value)
    with pytest.raises(FrozenState, match="is frozen state"):
        eval(f"value.{call}")  # noqa: S307 - our own table above
    assert value == before


@pytest.mark.parametrize("value", [{"a": [1]}, [{"a": 1}], {1, 2}, {"a": {"b": {1}}}])
@pytest.mark.parametrize(
    "duplicate",
    [
        copy.deepcopy,
        thaw,
        unpickled,
    ],
)
def test_a_deep_copy_of_frozen_containers_is_plain(
    value: object, duplicate: Callable[[object], object]
) -> None:
    plain = duplicate(freeze(value))
    assert (plain, type(plain), is_frozen(plain)) == (value, type(value), False)


@pytest.mark.parametrize("value", [{"a": [1]}, [{"a": 1}], [], {}, {"a": {"b": 1}}])
def test_frozen_containers_are_encoded_like_plain_ones(value: object) -> None:
    frozen = freeze(value)
    assert json.dumps(frozen) == json.dumps(value)
    assert msgspec.json.encode(frozen) == msgspec.json.encode(value)
    assert msgspec.msgpack.encode(frozen) == msgspec.msgpack.encode(value)


def test_plain_objects_that_are_put_in_are_frozen_and_the_callers_stay() -> None:
    mine = {"tags": ["x"]}
    base: dict[str, dict[str, list[str]]] = freeze({})
    after = produce(base, lambda draft: draft.update(mine=mine))
    mine["tags"].append("y")
    assert (after, is_frozen(after)) == ({"mine": {"tags": ["x"]}}, True)


def test_changing_what_was_put_in_leaves_the_callers_object_alone() -> None:
    mine = Slots(tags=["x"])

    def put(draft: dict[str, Slots]) -> None:
        draft["mine"] = mine
        draft["mine"].tags.append("y")

    after = produce(cast("dict[str, Slots]", freeze({})), put)
    assert (after["mine"].tags, mine.tags) == (["x", "y"], ["x"])
