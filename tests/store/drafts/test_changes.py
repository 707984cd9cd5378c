"""Every way to change a dict, a list or a set works on its draft."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.store import (
    FrozenDict,
    FrozenList,
    FrozenSet,
    freeze,
    produce,
)
from tests.store.drafts.kinds import only

LISTS: list[tuple[str, Callable[[list[int]], object], list[int]]] = [
    ("append", lambda d: d.append(4), [1, 2, 3, 4]),
    ("extend", lambda d: d.extend([4, 5]), [1, 2, 3, 4, 5]),
    ("iadd", lambda d: d.__iadd__([4]), [1, 2, 3, 4]),
    ("imul", lambda d: d.__imul__(2), [1, 2, 3, 1, 2, 3]),
    ("insert", lambda d: d.insert(1, 9), [1, 9, 2, 3]),
    ("insert below", lambda d: d.insert(-1, 9), [1, 2, 9, 3]),
    ("pop", lambda d: d.pop(), [1, 2]),
    ("pop first", lambda d: d.pop(0), [2, 3]),
    ("remove", lambda d: d.remove(2), [1, 3]),
    ("clear", lambda d: d.clear(), []),
    ("reverse", lambda d: d.reverse(), [3, 2, 1]),
    ("sort", lambda d: d.sort(key=lambda n: -n), [3, 2, 1]),
    ("set", lambda d: d.__setitem__(0, 9), [9, 2, 3]),
    ("set below", lambda d: d.__setitem__(-1, 9), [1, 2, 9]),
    ("set slice", lambda d: d.__setitem__(slice(0, 2), [7]), [7, 3]),
    ("del", lambda d: d.__delitem__(0), [2, 3]),
    ("del slice", lambda d: d.__delitem__(slice(0, 2)), [3]),
]


@pytest.mark.parametrize(
    ("change", "expected"),
    [case[1:] for case in LISTS],
    ids=[case[0] for case in LISTS],
)
def test_every_way_to_change_a_list_works_on_a_draft(
    change: Callable[[list[int]], object], expected: list[int]
) -> None:
    base = freeze({"list": [1, 2, 3]})

    def recipe(draft: dict[str, list[int]]) -> None:
        change(draft["list"])

    after = produce(base, recipe)
    assert (after["list"], base["list"]) == (expected, [1, 2, 3])
    assert type(after["list"]) is FrozenList


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.extend([]),
        lambda d: d.__imul__(1),
        lambda d: d.sort(),
        lambda d: d.__setitem__(0, 1),
        lambda d: d.__setitem__(slice(0, 2), [1, 2]),
        lambda d: d.__delitem__(slice(0, 0)),
    ],
    ids=["extend", "imul", "sort", "set", "set slice", "del slice"],
)
def test_a_change_of_a_list_to_the_same_is_none(
    change: Callable[[list[int]], object],
) -> None:
    base = freeze([1, 2, 3])
    assert produce(base, only(change)) is base


DICTS: list[tuple[str, Callable[[dict[str, int]], object], dict[str, int]]] = [
    ("set", lambda d: d.__setitem__("c", 3), {"a": 1, "b": 2, "c": 3}),
    ("replace", lambda d: d.__setitem__("a", 3), {"a": 3, "b": 2}),
    ("del", lambda d: d.__delitem__("a"), {"b": 2}),
    ("pop", lambda d: d.pop("a"), {"b": 2}),
    ("popitem", lambda d: d.popitem(), {"a": 1}),
    ("clear", lambda d: d.clear(), {}),
    ("setdefault", lambda d: d.setdefault("c", 3), {"a": 1, "b": 2, "c": 3}),
    ("update", lambda d: d.update({"a": 5}, c=3), {"a": 5, "b": 2, "c": 3}),
    ("update pairs", lambda d: d.update([("c", 3)]), {"a": 1, "b": 2, "c": 3}),
    ("ior", lambda d: d.__ior__({"c": 3}), {"a": 1, "b": 2, "c": 3}),
]


@pytest.mark.parametrize(
    ("change", "expected"),
    [case[1:] for case in DICTS],
    ids=[case[0] for case in DICTS],
)
def test_every_way_to_change_a_dict_works_on_a_draft(
    change: Callable[[dict[str, int]], object], expected: dict[str, int]
) -> None:
    base = freeze({"dict": {"a": 1, "b": 2}})

    def recipe(draft: dict[str, dict[str, int]]) -> None:
        change(draft["dict"])

    after = produce(base, recipe)
    assert (after["dict"], base["dict"]) == (expected, {"a": 1, "b": 2})
    assert list(after["dict"]) == list(expected)
    assert type(after["dict"]) is FrozenDict


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("z", None),
        lambda d: d.setdefault("a", 9),
        lambda d: d.update({}),
        lambda d: d.update(a=1),
    ],
    ids=["pop", "setdefault", "update nothing", "update same"],
)
def test_a_change_of_a_dict_to_the_same_is_none(
    change: Callable[[dict[str, int]], object],
) -> None:
    base = freeze({"a": 1})
    assert produce(base, only(change)) is base


@pytest.mark.parametrize("change", [lambda d: d.pop("z"), lambda d: d.__delitem__("z")])
def test_a_missing_key_is_a_key_error(
    change: Callable[[dict[str, int]], object],
) -> None:
    with pytest.raises(KeyError, match="z"):
        produce(freeze({"a": 1}), only(change))


SETS: list[tuple[str, Callable[[set[int]], object], set[int]]] = [
    ("add", lambda d: d.add(4), {1, 2, 3, 4}),
    ("discard", lambda d: d.discard(1), {2, 3}),
    ("remove", lambda d: d.remove(1), {2, 3}),
    ("clear", lambda d: d.clear(), set()),
    ("update", lambda d: d.update([4], [5]), {1, 2, 3, 4, 5}),
    ("ior", lambda d: d.__ior__({4}), {1, 2, 3, 4}),
    ("iand", lambda d: d.__iand__({1, 9}), {1}),
    ("isub", lambda d: d.__isub__({1}), {2, 3}),
    ("ixor", lambda d: d.__ixor__({1, 9}), {2, 3, 9}),
    ("intersection", lambda d: d.intersection_update([1]), {1}),
    ("difference", lambda d: d.difference_update([1]), {2, 3}),
    ("symmetric", lambda d: d.symmetric_difference_update([1, 9]), {2, 3, 9}),
]


@pytest.mark.parametrize(
    ("change", "expected"), [case[1:] for case in SETS], ids=[case[0] for case in SETS]
)
def test_every_way_to_change_a_set_works_on_a_draft(
    change: Callable[[set[int]], object], expected: set[int]
) -> None:
    base = freeze({"set": {1, 2, 3}})

    def recipe(draft: dict[str, set[int]]) -> None:
        change(draft["set"])

    after = produce(base, recipe)
    assert (after["set"], base["set"]) == (expected, {1, 2, 3})
    assert type(after["set"]) is FrozenSet


def test_adding_what_is_in_a_set_is_no_change() -> None:
    base = freeze({1, 2})
    assert produce(base, lambda draft: draft.add(1)) is base
    assert produce(base, lambda draft: draft.discard(9)) is base


def test_a_member_is_taken_out_of_a_set() -> None:
    assert produce(freeze({1}), only(lambda draft: draft.pop())) == set()


@pytest.mark.parametrize(
    "operation",
    [
        lambda s: s | {9},
        lambda s: {9} | s,
        lambda s: s & {1},
        lambda s: s - {1},
        lambda s: s.union([9]),
        lambda s: s.copy(),
    ],
)
def test_operations_on_a_frozen_set_give_plain_sets(
    operation: Callable[[set[int]], set[int]],
) -> None:
    result = operation(freeze({1, 2}))
    result.add(7)
    assert type(result) is set
