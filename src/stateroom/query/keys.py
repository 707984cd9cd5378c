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

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias, cast

from stateroom.errors import InvalidQuery, NotPlain
from stateroom.query.arguments import Parameters, argument_of, spread
from stateroom.store.javascript import (
    EXACT,
    indexes_first,
    number_text,
    quoted,
    quoted_ascii,
)
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

_DECIMAL_BITS: Final = 2048
"""Longer integers are written in base 16: Python refuses very long decimals."""

_MARKS: Final[dict[str, type]] = {
    **dict.fromkeys(("$dict", "$frozenset", "$set", "$tuple"), list),
    **dict.fromkeys(("$bigint", "$float", "$int", WORD_TAG, *TEXT_TAGS), str),
}
"""Keys that, alone in an object, say what a value is -> the class of what follows."""


def cache_key(endpoint: str, arg: object) -> str:
    """Return the key of a call of ``endpoint``.

    Args:
        endpoint: its name.
        arg: as ``argument_of`` gives it; ``UNDEFINED`` for none.

    Raises:
        InvalidQuery: the argument has no plain form, is nested in more than ``DEEPEST``
            levels, contains itself, or looks like what stands for another value.
    """
    if type(arg) is str and arg.isascii():
        return f"{endpoint}({quoted_ascii(arg)})"
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
            texts.append(f"{quoted(key)}:{text}")
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
        held = (f"{quoted(key)}:{_plain_text(known[key])}" for key in _in_order(known))
        return f"{{{','.join(held)}}}"
    if isinstance(plain, list):
        return f"[{','.join(map(_plain_text, plain))}]"
    return _text(plain, 0) or "null"


# ---------------------------------------------------------------------- scalars


def _in_order(keys: Iterable[str]) -> list[str]:
    """Sort keys by their units of 16 bits; indexes are first, whatever their order."""
    known = list(keys)
    if "".join(known).isascii():
        known.sort()
    else:
        known.sort(key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return indexes_first(known)


def _whole(number: int) -> str:
    if -EXACT <= number <= EXACT:
        return int.__repr__(number)
    digits = str(number) if number.bit_length() <= _DECIMAL_BITS else hex(number)
    return f'{{"$bigint":"{digits}"}}'


def _number(number: float) -> str:
    if math.isfinite(number):
        return number_text(number)
    return f'{{"$float":"{number!r}"}}'


_SCALARS: Final[dict[type, Callable[[object], str]]] = {
    bool: lambda value: "true" if value else "false",
    float: cast("Callable[[object], str]", _number),
    int: cast("Callable[[object], str]", _whole),
    str: cast("Callable[[object], str]", quoted),
    type(None): lambda _: "null",
}
