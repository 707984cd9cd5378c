"""Family "drafts": a recipe on a base, with patches, and what is left afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import cast

from stateroom.store import drafts
from stateroom.store.patches import Patch, apply_patches, produce_with_patches
from tests.oracle.choosing import Choice
from tests.oracle.errors import EXPECTED, kind_of_error
from tests.oracle.making import make_of_kind, make_term
from tests.oracle.making_recipes import RecipeMaker
from tests.oracle.mirror import Node, mirrored
from tests.oracle.real import Json
from tests.oracle.recipes import Recipe
from tests.oracle.terms import Point, build, canonical, graph, places, plain

__all__ = ("make_drafts", "trace_drafts")

Program = dict[str, Json]


def make_drafts(choice: Choice) -> Program:
    """A random program."""
    base = make_of_kind(choice, choice.one_of(("o", "a", "r", "o", "a", "m", "s")), 3)
    # Immer leaves revoked proxies where a produce stands inside createDraft.
    how = "manual" if choice.happens(10) else "produce"
    # Immer 10 counts an original that is put back among the keys that were set.
    immer = 10 if choice.happens(20) else 11
    maker = RecipeMaker(
        choice,
        mirrored(base, "draft"),
        nests=how == "produce",
        has_originals=immer == 11,
    )
    steps = maker.make(0, 7)
    if choice.happens(4):
        steps.append(["throw"])
    names: list[Json] = [
        name
        for name, held in maker.variables.items()
        if isinstance(held, Node) and held.status == "draft"
    ]
    return {
        "immer": immer,
        "how": how,
        "base": base,
        "steps": steps,
        "ret": make_return(choice, maker),
        "leaks": names[:3],
        "turn": choice.below(60),
    }


def make_return(choice: Choice, maker: RecipeMaker) -> Json:
    """What the recipe returns: mostly nothing, as it should."""
    if not choice.happens(30):
        return None
    found = maker.walk()
    there: Json = found[0] if found else {"v": 0}
    possible: tuple[Json, ...] = (
        {"v": 0},
        {"l": make_term(choice, 2)},
        there,
        {"nothing": 1},
        {"w": [["k", there]]},
        {"wa": [there, there]},
    )
    return choice.one_of(possible)


def trace_drafts(program: Program) -> Json:
    """What the program does in Python."""
    base = drafts.freeze(build(program["base"]))
    before = canonical(base)
    recipe = Recipe(turn=cast("int", program["turn"]))
    leaks: list[object] = []
    outcome: dict[str, Json]
    try:
        outcome = _shown_result(base, *_produced(base, recipe, program, leaks))
    except EXPECTED as error:
        outcome = {"error": kind_of_error(error)}
    if program["how"] == "manual":  # createDraft has no patches here
        for name in ("patches", "inverse", "there", "back"):
            outcome.pop(name, None)
    return {
        "log": recipe.log,
        "leaks": [_leaked(each) for each in leaks],
        "intact": canonical(base) == before,
        **outcome,
    }


def _shown_result(
    base: object, state: object, patches: Sequence[Patch], inverse: Sequence[Patch]
) -> dict[str, Json]:
    return {
        "state": graph(state, places(base)),
        "same": state is base,
        "patches": _shown(patches, (base, state)),
        "inverse": _shown(inverse, (base, state)),
        "there": _round_trip(base, patches, state),
        "back": _round_trip(state, inverse, base),
    }


def _produced(
    base: object, recipe: Recipe, program: Program, leaks: list[object]
) -> tuple[object, Sequence[Patch], Sequence[Patch]]:
    def keep() -> None:
        names = cast("list[int]", program["leaks"])
        held = [recipe.variables[name] for name in names if name in recipe.variables]
        leaks.extend(each for each in held if drafts.is_draft(each))

    def run(draft: object) -> object:
        recipe.variables[0] = draft
        result = recipe.run(program["steps"], program["ret"])
        keep()
        return result

    if program["how"] != "manual":
        return produce_with_patches(base, run)
    draft = drafts.create_draft(base)
    recipe.variables[0] = draft
    recipe.run(program["steps"], None)
    keep()
    return drafts.finish_draft(draft), [], []


def _shown(patches: Sequence[Patch], places: tuple[object, ...]) -> Json:
    shown: list[Json] = []
    for patch in patches:
        path = [cast("Json", step) for step in patch["path"]]
        if path and any(_is_set_in(place, path[:-1]) for place in places):
            path[-1] = "*"
        shown.append([patch["op"], path, plain(patch.get("value"))])
    return shown


def _is_set_in(place: object, path: list[Json]) -> bool:
    for key in path:
        place = Recipe().get(place, key)
    return isinstance(place, AbstractSet)


def _round_trip(start: object, patches: Sequence[Patch], wanted: object) -> bool:
    try:
        return canonical(apply_patches(start, patches)) == canonical(wanted)
    except EXPECTED:
        return False


def _leaked(draft: object) -> Json:
    """Whether a draft that has left its recipe can still be changed."""
    try:
        if isinstance(draft, dict):
            draft["zz"] = 1
        elif isinstance(draft, list):
            draft.append(1)
        elif isinstance(draft, set):
            draft.add(1)
        else:
            cast("Point", draft).a = 99
    except EXPECTED:
        return "refused"
    return "changed"
