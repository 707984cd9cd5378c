"""Random programs of the family "core": reducers, listeners, middlewares, actions."""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle.choosing import Choice
from tests.oracle.real import Json

__all__ = ("Program", "make_core")

Program = dict[str, Json]
TYPES: tuple[Json, ...] = ("a", "b", "c", "d")
NAMES: tuple[str, ...] = ("one", "two", "three", "four")
STATES: tuple[Json, ...] = (
    1,
    None,
    "",
    False,
    1000,
    {"o": [["x", 1]]},
    {"a": [1, 2]},
    {"o": []},
    "some text",
    0.5,
)
VERBS: tuple[Json, ...] = ("count", "set", "same", "fresh", "set", "count")
RARE_VERBS: tuple[Json, ...] = (
    "undefined",
    "throw",
    "dispatch",
    "get",
    "subscribe",
    "unsubscribe",
)
MIDDLEWARES: tuple[Json, ...] = ("pass", "look", "drop", "change", "again", "twice")
BAD: tuple[Json, ...] = (
    "null",
    "number",
    "list",
    "instance",
    "no type",
    "number type",
    "null type",
)


def make_core(choice: Choice) -> Program:
    """A random program."""
    reducers = make_reducers(choice)
    begin: list[Json] = [["subscribe", index] for index in choice.times(0, 3)]
    preloaded: Json = {"u": 1}
    if choice.happens(30):
        names = ["one", "two", "unknown"] if choice.happens(30) else ["one", "two"]
        preloaded = {"o": [[name, choice.one_of(STATES)] for name in names]}
    return {
        "reducers": reducers,
        "preloaded": preloaded,
        "middlewares": [choice.one_of(MIDDLEWARES) for _ in choice.times(0, 3)],
        "listeners": [
            [make_step(choice, nested=True) for _ in choice.times(0, 2)]
            for _ in choice.times(1, 3)
        ],
        "steps": [
            *begin,
            *[make_step(choice) for _ in choice.times(1, 8)],
        ],
    }


def make_reducers(choice: Choice, *, may_fail: bool = True) -> Json:
    """A map of reducers, or one for the whole state.

    A replacement may not fail at once: there it stays, here it is taken back.
    """
    if choice.happens(10):
        # Not None: where that is the whole state, combineReducers fails to read it.
        states = [each for each in STATES if each is not None]
        return make_reducer(choice, states, may_fail=may_fail)
    names = [name for name in NAMES if choice.below(3)] or ["one"]
    return [[name, make_reducer(choice, may_fail=may_fail)] for name in names]


def make_reducer(
    choice: Choice, states: Sequence[Json] = STATES, *, may_fail: bool
) -> Json:
    """A reducer: what it begins with, and what it does on some types."""
    cases: list[Json] = []
    for kind in TYPES:
        if choice.below(2):
            verb = choice.one_of(RARE_VERBS if choice.happens(8) else VERBS)
            cases.append([kind, verb, choice.one_of(states)])
    init = choice.one_of(states)
    if may_fail and choice.happens(2):
        init = {"u": 1}
    return {"init": init, "cases": cases}


def make_step(choice: Choice, *, nested: bool = False) -> list[Json]:
    """What happens next, from outside or in a listener."""
    names = ("dispatch", "subscribe", "dispatch", "unsubscribe", "replace", "thunk")
    name = choice.one_of((*names, "throw") if nested else (*names, "dispatch"))
    match name:
        case "dispatch":
            if choice.happens(8):
                return [name, {"bad": choice.one_of(BAD)}]
            return [name, {"action": {"o": [["type", choice.one_of(TYPES)]]}}]
        case "subscribe" | "unsubscribe":
            return [name, choice.below(4)]
        case "replace":
            return [name, make_reducers(choice, may_fail=False)]
        case "thunk":
            return [
                name,
                [make_step(choice, nested=True) for _ in choice.times(0, 2)],
                choice.one_of(STATES[:4]),
            ]
        case _:
            return [name]
