"""Drafts that outlive their recipe, where an object can change its class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from stateroom.errors import DraftMisuse
from stateroom.store import (
    freeze,
    produce,
)

Tree: TypeAlias = dict[str, dict[str, object]]


def tree() -> Tree:
    return freeze({"a": {"n": 1}, "b": {"list": [1, 2]}})


def test_an_error_in_a_recipe_leaves_the_base_and_ends_its_drafts() -> None:
    base = tree()
    leaked: list[Tree] = []

    def fail(draft: Tree) -> None:
        leaked.append(draft)
        draft["a"]["n"] = 2
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        produce(base, fail)
    with pytest.raises(DraftMisuse):
        leaked[0]["a"]
    assert base == tree()


USES: list[Callable[[list[int]], object]] = [
    lambda leaked: leaked[0],
    len,
    list,
    lambda leaked: leaked.append(3),
    lambda leaked: leaked == [],
    lambda leaked: 1 in leaked,
    lambda leaked: leaked.sort(),
]


@pytest.mark.parametrize("use", USES)
def test_a_leaked_draft_refuses_every_use_and_names_its_path(
    use: Callable[[list[int]], object],
) -> None:
    leaked: list[list[int]] = []
    produce({"b": {"list": [1]}}, lambda draft: leaked.append(draft["b"]["list"]))
    with pytest.raises(DraftMisuse, match=r"the draft of b\.list was used after"):
        use(leaked[0])


def test_a_draft_that_became_state_can_be_read_and_not_changed() -> None:
    leaked = []

    def leak(draft: Tree) -> None:
        draft["a"]["n"] = 2
        leaked.append(draft["a"])

    after = produce(tree(), leak)
    assert after["a"] is leaked[0]
    with pytest.raises(TypeError, match="frozen state"):
        leaked[0]["n"] = 3
