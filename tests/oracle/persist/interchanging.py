"""Families of programs about JSON, documents and reconcilers by themselves.

``js/pure.mjs`` runs the same with JavaScript and redux-persist.
"""

from __future__ import annotations

import json
from typing import Final, cast

from stateroom.errors import InvalidDocument
from stateroom.persist.interchange import (
    dump_document,
    parse,
    parse_document,
    stringify,
)
from stateroom.store import UNDEFINED, freeze
from tests.oracle.choosing import Choice
from tests.oracle.persist.making import (
    KEYS,
    make_pairs,
    make_scalar,
    make_text,
    make_transforms,
    make_value,
)
from tests.oracle.persist.named import RECONCILERS, transforms
from tests.oracle.persist.terms import build, defined, plain
from tests.oracle.real import Json

__all__ = (
    "Program",
    "make_read",
    "make_reconciled",
    "make_state",
    "make_texts",
    "make_values",
    "make_written",
    "trace_read",
    "trace_reconciled",
    "trace_text",
    "trace_value",
    "trace_written",
    "written",
)

Program = dict[str, Json]

FIELDS: Final = KEYS
INWARD: Final = ("first", "second", "wrap", "dropped")
"""Transforms that do not look at the other fields, and do not fail."""
UNREADABLE: Final = ("first", "second", "sized")
"""Transforms with which ``_persist`` would have no version: refused here, -1 there."""
TOLD: Final = (
    '{"version":-1,"rehydrated":true}',
    '{"version":3,"rehydrated":false}',
    '{"version":2.0}',
    "{}",
    "null",
)


# ---------------------------------------------------------------------- JSON


def make_texts(choice: Choice) -> Program:
    return {"text": make_text(choice)}


def trace_text(program: Program) -> Json:
    try:
        value = parse(cast("str", program["text"]))
    except InvalidDocument:
        return "refused"
    return [plain(value), stringify(value)]


def make_values(choice: Choice) -> Program:
    return {"value": make_value(choice)}


def trace_value(program: Program) -> Json:
    value = build(program["value"])
    return None if value is UNDEFINED else stringify(value)


# ----------------------------------------------------------------- documents


def make_state(choice: Choice) -> Json:
    """A state as persistReducer makes it: ``_persist`` is its last key."""
    pairs = make_pairs(choice, keys=FIELDS)
    told: Json = {"o": [["version", choice.below(9) - 1], ["rehydrated", True]]}
    return {"o": [*pairs, ["_persist", told]]}


def make_written(choice: Choice) -> Program:
    program: Program = {"states": [make_state(choice)]}
    if choice.happens(20):
        program["serialize"] = False
    if choice.happens(50):
        program["transforms"] = make_transforms(choice, (*INWARD, "sized"))
        return program
    if choice.happens(50):
        program["whitelist"] = [*choice.some(FIELDS, 5)]
    if choice.happens(50):
        program["blacklist"] = [*choice.some(FIELDS, 5)]
    return program


def passes(program: Program, key: str) -> bool:
    """Whether a field is to be written: which is not a document's business."""
    only = cast("list[str]", program.get("whitelist", [key]))
    return key in only and key not in cast("list[str]", program.get("blacklist", []))


def written(program: Program, state: dict[str, object], position: int | None) -> str:
    """The document of a state."""
    told = cast("dict[str, object]", state["_persist"])
    return dump_document(
        {
            key: each
            for key, each in state.items()
            if key != "_persist" and passes(program, key)
        },
        version=cast("int", told["version"]),
        is_rehydrated=told["rehydrated"] is True,
        serialize=cast("bool", program.get("serialize", True)),
        transforms=transforms(program.get("transforms")),
        position=position,
    )


def trace_written(program: Program) -> Json:
    states = [build(each) for each in cast("list[Json]", program["states"])]
    return [written(program, cast("dict[str, object]", each), None) for each in states]


def make_read(choice: Choice) -> Program:
    """A document that was written, and then perhaps changed by somebody."""
    is_live = choice.happens(20)
    fields: dict[str, object] = {}
    for key, term in cast("list[tuple[str, Json]]", make_pairs(choice, 2, keys=FIELDS)):
        value = defined(build(term))
        text = stringify(None if value is UNDEFINED else value)
        # JSON.parse takes what is no text as a text.
        is_bare = choice.happens(3) and not text.startswith(("[", "{", '"'))
        fields[key] = json.loads(text) if is_live or is_bare else text
        if not is_live and choice.happens(4):
            fields[key] = make_text(choice)
    if choice.happens(80):
        text = choice.one_of(TOLD)
        fields["_persist"] = json.loads(text) if is_live else text
    whole = json.dumps(fields, indent=choice.one_of((None, 2)))
    program: Program = {"text": whole[: len(whole) - choice.happens(4)]}
    if is_live:
        program["serialize"] = False
    program["transforms"] = make_transforms(choice, spared=UNREADABLE)
    return program


def trace_read(program: Program) -> Json:
    try:
        found = parse_document(
            cast("str", program["text"]),
            serialize=cast("bool", program.get("serialize", True)),
            transforms=transforms(program.get("transforms")),
        )
    except InvalidDocument:
        return "refused"
    return {
        "fields": plain(found.fields),
        "version": found.version,
        "isRehydrated": found.is_rehydrated,
    }


# --------------------------------------------------------------- reconcilers


def make_reconciled(choice: Choice) -> Program:
    kind = choice.one_of(("o", "o", "r"))
    names = ["autoMergeLevel1", "autoMergeLevel2", "hardSet"]
    if kind == "r":  # keys that vanish there are fields that stay here
        names.remove("hardSet")
        keys = ["a", "b", "c"]
        original: list[Json] = [[key, make_value(choice, 2)] for key in keys]
        reduced = [[key, changed(choice)] for key in keys]
    else:
        original = make_pairs(choice, 2, keys=FIELDS)
        keys = [cast("str", cast("list[Json]", each)[0]) for each in original]
        reduced = [[key, changed(choice)] for key in keys if not choice.happens(10)]
        if choice.happens(20):
            reduced.append(["new", make_value(choice, 1)])
    known = (*keys, *keys, "new", "_persist", *FIELDS[:3])
    inbound = make_pairs(choice, 2, keys=tuple(dict.fromkeys(known)))
    if kind == "r":
        inbound = [each for each in inbound if cast("list[Json]", each)[1] != {"u": 1}]
    return {
        "name": choice.one_of(names),
        "inbound": {"o": inbound},
        "original": {kind: original},
        "reduced": cast("Json", reduced),
    }


def changed(choice: Choice) -> Json:
    """What a reducer makes of a part of the state: mostly nothing."""
    if not choice.happens(25):
        return {"same": 1}
    return make_value(choice, 1) if choice.below(2) else make_scalar(choice)


def trace_reconciled(program: Program) -> Json:
    original = freeze(build(program["original"]))
    pairs = cast("list[tuple[str, Json]]", program["reduced"])
    named: dict[str, object] = {
        key: part(original, key) if each == {"same": 1} else build(each)
        for key, each in pairs
    }
    is_instance = not isinstance(original, dict)
    reduced = freeze(type(original)(**named) if is_instance else named)
    inbound = cast("dict[str, object]", build(program["inbound"]))
    result = RECONCILERS[cast("str", program["name"])](inbound, original, reduced)
    return plain(defined(as_dict(result)))


def part(state: object, key: str) -> object:
    return as_dict(state)[key]


def as_dict(state: object) -> dict[str, object]:
    if isinstance(state, dict):
        return state
    return {key: cast("object", getattr(state, key)) for key in ("a", "b", "c")}
