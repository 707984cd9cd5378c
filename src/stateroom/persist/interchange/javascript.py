"""JSON as JavaScript writes and reads it, to the byte.

``stringify`` gives what ``JSON.stringify`` gives, ``parse`` takes what ``JSON.parse``
takes and nothing more. Python's own ``json`` differs in numbers, NaN, the order of keys
and lone surrogates; what is to know about these stands in
``stateroom.store.javascript``.

Three things are bounded, or refused, that JavaScript lets pass: nesting, a whole number
that it would round, and a value that contains itself.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Final, NoReturn, cast

from stateroom.errors import InvalidDocument
from stateroom.store.javascript import (
    escaped,
    indexes_first,
    is_exact,
    number_of,
    number_text,
    quoted,
    whole_of,
    whole_text,
)
from stateroom.store.plain.misfits import Misfit, described, path_of
from stateroom.store.undefined import UNDEFINED

__all__ = ("DEEPEST", "parse", "stringify")

DEEPEST: Final = 200
"""Levels of arrays and objects, one inside another, that are read and written.

A stack holds some more, also the small one of a page.
"""

_TOKENS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]|NaN|-?Infinity', re.DOTALL)
"""Strings as a whole, so that what stands in them is not seen. Never looks back."""


# ------------------------------------------------------------------- writing


def stringify(value: object, *, field: str = "") -> str:
    """Return the JSON text of ``value`` as ``JSON.stringify(value)`` writes it.

    ``UNDEFINED`` is left out of an object and is ``null`` in an array; so are NaN and
    the infinities, anywhere. Keys that are indexes come first, in their order. A lone
    surrogate is escaped, so that the text always has an encoding.

    Args:
        value: mappings with texts as keys, lists, tuples, texts, numbers, booleans,
            None and ``UNDEFINED``.
        field: what it is the value of, for errors.

    Raises:
        InvalidDocument: there is no such text: something in ``value`` is no JSON, is
            nested in more than ``DEEPEST`` levels, or is an int that JavaScript rounds.

    Source:
        ECMAScript, JSON.stringify, and OrdinaryOwnPropertyKeys.
    """
    try:
        text = _text_of(value, DEEPEST)
    except Misfit as misfit:
        path = path_of([*([field] if field else []), *misfit.steps[::-1]])
        where = f"at {path}: " if path else ""
        raise InvalidDocument(
            f"{where}found {misfit.found}, expected {misfit.expected}",
            key=field,
            hint=misfit.hint,
        ) from None
    except RecursionError:
        raise _too_deep(field) from None
    if text is None:
        raise InvalidDocument(
            "UNDEFINED has no JSON text by itself",
            key=field,
            hint="leave the field out, or write None for null",
        )
    return text


def _text_of(value: object, room: int) -> str | None:
    """Return the text of a value in which ``room`` levels may follow."""
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return _numeral(value)
    if value is UNDEFINED:
        return None
    if not isinstance(value, dict | list | tuple | Mapping):
        raise Misfit(
            described(value),
            "what JSON can hold",
            hint="to_plain(value) turns state into what JSON can hold",
        )
    if not room:
        raise Misfit(
            f"more than {DEEPEST} levels of nesting",
            "fewer, and no value inside itself",
            hint="keep long chains as a list, and trees as a mapping from id to node",
        )
    if isinstance(value, list | tuple):
        return _array_text(value, room - 1)
    return _object_text(cast("Mapping[object, object]", value), room - 1)


def _numeral(number: float) -> str:
    if isinstance(number, int):
        if is_exact(number):
            return whole_text(number)
        raise Misfit(
            described(int(number)),
            "a number that JavaScript can hold",
            hint="it would be rounded there: keep large ids and counts as text",
        )
    value = float(number)
    return number_text(value) if math.isfinite(value) else "null"


def _array_text(value: Iterable[object], room: int) -> str:
    texts: list[str] = []
    for index, each in enumerate(value):
        try:
            texts.append(_text_of(each, room) or "null")
        except Misfit as misfit:
            misfit.at(index)
            raise
    return f"[{','.join(texts)}]"


def _object_text(value: Mapping[object, object], room: int) -> str:
    texts: list[str] = []
    for key in _in_order(value):
        try:
            text = _text_of(value[key], room)
        except Misfit as misfit:
            misfit.at(key)
            raise
        if text is not None:
            texts.append(f"{quoted(key)}:{text}")
    return f"{{{','.join(texts)}}}"


def _in_order(value: Mapping[object, object]) -> list[str]:
    """Return the keys as ``Object.keys`` does."""
    keys: list[str] = []
    for key in value:
        if not isinstance(key, str):
            raise Misfit(
                f"{described(key)} as a key",
                "text",
                hint="to_plain(value) turns state into what JSON can hold",
            )
        keys.append(key)
    return indexes_first(keys)


# ------------------------------------------------------------------- reading


class _Constant(Exception):
    """A word that Python's ``json`` reads as a number, and JSON does not have."""


def _refuse(word: str) -> NoReturn:
    raise _Constant(word)


_DECODER: Final = json.JSONDecoder(
    parse_int=whole_of, parse_float=number_of, parse_constant=_refuse
)


def parse(text: str, *, field: str = "") -> object:
    """Return the value of a JSON text, as ``JSON.parse(text)`` reads it.

    Objects are dicts, in which the last of two equal keys wins, and ``__proto__`` is a
    key like any other. Whole numbers are ints; ``stateroom.store.javascript.numbers``
    says which others are, too. 1e999 is infinite.

    Args:
        text: the whole text.
        field: what it is the text of, for errors.

    Raises:
        InvalidDocument: it is no JSON, or is nested in more than ``DEEPEST`` levels.
    """
    _bound(text, field)
    try:
        value: object = _DECODER.decode(escaped(text))
    except json.JSONDecodeError as error:
        reason = f"{error.msg[0].lower()}{error.msg[1:]}"
        raise _no_json(reason, text, at=error.pos, field=field) from None
    except _Constant as error:
        word = str(error)
        found = (each.start() for each in _TOKENS.finditer(text) if each[0] == word)
        reason = f"{word} is no JSON"
        raise _no_json(reason, text, at=next(found, 0), field=field) from None
    except RecursionError:
        raise _too_deep(field) from None
    return value


def _bound(text: str, field: str) -> None:
    """Refuse what is nested too deeply, before anything is made of it."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    level = 0
    for found in _TOKENS.finditer(text):
        if found[0] in {"[", "{"}:
            level += 1
        elif found[0] in {"]", "}"}:
            level -= 1
        if level > DEEPEST:
            raise _too_deep(field)


def _no_json(reason: str, text: str, *, at: int, field: str) -> InvalidDocument:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    where = f"in the field {field!r:.80}, " if field else ""
    return InvalidDocument(
        f"{where}line {line}, column {column}: {reason}",
        key=field,
        hint="it was cut off or changed after JSON.stringify wrote it; take the one "
        "that is in the browser's storage",
    )


def _too_deep(field: str) -> InvalidDocument:
    where = f"in the field {field!r:.80}: " if field else ""
    return InvalidDocument(
        f"{where}there are more than {DEEPEST} levels of arrays and objects",
        key=field,
        hint="keep long chains as a list, and trees as a mapping from id to node",
    )
