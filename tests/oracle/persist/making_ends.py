"""Random programs whose outcome is to be the same in both: from end to end.

They are those of ``programs``, but for what no twin can have: a storage that fails, and
steps that undo what is stored. ``test_statements_persistor`` shows those.
"""

from __future__ import annotations

import json
import math
from typing import Final, cast

from stateroom.errors import InvalidDocument
from stateroom.persist.interchange import parse, stringify
from tests.oracle.choosing import Choice
from tests.oracle.persist.applications import UNKNOWN
from tests.oracle.persist.making import make_scalar, make_text, make_value
from tests.oracle.persist.programs import (
    NAMES,
    REHYDRATE,
    make_dispatch,
    make_slice,
)
from tests.oracle.persist.terms import build
from tests.oracle.real import Json

__all__ = ("make_ends", "make_round", "without_undefined")

Program = dict[str, Json]

TRANSFORMS: Final = ("first", "second", "wrap")

TOUCH: Final[Json] = ["dispatch", "z"]
"""An action of nobody: ``combineReducers`` makes the state again that it knows. (Its
``FLUSH`` does that, too, and forgets to write it; ours is no action.)
"""


def without_undefined(term: Json) -> Json:
    """A term with null for undefined, of which nothing can be stored."""
    if not isinstance(term, dict):
        return term
    [(kind, inner)] = term.items()
    if kind == "u":
        return None
    if kind == "a":
        return {"a": [without_undefined(each) for each in cast("list[Json]", inner)]}
    if kind == "o":
        pairs = cast("list[list[Json]]", inner)
        return {"o": [[key, without_undefined(each)] for key, each in pairs]}
    return term


def make_ends(choice: Choice) -> Program:
    """A program: what is stored, how it is read, and what happens then."""
    config = make_config(choice)
    stored: Program = {}
    if choice.happens(85):
        stored["persist:k"] = make_stored(choice, config)
    return {
        "config": config,
        "stored": stored,
        "slices": [[name, make_part(choice)] for name in NAMES],
        "isLoose": choice.happens(30),
        "steps": make_steps(choice),
    }


def make_config(choice: Choice) -> Program:
    config: Program = {"timeout": 0}
    if choice.happens(50):
        config["version"] = choice.below(4)
        steps = [make_migration(choice) for _ in range(4)]
        config["migrations"] = {str(to): each for to, each in enumerate(steps)}
    elif choice.happens(20):
        config["version"] = choice.below(4)
    for name in ("whitelist", "blacklist"):
        if choice.happens(30):
            config[name] = [*choice.some(NAMES, 3)]
    if choice.happens(75):
        named = ("hardSet", "autoMergeLevel1", "autoMergeLevel2", False)
        config["reconciler"] = choice.one_of(named)
    if choice.happens(35):
        config["transforms"] = make_transforms(choice)
    if choice.happens(30):
        config["throttle"] = choice.one_of((5, 50))
    return config


def make_transforms(choice: Choice) -> Json:
    """Several, each of some fields; ``_persist`` is none of ours.

    What one has dropped is given to no other, which would have to keep ``undefined``.
    """
    names = [choice.one_of(TRANSFORMS) for _ in choice.times(0, 2)]
    several = [*names, "dropped"] if choice.happens(30) else [*names, "first"]
    made: list[Json] = []
    for name in several:
        only: list[Json] = [*choice.some((*NAMES, UNKNOWN), 4)]
        made.append({"name": name, "only": only or [NAMES[0]]})
    return made


def make_migration(choice: Choice) -> Json:
    key, other = choice.one_of(NAMES), choice.one_of((*NAMES, UNKNOWN))
    several: tuple[Json, ...] = (
        ["same"],
        ["set", key, finite(make_scalar(choice))],
        ["drop", other],
        ["move", other, key],
        ["throw"] if choice.happens(20) else ["same"],
    )
    return choice.one_of(several)


def make_stored(choice: Choice, config: Program) -> str:
    """A document of an earlier or later run, seldom a broken one."""
    fields: dict[str, Json] = {}
    for name in choice.some((*NAMES, UNKNOWN), 4):
        text = stringify(build(make_term(choice)))
        fields[name] = odd_text(choice) if choice.happens(3) else text
    if choice.happens(90):
        told = {"version": choice.below(5) - 1, "rehydrated": True}
        fields["_persist"] = json.dumps(told)
    text = json.dumps(fields)
    return text[: len(text) - choice.happens(2)]


def odd_text(choice: Choice) -> str:
    """What nobody has written, and may be no JSON; but no number without end."""
    text = make_text(choice)
    try:
        return stringify(parse(text))
    except InvalidDocument:
        return text


def finite(term: Json) -> Json:
    """A number that JSON has; a migration returns no other."""
    value = build(term)
    is_number = isinstance(value, float)
    return None if is_number and not math.isfinite(cast("float", value)) else term


def make_term(choice: Choice) -> Json:
    return without_undefined(make_value(choice, 2))


def make_part(choice: Choice) -> Json:
    part = cast("Program", make_slice(choice))
    cases = [
        [kind, verb, *map(without_undefined, rest)]
        for kind, verb, *rest in cast("list[list[Json]]", part["cases"])
        if kind != REHYDRATE
    ]
    if choice.happens(25):
        verb: Json = choice.one_of(("set", "inbound", "count", "fresh"))
        rest = [make_term(choice)] if verb == "set" else []
        cases.append([REHYDRATE, verb, *rest])
    return {"initial": without_undefined(part["initial"]), "cases": cast("Json", cases)}


def make_steps(choice: Choice) -> list[Json]:
    early = [make_action(choice) for _ in choice.times(0, 3)]
    # At which of the actions after it the read is done, depends on its turns there.
    steps: list[Json] = [*early, ["persist"], ["settle"], TOUCH]
    for _ in choice.times(0, 6):
        several: tuple[Json, ...] = (
            make_action(choice),
            ["flush"],
            make_action(choice),
            ["settle"],
            ["tick", choice.one_of((1, 10, 100))],
        )
        steps.append(choice.one_of(several))
    return [*steps, ["settle"], ["flush"], ["settle"]]


def make_action(choice: Choice) -> Json:
    name, kind, *payload = cast("list[Json]", make_dispatch(choice))
    return [name, kind, *map(without_undefined, payload)]


def make_round(choice: Choice) -> Program:
    """An application whose state comes back as it was: nothing is left out of it."""
    made = make_ends(choice)
    config = cast("Program", made["config"])
    kept: Program = {"timeout": 0, "version": choice.below(4)}
    given = cast("list[Program]", config.get("transforms", []))
    kept["transforms"] = [each for each in given if each["name"] != "dropped"]
    slices = cast("list[tuple[str, Program]]", made["slices"])
    undecided: list[Json] = [[name, without_case(each)] for name, each in slices]
    return {
        **made, "config": kept, "slices": undecided, "stored": {}, "isLoose": False
    }  # fmt: skip


def without_case(part: Program) -> Program:
    """A slice that does not decide itself what to do with what was stored.

    As NaN does, which is never what it was.
    """
    cases = cast("list[list[Json]]", part["cases"])
    kept: list[Json] = [each for each in cases if each[0] != REHYDRATE]
    return {**part, "initial": finite(part["initial"]), "cases": kept}
