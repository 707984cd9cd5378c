"""Drafts of dicts and lists hold their content, however they are read."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import TypeAlias, cast

import msgspec
import pytest

from stateroom.store import (
    FrozenDict,
    freeze,
    produce,
    thaw,
)
from tests.store.drafts.kinds import Pair, unpickled

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


CHANGED: State = {"a": {"list": [{"n": 9}, {"n": 2}]}, "b": {"list": []}}


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
