"""The plain form of dataclasses, named tuples and typed dicts: an object of fields."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal, NamedTuple, cast

from stateroom.store.plain.codecs import (
    TEXTS,
    Build,
    Codec,
    Decode,
    Encode,
    Plain,
    decoder,
    encoder,
)
from stateroom.store.plain.forms import unwrapped
from stateroom.store.plain.layouts import Layout
from stateroom.store.plain.marks import TYPE
from stateroom.store.plain.misfits import Misfit, TooDeep, described, said
from stateroom.store.plain.objects import escaped

__all__ = ("complete", "record_codec")

_ABSENT: Final = object()
_NEVER: Final = frozenset[type]()


class Member(NamedTuple):
    """A field with what converts it.

    Attributes:
        name: of the attribute, or the key.
        key: in the plain form.
        as_is: classes of values that need no conversion.
        encode: value -> plain.
        decode: plain -> value.
        is_required: whether it must be there.
    """

    name: str
    key: str
    as_is: frozenset[type]
    encode: Encode
    decode: Decode
    is_required: bool


def record_codec(kind: type, layout: Layout, *, name: str, alias: str) -> Codec:
    """Return the codec of a record, without its fields: it may contain itself."""
    return Codec(
        name=name,
        shapes=frozenset({"object"}),
        classes=(dict, Mapping) if layout.is_mapping else (kind,),
        alias=alias,
        is_record=True,
        choices=dict(_choices(layout)),
    )


def _choices(layout: Layout) -> Iterator[tuple[str, frozenset[str]]]:
    for field in layout.record.fields:
        form = unwrapped(layout.hints[field.name].form)
        texts = typing.get_args(form) if typing.get_origin(form) is Literal else ()
        is_there = field.is_required or not layout.is_mapping
        if is_there and texts and TEXTS.issuperset(map(type, texts)):
            yield escaped(field.name), frozenset(texts)


def complete(codec: Codec, build: Build, *, kind: type, layout: Layout) -> None:
    """Give the codec of a record its fields."""
    members = tuple(_members(build, layout))
    if layout.is_mapping:
        codec.encode = build.kept(_Keys(codec.name, members).encode)
    else:
        codec.encode = build.kept(_encode_attributes(codec.name, members, kind))
    reader = _Reader(codec, members, layout.record.make)
    codec.decode = reader.decode_loosely if build.drops_unknown else reader.decode


def _members(build: Build, layout: Layout) -> list[Member]:
    found: list[Member] = []
    for field in layout.record.fields:
        hint = layout.hints[field.name]
        try:
            codec = build.codec(hint.form, hint.module)
        except Misfit as misfit:
            misfit.at(field.name)
            raise
        as_is = _NEVER if codec.fits else codec.as_is
        key = escaped(field.name)
        parts = (as_is, encoder(codec), decoder(codec), field.is_required)
        found.append(Member(field.name, key, *parts))
    return found


# --------------------------------------------------------------------- encoding


def _encode_attributes(name: str, members: tuple[Member, ...], kind: type) -> Encode:
    # Frozen and draft instances are of classes of their own, which say by a property
    # that they are of the user's. Asking each class once is faster.
    accepted = {kind}
    steps = [(each.name, each.as_is, each.encode) for each in members]

    def encode(value: object, room: int) -> Plain:
        if type(value) not in accepted:
            _accept(value)
        if not room:
            raise TooDeep
        plain: dict[str, Plain] = {}
        at = ""
        try:
            for at, as_is, convert in steps:
                held = getattr(value, at)
                is_plain = type(held) in as_is
                plain[at] = held if is_plain else convert(held, room - 1)
        except Misfit as misfit:
            misfit.at(at)
            raise
        except AttributeError as error:
            if hasattr(value, at):
                raise
            raise _unset(at, name) from error
        return plain

    def _accept(value: object) -> None:
        if value.__class__ is not kind:
            raise _wrong(value, kind, name)
        accepted.add(type(value))

    return encode


def _wrong(value: object, kind: type, name: str) -> Misfit:
    hint = ""
    if isinstance(value, kind):
        hint = f"annotate with the union of {name} and its subclasses"
    return Misfit(described(value), name, hint=hint)


def _unset(at: str, name: str) -> Misfit:
    misfit = Misfit("no value", f"a value of each field of {name}")
    misfit.at(at)
    return misfit


class _Keys:
    """Encodes typed dicts."""

    def __init__(self, name: str, members: tuple[Member, ...]) -> None:
        self._name = name
        self._members = {each.name: each for each in members}
        self._required = [each.name for each in members if each.is_required]

    def encode(self, value: object, room: int) -> Plain:
        if not isinstance(value, Mapping):
            raise Misfit(described(value), self._name)
        if not room:
            raise TooDeep
        for key in self._required:
            if key not in value:
                raise _missing(key, self._name)
        for key in value:
            if key not in self._members:
                raise _unknown(key, self._name)
        return self._each(value, room - 1)

    def _each(self, value: Mapping[object, object], room: int) -> dict[str, Plain]:
        plain: dict[str, Plain] = {}
        at = ""
        try:
            for at, member in self._members.items():
                if at in value:
                    plain[member.key] = member.encode(value[at], room)
        except Misfit as misfit:
            misfit.at(at)
            raise
        return plain


# --------------------------------------------------------------------- decoding


class _Reader:
    """Decodes records of every kind."""

    def __init__(
        self,
        codec: Codec,
        members: tuple[Member, ...],
        make: Callable[[dict[str, object]], object],
    ) -> None:
        self._name = codec.name
        self._marks = (codec.name, codec.alias)
        self._make = make
        self._members = {each.key: each for each in members}

    def decode(self, plain: object, room: int) -> object:
        """Make an instance, refusing fields that it does not have."""
        given = self._given(plain, room)
        if len(given) != len(cast("dict[object, object]", plain)):
            self._check_unknown(cast("dict[object, object]", plain))
        return self._made(given)

    def decode_loosely(self, plain: object, room: int) -> object:
        """Make an instance of what it knows of ``plain``."""
        return self._made(self._given(plain, room))

    def _made(self, given: dict[str, object]) -> object:
        try:
            return self._make(given)
        except Exception as error:
            found = f"what {self._name} refuses ({said(error)})"
            raise Misfit(found, self._name) from error

    def _given(self, plain: object, room: int) -> dict[str, object]:
        if not isinstance(plain, dict):
            raise Misfit(described(plain), f"{self._name} as an object")
        if not room:
            raise TooDeep
        given: dict[str, object] = {}
        at = ""
        try:
            for key, (at, _, as_is, _, decode, is_required) in self._members.items():
                held = plain.get(key, _ABSENT)
                if held is not _ABSENT:
                    given[at] = held if type(held) in as_is else decode(held, room - 1)
                elif is_required:
                    self._refuse_absence()
        except Misfit as misfit:
            misfit.at(at)
            raise
        return given

    def _refuse_absence(self) -> None:
        raise Misfit("nothing", f"a field of {self._name}")

    def _check_unknown(self, plain: dict[object, object]) -> None:
        for key, value in plain.items():
            if key in self._members or (key == TYPE and value in self._marks):
                continue
            raise _unknown(key, self._name)


def _missing(key: str, name: str) -> Misfit:
    misfit = Misfit("nothing", f"a field of {name}")
    misfit.at(key)
    return misfit


def _unknown(key: object, name: str) -> Misfit:
    misfit = Misfit("an unknown field", f"one of the fields of {name}")
    misfit.at(key)
    return misfit
