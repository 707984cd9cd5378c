"""Terms: values as JSON can carry them, in programs and in traces.

``js/terms.mjs`` is the same for JavaScript; it tells what the forms are. A whole number
is an int here, zero aside: JavaScript has -0, so zero is a float.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, is_dataclass
from typing import cast

from stateroom.store.drafts import is_draft, is_frozen
from stateroom.store.undefined import UNDEFINED
from tests.oracle.real import Json

__all__ = (
    "Point",
    "build",
    "canonical",
    "content",
    "entries",
    "graph",
    "is_container",
    "kind_of",
    "places",
    "plain",
    "text",
)

NUMBERS = {"nan": math.nan, "-0": -0.0, "inf": math.inf}


@dataclass
class Point:
    """A state of fixed fields: what a plain object with these keys is elsewhere."""

    a: object
    b: object
    c: object


def content(term: Json) -> tuple[str, Json]:
    """The kind of a term that is written as a mapping, and what is in it."""
    assert isinstance(term, dict)
    return next(iter(term.items()))


def build(term: Json) -> object:
    """The Python value of a term; nothing in it is frozen.

    Every value is a new object where Python has more than one: equal numbers and texts
    must count as the same although they are not one object.
    """
    if not isinstance(term, dict):
        return _anew(term)
    kind, inner = content(term)
    match kind:
        case "u":
            return UNDEFINED
        case "n":
            return _anew(NUMBERS[cast("str", inner)])
        case "a" | "s":
            several = [build(each) for each in cast("list[Json]", inner)]
            return several if kind == "a" else set(several)
        case _:
            pairs = cast("list[tuple[str, Json]]", inner)
            named = {key: build(each) for key, each in pairs}
            return Point(**named) if kind == "r" else named


def _anew(scalar: Json) -> object:
    if isinstance(scalar, (bool, dict, list)) or scalar is None:
        return scalar
    if isinstance(scalar, str):
        return "".join([*scalar])
    return type(scalar)(repr(scalar))


def is_container(value: object) -> bool:
    """Whether a value holds others."""
    return isinstance(value, (Mapping, AbstractSet, list)) or is_dataclass(value)


def kind_of(value: object) -> str:
    """As in JavaScript; an instance is an object, a mapping by numbers is a Map."""
    if isinstance(value, list):
        return "a"
    if isinstance(value, AbstractSet):
        return "s"
    if isinstance(value, Mapping):
        return "m" if any(isinstance(key, int) for key in value) else "o"
    return "o" if is_dataclass(value) else ""


def entries(value: object) -> list[tuple[Json, object]]:
    """What a container holds, and under which keys."""
    if isinstance(value, list):
        return [*enumerate(value)]
    if isinstance(value, Mapping):
        return [(cast("Json", key), each) for key, each in value.items()]
    if isinstance(value, AbstractSet):
        return [(None, each) for each in value]
    assert is_dataclass(value)
    return [
        (field.name, cast("object", getattr(value, field.name)))
        for field in fields(value)
    ]


def _scalar(value: object) -> Json:
    if value is UNDEFINED:
        return {"u": 1}
    if not isinstance(value, float):
        return cast("Json", value)
    if math.isnan(value):
        return {"n": "nan"}
    if value == 0:
        return {"n": "-0"} if math.copysign(1, value) < 0 else 0
    return {"n": "inf"} if math.isinf(value) else value


def plain(value: object) -> Json:
    """The term of a value, without identities."""
    if not is_container(value):
        return _scalar(value)
    kind, inner = kind_of(value), entries(value)
    if kind == "a":
        return {"a": [plain(each) for _, each in inner]}
    if kind == "s":
        return {"s": [*sorted((plain(each) for _, each in inner), key=text)]}
    return {kind: [[key, plain(each)] for key, each in inner]}


def text(term: Json) -> str:
    """As ``JSON.stringify`` writes it."""
    return json.dumps(term, ensure_ascii=False, separators=(",", ":"))


def canonical(value: object) -> str:
    """The same for equal values, whatever the order of keys."""

    def flat(term: Json) -> Json:
        if isinstance(term, list):
            return [flat(each) for each in term]
        if not isinstance(term, dict):
            return term
        kind, inner = content(term)
        if kind not in {"o", "m"}:
            return {kind: flat(inner)}
        return {kind: [*sorted(text(flat(each)) for each in cast("list[Json]", inner))]}

    return text(flat(plain(value)))


def places(value: object) -> dict[int, list[Json]]:
    """Where each container of a value stands, by its id: the first path to it."""
    found: dict[int, list[Json]] = {}

    def visit(value: object, path: list[Json]) -> None:
        if not is_container(value) or id(value) in found:
            return
        found[id(value)] = path
        for key, each in entries(value):
            visit(each, [*path, key])

    visit(value, [])
    return found


def graph(value: object, base: dict[int, list[Json]]) -> Json:
    """A term with identities, as ``graph`` of ``js/terms.mjs`` makes it."""
    seen: dict[int, int] = {}

    def visit(value: object) -> Json:
        if not is_container(value):
            return _scalar(value)
        if is_draft(value):
            return {"draft": 1}
        if id(value) in seen:
            return {"again": seen[id(value)]}
        seen[id(value)] = len(seen)
        kind = kind_of(value)
        said: dict[str, Json] = {"is": kind, "of": None, "frozen": is_frozen(value)}
        if id(value) in base:
            said["of"] = [*base[id(value)]]
        if kind == "s":
            return {**said, "has": cast("dict[str, Json]", plain(value))["s"]}
        return {**said, "has": [[key, visit(each)] for key, each in entries(value)]}

    return visit(value)
