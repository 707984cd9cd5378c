"""Terms: values as JSON can carry them, in programs and in traces about documents.

``js/terms.mjs`` is the same for JavaScript; it tells what the forms are. Those of the
store's oracle do not do here: documents are about numbers to the last bit, and about
the order of keys.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Final, cast

from stateroom.store import UNDEFINED
from tests.oracle.real import Json
from tests.oracle.terms import content

__all__ = ("Point", "build", "defined", "plain")

NUMBERS = {"nan": math.nan, "-0": -0.0, "inf": math.inf, "-inf": -math.inf}
LAST_INDEX = 2**32 - 2


@dataclass(slots=True)
class Point:
    """A state of fixed fields: what a plain object with these keys is elsewhere."""

    a: object
    b: object
    c: object


def build(term: Json) -> object:
    """The Python value of a term; nothing in it is frozen."""
    if not isinstance(term, dict):
        return term
    kind, inner = content(term)
    if kind in SCALARS:
        return SCALARS[kind](str(inner))
    if kind == "a":
        return [build(each) for each in cast("list[Json]", inner)]
    pairs = cast("list[tuple[str, Json]]", inner)
    named = {key: build(each) for key, each in pairs}
    return Point(**named) if kind == "r" else named


def of_bits(digits: str) -> float:
    number: float = struct.unpack(">d", bytes.fromhex(digits))[0]
    return number


SCALARS: Final[dict[str, Callable[[str], object]]] = {
    "u": lambda _: UNDEFINED,
    "n": NUMBERS.__getitem__,
    "d": of_bits,
    "w": int,
}


def plain(value: object) -> Json:
    """The term of a value; keys are in the order that they have in JavaScript."""
    if value is UNDEFINED:
        return {"u": 1}
    if isinstance(value, (list, tuple)):
        return {"a": [plain(each) for each in value]}
    if isinstance(value, Mapping):
        return {"o": [[key, plain(value[key])] for key in ordered([*value])]}
    if is_dataclass(value):
        return {
            "o": [
                [each.name, plain(getattr(value, each.name))] for each in fields(value)
            ]
        }
    return scalar(value)


def scalar(value: object) -> Json:
    if isinstance(value, str):
        # JavaScript has no other halves of a character than lone ones.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return numeral(float(value))
    return cast("Json", value)


def numeral(value: float) -> Json:
    if math.isnan(value):
        return {"n": "nan"}
    if math.isinf(value):
        return {"n": "inf" if value > 0 else "-inf"}
    if value == 0:
        return {"n": "-0"} if math.copysign(1, value) < 0 else 0
    if value.is_integer() and abs(value) <= 2**53:
        return int(value)
    return {"d": struct.pack(">d", value).hex()}


def ordered(keys: list[str]) -> list[str]:
    """As ``Object.keys`` gives them."""
    indexes = [
        key
        for key in keys
        if key.isascii()
        and key.isdigit()
        and str(int(key)) == key
        and int(key) <= LAST_INDEX
    ]
    return [*sorted(indexes, key=int), *(key for key in keys if key not in indexes)]


def defined(value: object) -> object:
    """A copy without the keys whose value is undefined."""
    if isinstance(value, list):
        return [defined(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    kept = {key: each for key, each in value.items() if each is not UNDEFINED}
    return {key: defined(each) for key, each in kept.items()}
