"""Random terms: the values that programs are about."""

from __future__ import annotations

from tests.oracle.choosing import Choice
from tests.oracle.real import Json

__all__ = ("ALL", "COMMON", "KEYS", "MEMBERS", "SCALARS", "make_of_kind", "make_term")

ALL = "oaoasmr"
"""The kinds of containers, the usual ones twice."""
COMMON = "oaoas"
"""Those that JavaScript tells apart from each other as Python does, in any state."""
KEYS = ("a", "b", "c", "d", "", "length", "ü \U0001d4b3")
# No -0: Immer tells it from 0 in a draft that has not changed yet, and only there.
SCALARS: tuple[Json, ...] = (
    1,
    None,
    True,
    False,
    2,
    3,
    1000,
    0.5,
    0.0,
    "",
    "x",
    "yy",
    {"n": "nan"},
    {"n": "inf"},
)
# No null: Immer 10 loses it from a Set.
MEMBERS: tuple[Json, ...] = ("x", "y", "z", 2, 3, True)


def make_term(choice: Choice, depth: int = 3, kinds: str = ALL) -> Json:
    """Any value; a container of one of ``kinds``, at most ``depth`` deep."""
    several = ("", *kinds) if depth else ("",)
    return make_of_kind(choice, choice.one_of(several), depth, kinds)


def make_of_kind(choice: Choice, kind: str, depth: int, kinds: str = ALL) -> Json:
    """A value of a kind; "" is a scalar."""
    if not kind:
        return choice.one_of(SCALARS)
    if kind == "s":
        return {"s": [*choice.some(MEMBERS, 4)]}
    if kind == "a":
        return {"a": [make_term(choice, depth - 1, kinds) for _ in choice.times(0, 4)]}
    keys: list[Json] = [*choice.some(KEYS, 4)]
    if kind == "m":
        keys = [1, *choice.some((2, 3, 4), 3)]
    if kind == "r":
        keys = ["a", "b", "c"]
    return {kind: [[key, make_term(choice, depth - 1, kinds)] for key in keys]}
