"""The key of a query: which calls are one entry of the cache.

    jobs_in("Berlin")             everything that JSON has stands as it is
    jobs_in({"a":1,"b":[2,3]})    the keys of objects are sorted, at every level
    jobs_in(undefined)            no argument; jobs_in(null) is that of None

Numbers are written as JavaScript does, so that 1 and 1.0 are one call; a whole number
that JavaScript would round is ``{"$bigint": ...}``. A tuple is an array. Any other
value has its plain form, marked with what it is: ``{"$date":"2026-07-25"}``. A mapping
that looks like such a mark is refused: it would share the entry of something else.

Source:
    ``defaultSerializeQueryArgs`` of RTK Query; NaN and the infinities differ: there
    they have the key of null, and here their own.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias, cast

from stateroom.errors import InvalidQuery, NotPlain
from stateroom.query.arguments import Parameters, argument_of, spread
from stateroom.store.plain import to_plain
from stateroom.store.plain.enums import WORD_TAG
from stateroom.store.plain.marks import TYPE
from stateroom.store.plain.misfits import Misfit, described, path_of
from stateroom.store.plain.texts import TEXT_TAGS
from stateroom.store.undefined import UNDEFINED

__all__ = (
    "DEEPEST",
    "Parameters",
    "Serialize",
    "argument_of",
    "cache_key",
    "serialized",
    "spread",
)

Serialize: TypeAlias = Callable[[object], object]
"""Makes another value of the argument, of which the key is made; or the key: text."""

DEEPEST: Final = 100
"""Levels of nesting that an argument may have."""

_SAFE: Final = 2**53
"""Up to here JavaScript holds every whole number. Number.MAX_SAFE_INTEGER, + 1."""
_MOST_PLACES: Final = 21
"""Digits before the point, from where an exponent is written. Number::toString, 8."""
_LEAST_PLACES: Final = -6
"""The same for zeros after the point. Number::toString, 10."""
_LAST_INDEX: Final = 2**32 - 2
"""The largest key that counts as an index. ECMAScript, "array index"."""
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_DECIMAL_BITS: Final = 2048
"""Longer integers are written in base 16: Python refuses very long decimals."""
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")

_MARKS: Final[dict[str, type]] = {
    **dict.fromkeys(("$dict", "$frozenset", "$set", "$tuple"), list),
    **dict.fromkeys(("$bigint", "$float", "$int", WORD_TAG, *TEXT_TAGS), str),
}
"""Keys that, alone in an object, say what a value is -> the class of what follows."""

_quoted: Callable[[str], str] = json.JSONEncoder(ensure_ascii=False).encode


def cache_key(endpoint: str, arg: object) -> str:
    """Return the key of a call of ``endpoint``.

    Args:
        endpoint: its name.
        arg: as ``argument_of`` gives it; ``UNDEFINED`` for none.

    Raises:
        InvalidQuery: the argument has no plain form, is nested in more than ``DEEPEST``
            levels, contains itself, or looks like what stands for another value.
    """
    kind = type(arg)
    if kind is str and cast("str", arg).isascii():
        return f"{endpoint}({_quoted(cast('str', arg))})"
    try:
        text = _text(arg, DEEPEST)
    except Misfit as misfit:
        raise _refused(endpoint, misfit) from misfit.__cause__
    return f"{endpoint}({'undefined' if text is None else text})"


def serialized(endpoint: str, arg: object, serialize: Serialize | None) -> str:
    """Return the key of a call of an endpoint that has a serialiser of its own.

    Args:
        endpoint: its name.
        arg: as ``argument_of`` gives it.
        serialize: text that it returns is the key; of any other value the key is made.

    Raises:
        InvalidQuery: as ``cache_key``.
    """
    if serialize is None:
        return cache_key(endpoint, arg)
    made = serialize(arg)
    return str(made) if isinstance(made, str) else cache_key(endpoint, made)


def _refused(endpoint: str, misfit: Misfit) -> InvalidQuery:
    path = path_of(misfit.steps[::-1])
    where = f" at {path}" if path else ""
    return InvalidQuery(
        f"the argument of {endpoint!r}{where}: found {misfit.found}, expected "
        f"{misfit.expected}",
        path=path,
        hint=misfit.hint
        or "pass what identifies the data: its id, or a few plain values",
    )


# ---------------------------------------------------------------------- values


def _text(value: object, room: int) -> str | None:
    """Return the text of a value in which ``room`` levels may follow."""
    kind = type(value)
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar(value)
    if value is UNDEFINED:
        return None
    if isinstance(value, dict | Mapping):
        return _mapping(cast("Mapping[object, object]", value), _less(room))
    if isinstance(value, list) or kind is tuple:
        return _array(cast("Iterable[object]", value), _less(room))
    try:
        plain = to_plain(value, kind=object)
    except NotPlain as error:
        raise Misfit(
            f"{described(value)} without a plain form",
            "a value with one",
            hint=error.hint,
        ) from error
    return _plain_text(plain)


def _less(room: int) -> int:
    if not room:
        raise Misfit(
            f"more than {DEEPEST} levels of nesting",
            "fewer, and no value inside itself",
        )
    return room - 1


def _mapping(value: Mapping[object, object], room: int) -> str:
    if not all(type(key) is str for key in value):
        return _pairs(value, room)
    texts = cast("Mapping[str, object]", value)
    mark = _mark_of(texts)
    if mark:
        raise Misfit(
            f"a mapping with the key {mark!r}",
            "none that looks like what stands for another value",
            hint=f"name the key otherwise: without the $, or as ${mark}",
        )
    return _object(texts, room)


def _mark_of(value: Mapping[str, object]) -> str:
    """Return the key by which a mapping looks like another value; empty for none."""
    if TYPE in value:
        return TYPE
    if len(value) != 1:
        return ""
    ((key, held),) = value.items()
    kind = _MARKS.get(key)
    if kind is None:
        return ""
    is_alike = isinstance(held, str if kind is str else list | tuple)
    return key if is_alike else ""


def _object(value: Mapping[str, object], room: int) -> str:
    texts: list[str] = []
    for key in _in_order(value):
        try:
            text = _text(value[key], room)
        except Misfit as misfit:
            misfit.at(key)
            raise
        if text is not None:
            texts.append(f"{_string(key)}:{text}")
    return f"{{{','.join(texts)}}}"


def _pairs(value: Mapping[object, object], room: int) -> str:
    """Return the text of a mapping with other keys than text, in one order."""
    texts: list[str] = []
    for key, held in value.items():
        try:
            texts.append(_array((key, held), room))
        except Misfit as misfit:
            misfit.at(key)
            raise
    return f'{{"$dict":[{",".join(sorted(texts))}]}}'


def _array(value: Iterable[object], room: int) -> str:
    texts: list[str] = []
    for index, each in enumerate(value):
        try:
            texts.append(_text(each, room) or "null")
        except Misfit as misfit:
            misfit.at(index)
            raise
    return f"[{','.join(texts)}]"


def _plain_text(plain: object) -> str:
    """Return the text of what ``to_plain`` gave, marks and all."""
    if isinstance(plain, dict):
        known = cast("dict[str, object]", plain)
        held = (f"{_string(key)}:{_plain_text(known[key])}" for key in _in_order(known))
        return f"{{{','.join(held)}}}"
    if isinstance(plain, list):
        return f"[{','.join(map(_plain_text, plain))}]"
    return _text(plain, 0) or "null"


# ---------------------------------------------------------------------- scalars


def _in_order(keys: Iterable[str]) -> list[str]:
    """Sort keys as JavaScript does, which has indexes first, whatever their order."""
    known = list(keys)
    indexes = [key for key in known if _INDEX.fullmatch(key) and _is_index(key)]
    if not all(map(str.isascii, known)):
        known.sort(key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    else:
        known.sort()
    if not indexes:
        return known
    taken = set(indexes)
    return [*sorted(indexes, key=int), *(key for key in known if key not in taken)]


def _is_index(key: str) -> bool:
    return int(key) <= _LAST_INDEX


def _string(text: str) -> str:
    if text.isascii() or not _SURROGATES.search(text):
        return _quoted(text)
    # Two halves of one character are that character, as everywhere in JavaScript.
    units = text.encode("utf-16-le", "surrogatepass")
    whole = units.decode("utf-16-le", "surrogatepass")
    return _SURROGATES.sub(lambda found: f"\\u{ord(found[0]):04x}", _quoted(whole))


def _whole(number: int) -> str:
    if -_SAFE <= number <= _SAFE:
        return int.__repr__(number)
    digits = str(number) if number.bit_length() <= _DECIMAL_BITS else hex(number)
    return f'{{"$bigint":"{digits}"}}'


def _number(number: float) -> str:
    """Return a number as ECMAScript's Number::toString writes it."""
    if not math.isfinite(number):
        return f'{{"$float":"{number!r}"}}'
    # The shortest digits that give the number back, in both languages.
    mantissa, _, exponent = float.__repr__(abs(number)).partition("e")
    sign = "-" if number < 0 else ""
    if not exponent:
        return sign + mantissa.removesuffix(".0")
    return sign + _placed(mantissa.replace(".", ""), int(exponent) + 1)


def _placed(digits: str, point: int) -> str:
    """Write digits, of which ``point`` stand before the decimal point."""
    if len(digits) <= point <= _MOST_PLACES:
        return digits.ljust(point, "0")
    if _LEAST_PLACES < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


_SCALARS: Final[dict[type, Callable[[object], str]]] = {
    bool: lambda value: "true" if value else "false",
    float: cast("Callable[[object], str]", _number),
    int: cast("Callable[[object], str]", _whole),
    str: cast("Callable[[object], str]", _string),
    type(None): lambda _: "null",
}
