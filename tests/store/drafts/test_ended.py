"""A draft whose recipe has ended gets into no state, whatever it is a draft of."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from stateroom.errors import DraftMisuse
from stateroom.store import (
    Store,
    create_draft,
    current,
    finish_draft,
    freeze,
    is_draft,
    original,
    produce,
    thaw,
)
from stateroom.store.patches import apply_patches
from stateroom.store.persistent import PersistentMap
from tests.store.drafts.kinds import FrozenSlots, Open, Slots, Struct

MAP = PersistentMap({"n": 1})
BASES = [{"n": 1}, [1], {1}, MAP, Open(), Slots(), FrozenSlots(), Struct()]

PATCH = {"op": "replace", "path": ("z",)}
USES: dict[str, Callable[[object], object]] = {
    "put": lambda draft: produce({"z": 1}, lambda into: put(into, draft)),
    "put deeper": lambda draft: produce({"z": 1}, lambda into: put(into, [(draft,)])),
    "return": lambda draft: produce({"z": 1}, lambda _: cast("dict[str, int]", draft)),
    "freeze": freeze,
    "thaw": thaw,
    "current": current,
    "original": original,
    "a patch": lambda draft: apply_patches({"z": 1}, [{**PATCH, "value": draft}]),
    "a store": lambda draft: Store(lambda state, _: state, preloaded={"z": draft}),
}


def put(into: dict[str, int], draft: object) -> None:
    cast("dict[str, object]", into)["z"] = draft


def leaked(base: object) -> object:
    """Return a draft of ``base`` that was taken out of a recipe."""
    kept: list[object] = []
    produce({"held": base}, lambda draft: kept.append(draft["held"]))
    return kept[0]


@pytest.mark.parametrize("base", BASES, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
def test_an_ended_draft_is_refused_with_its_path(
    use: Callable[[object], object], base: object
) -> None:
    draft = leaked(base)
    with pytest.raises(
        DraftMisuse, match=r"^the draft of held was used after"
    ) as error:
        use(draft)
    assert error.value.path == "held"
    assert "take current(draft) along" in error.value.hint
    assert not is_draft(draft)


@pytest.mark.parametrize("base", [[1], {1}, {"n": 1}, MAP])
def test_a_recipe_on_an_ended_container_is_refused(base: object) -> None:
    with pytest.raises(DraftMisuse, match="the draft of held was used after"):
        produce(leaked(base), lambda _: None)


def test_a_list_that_returns_as_a_list_is_named_as_one() -> None:
    def both(draft: dict[str, list[int]]) -> object:
        draft["a"].append(2)
        return draft["a"]

    with pytest.raises(DraftMisuse, match=r"changed a\[1\] and returned a list as"):
        produce({"a": [1]}, cast("Callable[[dict[str, list[int]]], None]", both))


@pytest.mark.parametrize("draft", [3, None, {"a": 1}, create_draft({"a": {}})["a"]])
def test_only_what_create_draft_returned_can_be_finished(draft: object) -> None:
    with pytest.raises(DraftMisuse, match="is no draft of create_draft, or") as error:
        finish_draft(draft)
    assert error.value.hint == (
        "finish each draft once, and use what finish_draft returns"
    )
