"""Random values, texts and documents: what programs about interchange are made of."""

from __future__ import annotations

import json
from typing import Final

from tests.oracle.choosing import Choice
from tests.oracle.real import Json

__all__ = (
    "KEYS",
    "make_pairs",
    "make_scalar",
    "make_text",
    "make_transforms",
    "make_value",
)

KEYS: Final = (
    "a",
    "b",
    "c",
    "d",
    "10",
    "9",
    "0",
    "01",
    "-1",
    "",
    "ü \U0001d4b3",
    "\ud800",
)
"""Keys of objects; some of them are indexes in JavaScript."""
FEW: Final = ("4294967294", "4294967295", "__proto__", "length", "a.b", "\u2028", '"')

STRINGS: Final[tuple[Json, ...]] = (
    *("", "x", "yy", "é", "\U0001d4b3", "\ud834", "\udd1e", "\ud834\udd1e", "1"),
    *('"', "\\", "/", "\b\f\n\r\t", "\x00\x1f\x7f\x80", "\u2028\u2029", "\ufeff"),
)
FRACTIONS: Final[tuple[Json, ...]] = (0.5, 0.1, 1e-6, 1e-7, 1.5e16, 5e-324)
NUMBERS: Final[tuple[Json, ...]] = (
    *(0, 1, -1, 2, 1000, 2**53, -(2**53), *FRACTIONS),
    {"n": "-0"},
    {"n": "nan"},
    {"n": "inf"},
    {"n": "-inf"},
    {"w": str(2**64)},
    {"w": str(10**21)},
    {"w": str(-(2**60))},
    {"w": str(2**1000)},
)
WORDS: Final[tuple[Json, ...]] = (None, True, False)

SPELLINGS: Final = (
    *("1", "0", "-0", "-0.0", "1.0", "1e2", "1E+2", "0.1", "100e-2", "1e21", "1e-7"),
    *("1e400", "-1e400", "1e-400", "-1e-400", "5e-324", "2.5e-324", "123456789e12"),
    *("9007199254740993", "-9007199254740993", "18446744073709551616"),
    *("123456789012345678901234567890", "0.30000000000000004", "1" * 400, "1" * 310),
)
WRONG: Final = (
    *("01", "1.", ".5", "+1", "-", "1e", "0x1", "NaN", "Infinity", "-Infinity"),
    *("nul", "True", "undefined", "'a'", "\u0661", "1_0", "[1,]", '{"a":1,}', "{a:1}"),
)
PIECES: Final = (
    *("a", "\\u0041", "\\ud834\\udd1e", "\\ud800", "\\uD800", "\ud834", "\udd1e", "é"),
    *("\\n", "\\/", '\\"', "\\\\", "\u2028", "\x7f", "\U0001d4b3", "\\b\\f\\r\\t"),
)
WRONG_PIECES: Final = ("\n", "\x00", "\\x", "\\u12", "\\\ud834", "\\u 123", "\\'", '"')
SMALL: Final = ("", *'[]{}:,"\\0e.- ', "null")
SPACES: Final = ("", "", "", " ", "\n", "\t\r")
WRONG_SPACES: Final = ("\u00a0", "\ufeff", "\x0c", "\x0b", "\u2028", "//", "/**/")

MARKS: Final = ("first", "second", "wrap", "sized", "dropped", "lost", "broken")


# -------------------------------------------------------------------- values


def make_scalar(choice: Choice) -> Json:
    """A text, a number, a boolean or null."""
    match choice.below(5):
        case 0:
            return choice.one_of(WORDS)
        case 1:
            return choice.one_of(STRINGS)
        case 2:
            return {"d": f"{choice.below(2**32):08x}{choice.below(2**32):08x}"}
        case _:
            return choice.one_of(NUMBERS)


def make_value(choice: Choice, depth: int = 3) -> Json:
    """Any value that JSON can write, with ``undefined`` in it."""
    kind = choice.below(6) if depth else 0
    if kind in {1, 3}:
        return {"a": [make_value(choice, depth - 1) for _ in choice.times(0, 4)]}
    if kind in {2, 4}:
        return {"o": make_pairs(choice, depth - 1)}
    return {"u": 1} if choice.happens(5) else make_scalar(choice)


def make_pairs(
    choice: Choice, depth: int = 3, *, keys: tuple[str, ...] = ()
) -> list[Json]:
    """The pairs of an object, with keys in any order."""
    known = list(keys or (*KEYS, choice.one_of(FEW)))
    pairs: list[Json] = []
    for _ in choice.times(0, min(5, len(known))):
        key = known.pop(choice.below(len(known)))
        pairs.append([key, make_value(choice, depth)])
    return pairs


# --------------------------------------------------------------------- texts


def make_text(choice: Choice) -> str:
    """A text that is JSON, or nearly."""
    text = space(choice) + json_text(choice, 3) + space(choice)
    if not choice.happens(30):
        return text
    at = choice.below(len(text) + 1)
    other: str = choice.one_of((*SMALL, *WRONG))
    return text[:at] + other + text[at + choice.below(3) :]


def json_text(choice: Choice, depth: int) -> str:
    match choice.below(6) if depth else choice.below(4):
        case 0 | 1:
            return rarely(choice, SPELLINGS, WRONG)
        case 2:
            return choice.one_of(("null", "true", "false"))
        case 3:
            return string_text(choice)
        case 4:
            several = [json_text(choice, depth - 1) for _ in choice.times(0, 4)]
            return f"[{space(choice)}{join(choice, several)}]"
    members = [member_text(choice, depth - 1) for _ in choice.times(0, 4)]
    return f"{{{space(choice)}{join(choice, members)}}}"


def member_text(choice: Choice, depth: int) -> str:
    colon = f"{space(choice)}:{space(choice)}"
    return f"{key_text(choice)}{colon}{json_text(choice, depth)}"


def join(choice: Choice, several: list[str]) -> str:
    return f",{space(choice)}".join(each + space(choice) for each in several)


def key_text(choice: Choice) -> str:
    if choice.happens(20):
        return string_text(choice)
    return json.dumps(choice.one_of((*KEYS, *FEW)))


def string_text(choice: Choice) -> str:
    pieces = [rarely(choice, PIECES, WRONG_PIECES) for _ in choice.times(0, 4)]
    return f'"{"".join(pieces)}"'


def space(choice: Choice) -> str:
    return rarely(choice, SPACES, WRONG_SPACES)


def rarely(choice: Choice, usual: tuple[str, ...], rare: tuple[str, ...]) -> str:
    return choice.one_of(rare if choice.happens(2) else usual)


# ----------------------------------------------------------------- documents


def make_transforms(
    choice: Choice, names: tuple[str, ...] = MARKS, *, spared: tuple[str, ...] = ()
) -> Json:
    """Up to three transforms, often of some fields only.

    Mostly not of ``_persist``, without which there is no version; those that stand in
    ``spared`` never.
    """
    made: list[Json] = []
    for _ in choice.times(0, 3):
        given: dict[str, Json] = {"name": choice.one_of(names)}
        if given["name"] in spared or choice.happens(80):
            given["skip"] = [*choice.some((*KEYS[:6], "_persist"), 3), "_persist"]
        if choice.happens(30):
            given["only"] = [*choice.some((*KEYS[:6], "_persist"), 5)]
        made.append(given)
    return made
