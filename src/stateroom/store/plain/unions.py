"""The plain form of a union: that of the member, marked only where it is needed.

Two members are told apart by what they look like in JSON, as None and text are. Where
several look the same, the one that a reader of JSON expects stays as it is (``str``
beside ``datetime``), and the others are marked; if there is no such one, or more than
one, all are. So the form does not depend on the order of the members.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Final, TypeVar, cast

from stateroom.store.plain.arms import Arm, mark, telling_field
from stateroom.store.plain.codecs import Codec, Decode, Encode, Plain, decoder, encoder
from stateroom.store.plain.marks import TYPE, unmarked
from stateroom.store.plain.misfits import Misfit, TooDeep, described
from stateroom.store.plain.objects import unescaped

__all__ = ("union_codec",)

T = TypeVar("T")

_JSON: Final[dict[type, str]] = {
    type(None): "null",
    bool: "bool",
    int: "int",
    float: "float",
    str: "text",
    list: "array",
}


def union_codec(name: str, codecs: list[Codec]) -> Codec:
    """Return the codec of a union.

    Args:
        name: of the union.
        codecs: those of its members, at least two, none of them a union or untyped.
    """
    arms = sorted(map(Arm, codecs), key=Arm.rank)
    field = telling_field(codecs)
    mark(arms, is_told=bool(field))
    bare = [arm.codec for arm in arms if not arm.is_marked]
    plain_as_is = (each.as_is for each in bare if each.fits is None)
    codec = Codec(
        name=name,
        shapes=frozenset(chain.from_iterable(arm.shapes for arm in arms)),
        classes=tuple(chain.from_iterable(each.classes for each in codecs)),
        as_is=frozenset(chain.from_iterable(plain_as_is)),
        encode=_Choice(name, arms, field).encode,
        decode=_decode(name, arms, field),
    )
    if other := _optional(codecs, arms):
        convert, read = encoder(other), decoder(other)
        codec.encode = lambda value, room: (
            None if value is None else convert(value, room)
        )
        codec.decode = lambda plain, room: None if plain is None else read(plain, room)
    return codec


def _optional(codecs: list[Codec], arms: list[Arm]) -> Codec | None:
    """Return the other member, if all that the union adds to it is None."""
    others = [each for each in codecs if each.shapes != {"null"}]
    is_quick = len(codecs) == len(others) + 1 and len(others) == 1
    return others[0] if is_quick and not any(arm.is_marked for arm in arms) else None


# --------------------------------------------------------------------- encoding


class _Choice:
    """Encodes by the class of the value."""

    def __init__(self, name: str, arms: list[Arm], field: str) -> None:
        groups: dict[type, list[Arm]] = {}
        for arm in arms:
            for kind in arm.codec.classes:
                groups.setdefault(kind, []).append(arm)
        self._name = name
        self._by_class = {
            kind: _any_of(name, group, field) for kind, group in groups.items()
        }
        self._found = dict(self._by_class)

    def encode(self, value: object, room: int) -> Plain:
        convert = self._found.get(type(value))
        if convert is None:
            # By type, as asking a frozen instance for its class takes longer.
            convert = self._found[type(value)] = self._nearest(value)
        return convert(value, room)

    def _nearest(self, value: object) -> Encode:
        kind = value.__class__
        for base in kind.__mro__:
            if base in self._by_class:
                return self._by_class[base]
        if issubclass(kind, int) and float in self._by_class:
            return self._by_class[float]
        for base, convert in self._by_class.items():
            if issubclass(kind, base):
                return convert
        raise Misfit(described(value), self._name)


def _any_of(name: str, arms: list[Arm], field: str) -> Encode:
    """Return what encodes a value of a class that several members take."""
    if len(arms) == 1:
        return arms[0].encoder()
    if field and all(arm.codec.is_record for arm in arms):
        return _told(name, arms, field)
    converts = [arm.encoder() for arm in arms]

    def encode(value: object, room: int) -> Plain:
        nearest = Misfit(described(value), name)
        for convert in converts:
            try:
                return convert(value, room)
            except TooDeep:
                raise
            except Misfit as misfit:
                if len(misfit.steps) >= len(nearest.steps):
                    nearest = misfit
        raise nearest

    return encode


def _told(name: str, arms: list[Arm], field: str) -> Encode:
    table = _by_text(arms, field, lambda arm: arm.encoder())
    key = unescaped(field)

    def encode(value: object, room: int) -> Plain:
        if isinstance(value, Mapping):
            text: object = value.get(key)
        else:
            text = getattr(value, key, None)
        if type(text) is not str or text not in table:
            raise _untold(text, name, key)
        return table[text](value, room)

    return encode


def _by_text(arms: list[Arm], field: str, made: Callable[[Arm], T]) -> dict[str, T]:
    return {
        text: made(arm)
        for arm in arms
        if arm.codec.is_record
        for text in arm.codec.choices[field]
    }


def _untold(text: object, name: str, field: str) -> Misfit:
    misfit = Misfit(described(text), f"text that tells which of {name} it is")
    misfit.at(field)
    return misfit


# --------------------------------------------------------------------- decoding


def _decode(name: str, arms: list[Arm], field: str) -> Decode:
    bare = _bare(name, arms, field)
    tags = {arm.tag: decoder(arm.codec) for arm in arms if arm.is_marked and arm.tag}
    types = _types(arms)
    shown = f"{name} by {TYPE}, one of {', '.join(types)}"

    def decode(plain: object, room: int) -> object:
        if isinstance(plain, dict):
            return _decode_object(plain, room)
        read = bare.get("array" if isinstance(plain, list) else _shape(plain))
        if read is None:
            raise Misfit(described(plain), name)
        return read(plain, room)

    def _decode_object(plain: dict[str, object], room: int) -> object:
        said = plain.get(TYPE)
        if type(said) is str and said in types:
            return types[said](plain, room)
        first = next(iter(plain), "")
        if len(plain) == 1 and first in tags:
            return tags[first](plain[first], room)
        read = (bare.get(first) if len(plain) == 1 else None) or bare.get("object")
        if read is None:
            raise Misfit(_said(said), shown if types else name)
        return read(plain, room)

    return decode


def _said(mark: object) -> str:
    if mark is None:
        return "an object"
    return f"{TYPE} {described(mark).removeprefix('the text ')}"


def _shape(plain: object) -> str:
    return _JSON.get(type(plain), "")


def _bare(name: str, arms: list[Arm], field: str) -> dict[str, Decode]:
    """Return what decodes each shape that needs no mark."""
    bare = {
        shape: decoder(arm.codec)
        for arm in arms
        if not arm.is_marked
        for shape in arm.codec.shapes
    }
    if "float" in bare:
        bare.setdefault("int", bare["float"])  # JavaScript writes 1.0 as 1
    if field:
        table = _by_text(arms, field, lambda arm: decoder(arm.codec))
        bare["object"] = _read_told(name, field, table)
    return bare


def _read_told(name: str, field: str, table: dict[str, Decode]) -> Decode:
    def decode(plain: object, room: int) -> object:
        text = cast("dict[str, object]", plain).get(field)
        if type(text) is not str or text not in table:
            raise _untold(text, name, field)
        return table[text](plain, room)

    return decode


def _types(arms: list[Arm]) -> dict[str, Decode]:
    """Return what decodes an object that names its type; records always may."""
    types: dict[str, Decode] = {}
    for arm in arms:
        if arm.is_marked and not arm.tag:
            types[arm.name] = unmarked(arm.codec)
        elif arm.codec.is_record:
            types.setdefault(arm.name, decoder(arm.codec))
    return types
