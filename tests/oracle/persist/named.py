"""Transforms, migrations, reconcilers and cases that programs name.

``js/named.mjs`` has the same for JavaScript, under the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

from stateroom.persist.interchange import Change, Transform, create_transform
from stateroom.persist.reconcilers import hard_set, merge_level_1, merge_level_2
from stateroom.store import UNDEFINED
from tests.oracle.persist.terms import build
from tests.oracle.real import Json
from tests.oracle.recipes import Boom

__all__ = (
    "CASES",
    "CHANGES",
    "RECONCILERS",
    "TRANSFORMS",
    "Case",
    "migrations",
    "reduce_slice",
    "transforms",
)

State: TypeAlias = dict[str, object]

Reconcile: TypeAlias = Callable[[Mapping[str, object], object, object], object]
RECONCILERS: Final[dict[str, Reconcile]] = {
    "hardSet": hard_set,
    "autoMergeLevel1": merge_level_1,
    "autoMergeLevel2": merge_level_2,
}


# ---------------------------------------------------------------- transforms


def marked(mark: str) -> tuple[Change, Change]:
    def inward(value: object, field: str, full: Mapping[str, object]) -> object:
        return [mark, value]

    def outward(value: object, field: str, full: Mapping[str, object]) -> object:
        if isinstance(value, list) and value[:1] == [mark]:
            return value[1] if len(value) > 1 else UNDEFINED
        return ["not", mark, value]

    return inward, outward


def same(value: object, field: str, full: Mapping[str, object]) -> object:
    return value


def nothing(value: object, field: str, full: Mapping[str, object]) -> object:
    return UNDEFINED


def boom(value: object, field: str, full: Mapping[str, object]) -> object:
    raise Boom


def unwrapped(value: object, field: str, full: Mapping[str, object]) -> object:
    is_wrapped = isinstance(value, dict) and "value" in value
    return cast("State", value)["value"] if is_wrapped else value


def type_of(value: object) -> str:
    """As ``typeof`` says it, of what JSON can hold."""
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "object"


TRANSFORMS: Final[dict[str, tuple[Change, Change]]] = {
    "first": marked("first"),
    "second": marked("second"),
    "wrap": (lambda value, field, _: {"key": field, "value": value}, unwrapped),
    "sized": (
        lambda value, _, full: [len(full), value],
        lambda value, field, full: [value, len(full), type_of(full[field])],
    ),
    "dropped": (nothing, same),
    "lost": (same, nothing),
    "broken": (same, boom),
    "stuck": (boom, same),
}
"""On the way to the storage, and on the way back."""


def transforms(given: Json) -> list[Transform]:
    """The transforms of a program: a name each, and ``only`` and ``skip``."""
    made: list[Transform] = []
    for each in cast("list[dict[str, Json]]", given or []):
        only = cast("list[str] | None", each.get("only"))
        skip = cast("list[str]", each.get("skip", []))
        inward, outward = TRANSFORMS[cast("str", each["name"])]
        made.append(create_transform(inward, outward, only=only, skip=skip))
    return made


# ---------------------------------------------------------------- migrations


def change_set(state: State, key: Json, term: Json) -> State:
    return {**state, cast("str", key): build(term)}


def change_bump(state: State, key: Json) -> State:
    name = cast("str", key)
    return {**state, name: cast("int", state[name]) + 1}


def change_rename(state: State, old: Json, new: Json) -> State:
    rest = change_drop(state, old)
    return {**rest, cast("str", new): state.get(cast("str", old), UNDEFINED)}


def change_move(state: State, old: Json, new: Json) -> State:
    return change_rename(state, old, new) if cast("str", old) in state else state


def change_drop(state: State, key: Json) -> State:
    return {name: each for name, each in state.items() if name != key}


def change_throw(state: State) -> State:
    raise Boom


Migration: TypeAlias = Callable[[State], object]
CHANGES: Final[dict[str, Callable[[State, list[Json]], object]]] = {
    "same": lambda state, _: state,
    "set": lambda state, rest: change_set(state, *rest),
    "bump": lambda state, rest: change_bump(state, *rest),
    "rename": lambda state, rest: change_rename(state, *rest),
    "move": lambda state, rest: change_move(state, *rest),
    "drop": lambda state, rest: change_drop(state, *rest),
    "nothing": lambda state, _: UNDEFINED,
    "throw": lambda state, _: change_throw(state),
}
"""What a migration does with the fields; then come the arguments of the program."""


def migrations(given: Json) -> dict[int, Migration]:
    """The migrations of a program, by the version that each leads to."""

    def made(step: list[Json]) -> Migration:
        verb, *rest = step
        return lambda state: CHANGES[cast("str", verb)](state, rest)

    steps = cast("dict[str, list[Json]]", given)
    return {int(version): made(step) for version, step in steps.items()}


# --------------------------------------------------------------------- cases

Action: TypeAlias = Mapping[str, object]
Case: TypeAlias = Callable[[object, Action, str, list[Json]], object]


def fresh(state: object) -> object:
    if isinstance(state, dict):
        return dict(state)
    return list(state) if isinstance(state, list) else state


def inbound(state: object, action: Action, name: str) -> object:
    payload = action.get("payload")
    found = payload.get(name) if isinstance(payload, Mapping) else None
    return state if found is None or found is UNDEFINED else cast("object", found)


def put(state: object, key: Json, term: Json) -> object:
    held = cast("State", state) if isinstance(state, dict) else {}
    return {**held, cast("str", key): build(term)}


def counted(state: object) -> object:
    if isinstance(state, bool) or not isinstance(state, (int, float)):
        return 1
    # Beyond this JavaScript rounds; and what is whole stays an int here.
    return state + 1 if abs(state) < 2**53 else float(state) + 1


def raising(state: object) -> object:
    raise Boom


CASES: Final[dict[str, Case]] = {
    "same": lambda state, *_: state,
    "fresh": lambda state, *_: fresh(state),
    "set": lambda state, action, name, rest: build(rest[0]),
    "count": lambda state, *_: counted(state),
    "put": lambda state, action, name, rest: put(state, *rest),
    "push": lambda state, action, name, rest: [
        *(state if isinstance(state, list) else []),
        build(rest[0]),
    ],
    "payload": lambda state, action, *_: action.get("payload", state),
    "inbound": lambda state, action, name, _: inbound(state, action, name),
    "gone": lambda *_: UNDEFINED,
    "throw": lambda state, *_: raising(state),
}
"""What a slice does on an action; then come the arguments of the program."""


def reduce_slice(state: object, action: Action, *, name: str, given: Json) -> object:
    """The next state of the slice ``name``, which a program says ``given`` of."""
    slice_ = cast("dict[str, Json]", given)
    held = build(slice_["initial"]) if state is UNDEFINED else state
    for kind, verb, *rest in cast("list[list[Json]]", slice_.get("cases", [])):
        if kind == action["type"]:
            return CASES[cast("str", verb)](held, action, name, rest)
    return held
