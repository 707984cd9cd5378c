"""Small recipes on one small state, for the statements about Immer."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from stateroom.store.drafts import freeze, produce
from stateroom.store.patches import produce_with_patches
from tests.oracle.real import Json, Real
from tests.oracle.told import put

__all__ = ("after", "agree", "base", "both", "patched", "same", "setting")

Recipe = Callable[[object], object]


def base() -> object:
    """What most programs begin with."""
    return freeze({"a": {"x": 1}, "b": [1, 2, 3], "c": [{"id": 1}, {"id": 2}]})


def after(recipe: Recipe, state: object = None) -> object:
    """What a recipe makes of a state."""
    return produce(base() if state is None else state, recipe)


def same(recipe: Recipe, state: object = None) -> bool:
    """Whether that is the state itself."""
    before = base() if state is None else state
    return produce(before, recipe) is before


def patched(recipe: Recipe) -> list[Json]:
    """The patches there and back, as Immer writes them."""
    made = produce_with_patches(base(), recipe)
    return [
        [cast("Json", {**patch, "path": list(patch["path"])}) for patch in each]
        for each in (made.patches, made.inverse)
    ]


def setting(*path: str | int, to: object) -> Recipe:
    """A recipe that sets one value."""
    return lambda draft: put(draft, *path, to=to)


def both(*recipes: Recipe, result: object = None) -> Recipe:
    """A recipe that does as several do, and returns something."""

    def recipe(draft: object) -> object:
        for each in recipes:
            each(draft)
        return result

    return recipe


def agree(ours: object, real: Real, name: str) -> None:
    """Hold what happened here against both versions."""
    assert real.trace("statement", {"name": name}) == {"10": ours, "11": ours}
