"""Drafts of dicts, lists, sets and tuples: real ones, never an empty shell."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import TypeAlias, cast

import msgspec
import pytest

from stateroom.errors import FrozenState
from stateroom.store import (
    FrozenDict,
    FrozenList,
    FrozenSet,
    freeze,
    is_frozen,
    produce,
    thaw,
)
from tests.store.drafts.kinds import Pair, Slots, only, unpickled

State: TypeAlias = dict[str, dict[str, list[dict[str, int]]]]

BASE: State = freeze({"a": {"list": [{"n": 1}, {"n": 2}]}, "b": {"list": []}})


def inside(look: Callable[[State], object]) -> object:
    """Return what ``look`` finds in a draft of which something deep has changed."""
    seen: list[object] = []

    def recipe(draft: State) -> None:
        draft["a"]["list"][0]["n"] = 9
        seen.append(look(draft))

    produce(BASE, recipe)
    return seen[0]


CHANGED = {"a": {"list": [{"n": 9}, {"n": 2}]}, "b": {"list": []}}


@pytest.mark.parametrize(
    "look",
    [
        lambda draft: json.loads(json.dumps(draft)),
        lambda draft: json.loads(json.dumps(draft, indent=1)),
        lambda draft: json.loads(msgspec.json.encode(draft)),
        lambda draft: thaw(dict(draft)),
        lambda draft: thaw({**draft}),
        lambda draft: thaw(dict(draft.items())),
        lambda draft: thaw({key: draft[key] for key in draft}),
        lambda draft: thaw(dict(zip(draft, draft.values(), strict=True))),
        lambda draft: thaw(draft.copy()),
        lambda draft: thaw(copy.copy(draft)),
        copy.deepcopy,
        thaw,
        unpickled,
        lambda draft: thaw(draft | {}),
        lambda draft: {"a": thaw(draft.get("a")), "b": thaw(draft.get("b"))},
    ],
    ids=[
        "json",
        "json-indent",
        "msgspec",
        "dict",
        "unpacked",
        "items",
        "keys",
        "values",
        "copy",
        "copy.copy",
        "deepcopy",
        "thaw",
        "pickle",
        "union",
        "get",
    ],
)
def test_a_draft_of_a_dict_holds_its_content(look: Callable[[State], object]) -> None:
    assert inside(look) == CHANGED


@pytest.mark.parametrize(
    "look",
    [
        lambda draft: json.loads(json.dumps(draft["a"]["list"])),
        lambda draft: thaw(list(draft["a"]["list"])),
        lambda draft: thaw([*draft["a"]["list"]]),
        lambda draft: thaw(draft["a"]["list"][:]),
        lambda draft: thaw(draft["a"]["list"].copy()),
        lambda draft: thaw(draft["a"]["list"] + []),
        lambda draft: list(reversed(thaw(list(reversed(draft["a"]["list"]))))),
        lambda draft: thaw(sorted(draft["a"]["list"], key=lambda each: -each["n"])),
    ],
    ids=["json", "list", "unpacked", "slice", "copy", "sum", "reversed", "sorted"],
)
def test_a_draft_of_a_list_holds_its_content(look: Callable[[State], object]) -> None:
    assert inside(look) == CHANGED["a"]["list"]


def test_a_draft_equals_a_plain_value_in_both_orders() -> None:
    assert inside(lambda draft: (draft == CHANGED, draft == CHANGED)) == (True, True)
    assert inside(lambda draft: (draft == BASE, draft == BASE)) == (False, False)


def test_a_draft_unpacks_and_matches_like_what_it_stands_for() -> None:
    def look(draft: State) -> object:
        first, second = draft["a"]["list"]
        match cast("object", draft):
            case {"a": {"list": [{"n": n}, *_]}}:
                return (n, first["n"], second["n"])
        return None

    assert inside(look) == (9, 9, 2)


def test_elements_of_an_iterated_list_can_be_changed() -> None:
    def count_up(draft: State) -> None:
        for each in draft["a"]["list"]:
            each["n"] += 10

    after = produce(BASE, count_up)
    assert after["a"]["list"] == [{"n": 11}, {"n": 12}]


def test_values_of_an_iterated_dict_can_be_changed() -> None:
    def add(draft: State) -> None:
        for key, value in draft.items():
            assert key in draft
            value["list"].append({"n": 0})
        for value in draft.values():
            value["list"].append({"n": 5})

    after = produce(BASE, add)
    assert [len(each["list"]) for each in after.values()] == [4, 2]


def test_a_draft_read_twice_is_one_draft() -> None:
    assert inside(lambda draft: draft["a"]["list"][0] is draft["a"]["list"][-2]) is True


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


def test_what_a_tuple_holds_can_be_changed() -> None:
    base = freeze({"pair": ({"n": 1}, {"n": 2})})

    def change(draft: dict[str, tuple[dict[str, int], dict[str, int]]]) -> None:
        draft["pair"][0]["n"] = 5

    after = produce(base, change)
    assert after == {"pair": ({"n": 5}, {"n": 2})}
    assert (type(after["pair"]), after["pair"][1] is base["pair"][1]) == (tuple, True)


def test_a_tuple_that_is_only_read_keeps_its_identity() -> None:
    base = freeze({"pair": ({"n": 1}, 2), "other": 1})

    def change(draft: dict[str, object]) -> None:
        assert cast("tuple[dict[str, int]]", draft["pair"])[0]["n"] == 1
        draft["other"] = 2

    assert produce(base, change)["pair"] is base["pair"]


def test_a_named_tuple_stays_one() -> None:
    base = freeze({"pair": Pair({"n": 1}, 2)})

    def change(draft: dict[str, Pair]) -> None:
        draft["pair"].left["n"] = 5

    after = produce(base, change)["pair"]
    assert (type(after), after.left, after.right) == (Pair, {"n": 5}, 2)


def test_a_named_tuple_is_replaced_by_returning_another() -> None:
    after = produce(freeze(Pair({"n": 1}, 2)), lambda draft: draft._replace(right=3))
    assert (after, type(after.left)) == (Pair({"n": 1}, 3), FrozenDict)


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
