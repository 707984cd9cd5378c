"""From values to canonical bytes: equal values, equal bytes; any others, others.

    bytes    = msgpack | 0xC1 count value*
    value    = tag body
    body     = nothing                             (None, a constant)
             | length content                      (scalars)
             | count value*                        (list, tuple, and, sorted, sets)
             | count (value value)*                (dict, sorted)
             | length module length path value     (an instance: its class first)
    length, count = 8 bytes, big-endian

Most calls have plain arguments only; msgpack already tags and frames these, and takes
less than a tenth of the time. Which form is used follows from the values alone, and
msgpack never begins with 0xC1, so that the two forms cannot meet.

Types are kept apart: 1, 1.0, True, "1" and b"1" are five values, a list is no tuple,
0.0 is not -0.0. A subclass of a builtin is refused, as it may hold more than the
builtin shows. What cannot be told apart safely is refused, never guessed at: a wrong
key is another caller's data.
"""

from __future__ import annotations

import dataclasses
import enum
import pathlib
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TypeAlias, cast
from uuid import UUID

import msgspec

from stateroom.cache.scalars import (
    NAMED,
    Named,
    Plain,
    Where,
    many,
    pack_named,
    pack_plain,
    size,
    text,
)

__all__ = ("SIMPLE", "UNENCODABLE", "canonical", "class_name", "encode_simple")

SIMPLE = frozenset({type(None), bool, int, float, str, bytes})
"""Exact types that msgpack encodes canonically."""
UNENCODABLE = (OverflowError, ValueError)
"""What msgpack raises for values of these types that are beyond it: ints of more than
64 bits, half of a surrogate pair, 4 GiB of text."""
encode_simple: Callable[[object], bytes] = msgspec.msgpack.Encoder().encode
"""Encodes a tuple in which every value's exact type is one of ``SIMPLE``."""

MARK = b"\xc1"
"""The one byte that msgpack reserves as never used."""

Container: TypeAlias = (
    list[object]
    | tuple[object, ...]
    | dict[object, object]
    | set[object]
    | frozenset[object]
)

_CONTAINERS = frozenset({list, tuple, dict, set, frozenset})
_BUILTIN = (
    *(bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set),
    *(frozenset, date, time, timedelta, Decimal, UUID, type),
)
_UNSET = object()


def canonical(values: tuple[object, ...], names: Sequence[str] = ()) -> bytes:
    """Return the bytes that stand for ``values`` and for nothing else.

    Dicts and sets are equal in any order. A dataclass, struct or Pydantic model is its
    class and its declared fields, those left out of comparisons included; a member of
    an enum is its class and name; an object with ``__cache_key__()`` is its class and
    what that returns. An aware time is its wall time, its offset and its zone.

    Args:
        values: what to encode.
        names: the parameters that they belong to, for the message of an error.

    Raises:
        InvalidValue: a value has no canonical bytes, contains itself, or is nested
            deeper than ``scalars.DEEPEST``.
    """
    if SIMPLE.issuperset(map(type, values)):
        try:
            return encode_simple(values)
        except UNENCODABLE:
            pass
    parts = [
        _pack(value, Where(_label(number, names)))
        for number, value in enumerate(values)
    ]
    return b"".join((MARK, size(len(parts)), *parts))


def class_name(kind: type) -> str:
    """Return the text that stands for a class: its module, a colon, its path there."""
    return f"{kind.__module__}:{kind.__qualname__}"


def _label(number: int, names: Sequence[str]) -> str:
    if number < len(names):
        return f"parameter {names[number]!r}"
    return f"argument {number + 1}"


def _pack(value: object, where: Where) -> bytes:
    kind = type(value)
    if kind in SIMPLE:
        return pack_plain(cast("Plain", value))
    if kind in _CONTAINERS:
        return _container(cast("Container", value), where.inside(value))
    if kind in NAMED:
        return pack_named(cast("Named", value), where)
    return _object(value, where)


def _container(value: Container, where: Where) -> bytes:
    match value:
        case list():
            return many(b"[", [_pack(each, where) for each in value])
        case tuple():
            return many(b"(", [_pack(each, where) for each in value])
        case set():
            return many(b"<", sorted(_pack(each, where) for each in value))
        case frozenset():
            return many(b">", sorted(_pack(each, where) for each in value))
        case dict():
            pairs = [
                (_pack(key, where), _pack(each, where)) for key, each in value.items()
            ]
            return many(b"{", [key + each for key, each in sorted(pairs)])


def _object(value: object, where: Where) -> bytes:
    """Encode an instance of a class of somebody's; the class itself is asked first."""
    kind = type(value)
    key_of: object = getattr(kind, "__cache_key__", None)
    if callable(key_of):
        return _instance(b"K", kind, _pack(key_of(value), where.inside(value)))
    if isinstance(value, enum.Enum):
        # A flag that combines others may have no name: its number is what it means.
        named = value.value if isinstance(value, enum.Flag) else value.name
        return _instance(b"e", kind, _pack(named, where))
    if isinstance(value, pathlib.PurePath) and _home(kind) == "pathlib":
        is_windows = isinstance(value, pathlib.PureWindowsPath)
        return text(b"W" if is_windows else b"P", str(value))
    if value is msgspec.UNSET:
        return b"U"
    return _instance(b"o", kind, _pack(_content(value, where), where.inside(value)))


def _content(value: object, where: Where) -> object:
    """Return what an instance holds, by the names that its class declares."""
    if isinstance(value, tuple) and hasattr(type(value), "_fields"):
        if getattr(value, "__dict__", None):
            raise where.refused(value, "it holds more than its named fields")
        return tuple(value)
    if isinstance(value, _BUILTIN):
        raise where.refused(value)
    if dataclasses.is_dataclass(value):
        names = tuple(each.name for each in dataclasses.fields(value))
        return _held(value, names, where)
    if isinstance(value, msgspec.Struct):
        return _held(value, value.__struct_fields__, where)
    # No import: who passes a model has imported Pydantic.
    model: object = getattr(sys.modules.get("pydantic.main"), "BaseModel", None)
    if isinstance(model, type) and isinstance(value, model):
        return _model(value)
    raise where.refused(value)


def _held(value: object, names: Sequence[str], where: Where) -> object:
    held = {name: getattr(value, name, _UNSET) for name in names}
    for name, each in held.items():
        if each is _UNSET:
            raise where.refused(value, f"its field {name!r} was never set")
    return held


def _model(value: object) -> object:
    """Return what Pydantic compares: fields, extra fields, private attributes.

    Not through attributes, as reading a deprecated field warns.
    """
    declared: object = getattr(type(value), "__pydantic_fields__", None)
    names = cast("Mapping[str, object]", declared)
    return (
        {name: each for name, each in vars(value).items() if name in names},
        getattr(value, "__pydantic_extra__", None),
        getattr(value, "__pydantic_private__", None),
    )


def _instance(tag: bytes, kind: type, body: bytes) -> bytes:
    return text(tag, kind.__module__) + text(b"", kind.__qualname__) + body


def _home(kind: type) -> str:
    return kind.__module__.partition(".")[0]
