"""The plain form of enumerations.

A member is its value where all values are text, or all are integers, as flags' are;
otherwise it is its name.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Final, cast

from stateroom.store.plain.codecs import Codec, Key, Plain
from stateroom.store.plain.misfits import Misfit, described
from stateroom.store.plain.scalars import SCALARS
from stateroom.store.undefined import UNDEFINED

__all__ = ("WORD_TAG", "enum_codec")

WORD_TAG: Final = "$word"
"""Marks ``UNDEFINED`` and ``NOTHING``, so that a mark need not name their class."""

_SHOWN: Final = 8


def enum_codec(kind: type[enum.Enum], *, name: str, alias: str) -> Codec:
    """Return the codec of an enumeration."""
    kinds = {type(each._value_) for each in kind.__members__.values()}
    is_flag = issubclass(kind, enum.Flag)
    if is_flag or kinds == {int}:
        return _codec(kind, name, alias, base=int)
    if kinds == {str}:
        return _codec(kind, name, alias, base=str)
    return _by_name(kind, name, alias)


def _find(kind: type[enum.Enum], value: object, name: str) -> object:
    try:
        found = kind(value)
    except Exception as error:
        shown = _listed([repr(each._value_) for each in kind])
        raise Misfit(described(value), f"{name}, one of {shown}") from error
    return found


def _listed(names: list[str]) -> str:
    shown = names[:_SHOWN]
    return ", ".join(shown if shown == names else [*shown, "…"])


def _codec(kind: type[enum.Enum], name: str, alias: str, *, base: type) -> Codec:
    inner = SCALARS[base]()
    key = cast("Key", inner.key)
    table = {each._value_: each for each in kind.__members__.values()}

    def find(value: object) -> object:
        member = table.get(value)
        return _find(kind, value, name) if member is None else member

    def held(value: object) -> object:
        if value.__class__ is not kind:
            raise Misfit(described(value), name)
        return value._value_

    def encode(value: object, room: int) -> Plain:
        return inner.encode(held(value), room)

    def decode(plain: object, room: int) -> object:
        try:
            value = inner.decode(plain, room)
        except Misfit as misfit:
            misfit.expected = f"{name} as {inner.name}"
            raise
        return find(value)

    return Codec(
        name=name,
        shapes=inner.shapes,
        classes=(kind,),
        tag=_tag(kind),
        alias=alias,
        key=Key(lambda value: key.to(held(value)), lambda text: find(key.of(text))),
        encode=encode,
        decode=decode,
    )


def _by_name(kind: type[enum.Enum], name: str, alias: str) -> Codec:
    table = dict(kind.__members__)

    def to(value: object) -> str:
        if value.__class__ is not kind:
            raise Misfit(described(value), name)
        return value._name_

    def of(plain: object) -> object:
        if type(plain) is not str or plain not in table:
            raise Misfit(described(plain), f"{name}, one of {_listed(list(table))}")
        return table[plain]

    return Codec(
        name=name,
        shapes=frozenset({"text"}),
        classes=(kind,),
        tag=_tag(kind),
        alias=alias,
        key=Key(to, cast("Callable[[str], object]", of)),
        encode=lambda value, _: to(value),
        decode=lambda plain, _: of(plain),
    )


def _tag(kind: type[enum.Enum]) -> str:
    return WORD_TAG if kind is type(UNDEFINED) else ""
