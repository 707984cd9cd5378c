"""The plain forms of mappings.

Where the annotation gives keys a text of their own (str, int, bool, UUID, dates,
enumerations, ...), a mapping is an object, and a key that begins with ``$`` gets a
second one, as such keys are our marks. Keys of any other type make it an array of
pairs. Where nothing tells the keys' type, text makes an object, and anything else
``{"$dict": [[key, value], ...]}``.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeVar, cast

from stateroom.store.plain.codecs import (
    TEXTS,
    Build,
    Codec,
    Key,
    Plain,
    converted,
    decoder,
    encoder,
    is_all,
)
from stateroom.store.plain.misfits import Misfit, TooDeep, described, said
from stateroom.store.plain.scalars import SCALARS, tagged

__all__ = ("escaped", "is_mapping", "mapping_codec", "unescaped")

K = TypeVar("K")
T = TypeVar("T")

Make = Callable[[dict[object, object]], object]

DICTS: Final = frozenset({dict, Mapping, collections.abc.MutableMapping})
"""Classes that any mapping will do for, and that come back as dicts."""


def is_mapping(kind: type) -> bool:
    """Say whether a class is a mapping that we can make of a dict.

    Other subclasses of ``dict`` than ``OrderedDict`` hold more than their keys and
    values, as ``defaultdict`` does.
    """
    if issubclass(kind, dict):
        return kind is dict or kind is collections.OrderedDict
    return issubclass(kind, Mapping)


def escaped(key: str) -> str:
    """Return a key such that it is none of our marks."""
    return f"${key}" if key.startswith("$") else key


def unescaped(key: str) -> str:
    """Return what ``escaped`` was given.

    Raises:
        Misfit: the key is a mark.
    """
    if not key.startswith("$"):
        return key
    if not key.startswith("$$"):
        raise Misfit(
            described(key),
            "no mark of ours",
            hint="it may be written for another type, as to_plain(value) does without "
            f"kind=...; a key that begins so is written ${key}",
        )
    return key[1:]


def mapping_codec(
    build: Build, kind: type, *, name: str, parts: tuple[Codec, Codec]
) -> Codec:
    """Return the codec of a mapping.

    Args:
        build: where the codec is made.
        kind: the class; it makes an instance of a dict.
        name: of the type.
        parts: the codecs of its keys and values.
    """
    form = _form(*parts)
    is_dict = kind in DICTS
    kinds = _kinds(kind)
    make = _made if is_dict else _maker(kind, name)

    def encode(value: object, room: int) -> Plain:
        if not isinstance(value, kinds):
            raise Misfit(described(value), name)
        if not room:
            raise TooDeep
        return form.write(cast("Mapping[object, object]", value), room - 1)

    def decode(plain: object, room: int) -> object:
        if not room:
            raise TooDeep
        try:
            made = form.read(plain, room - 1)
        except _WrongShape:
            raise Misfit(described(plain), f"{name} as {form.shown}") from None
        return make(made)

    return Codec(
        name=name,
        shapes=form.shapes,
        classes=kinds,
        tag="$dict" if is_dict else "",
        is_natural=is_dict and "array" not in form.shapes,
        encode=build.kept(encode),
        decode=decode,
    )


def _kinds(kind: type) -> tuple[type, ...]:
    """Return the classes that will do, as a frozen one of any is a frozen dict."""
    if kind in DICTS:
        return (dict, Mapping)
    return (kind, dict) if issubclass(kind, dict) else (kind,)


def _made(content: dict[object, object]) -> object:
    return content


def _maker(kind: type, name: str) -> Make:
    make = cast("Make", kind)

    def made(content: dict[object, object]) -> object:
        try:
            return make(content)
        except Exception as error:
            raise Misfit(f"what {name} refuses ({said(error)})", name) from error

    return made


# ------------------------------------------------------------------------ forms


class _WrongShape(Exception):
    """Plain data is not of the JSON type that the form has."""


class _Form(Protocol):
    """One of the three forms of a mapping."""

    shapes: frozenset[str]
    shown: str

    def write(self, value: Mapping[object, object], room: int) -> Plain: ...

    def read(self, plain: object, room: int) -> dict[object, object]: ...


def _form(key: Codec, value: Codec) -> _Form:
    if key.is_untyped:
        return _Mixed(key, value)
    return _Pairs(key, value) if key.key is None else _Object(key.key, value)


class _Object:
    """Keys have texts of their own."""

    shapes = frozenset({"object"})
    shown = "an object"

    def __init__(self, key: Key, value: Codec) -> None:
        self._key = key
        self._value = value
        self._encode = encoder(value)
        self._decode = decoder(value)

    def write(self, value: Mapping[object, object], room: int) -> Plain:
        keys, values = list(value), list(value.values())
        texts = self._texts(keys)
        if is_all(self._value, values):
            plain = dict(zip(texts, cast("list[Plain]", values), strict=True))
        else:
            made = converted(self._encode, values, room=room, steps=keys)
            plain = dict(zip(texts, made, strict=True))
        if len(plain) != len(keys):
            raise _repeated(cast("list[object]", texts))
        return cast("Plain", plain)

    def _texts(self, keys: list[object]) -> list[str]:
        texts = self._key.all_to(keys)
        if texts is None:
            texts = _each_key(self._key.to, keys)
        return texts if "$" not in "".join(texts) else list(map(escaped, texts))

    def read(self, plain: object, room: int) -> dict[object, object]:
        if not isinstance(plain, dict) or not TEXTS.issuperset(map(type, plain)):
            raise _WrongShape
        texts, values = list(plain), list(plain.values())
        keys = self._keys(cast("list[str]", texts))
        if not is_all(self._value, values):
            values = converted(self._decode, values, room=room, steps=keys)
        return _filled(keys, values)

    def _keys(self, texts: list[str]) -> list[object]:
        if "$" in "".join(texts):
            texts = _each_key(unescaped, texts)
        keys = self._key.all_of(texts)
        return _each_key(self._key.of, texts) if keys is None else keys


class _Pairs:
    """Keys have no text."""

    shapes = frozenset({"array"})
    shown = "an array of pairs"

    def __init__(self, key: Codec, value: Codec) -> None:
        self._encoders = encoder(key), encoder(value)
        self._decoders = decoder(key), decoder(value)

    def write(self, value: Mapping[object, object], room: int) -> Plain:
        keys, values = list(value), list(value.values())
        encode_key, encode_value = self._encoders
        texts = converted(encode_key, keys, room=room, steps=keys)
        plains = converted(encode_value, values, room=room, steps=keys)
        return [[key, plain] for key, plain in zip(texts, plains, strict=True)]

    def read(self, plain: object, room: int) -> dict[object, object]:
        if not isinstance(plain, list):
            raise _WrongShape
        for n, pair in enumerate(plain):
            if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 - a pair
                misfit = Misfit(described(pair), "[key, value]")
                misfit.at(n)
                raise misfit
        decode_key, decode_value = self._decoders
        keys = converted(decode_key, [key for key, _ in plain], room=room)
        values = converted(decode_value, [value for _, value in plain], room=room)
        return _filled(keys, values)


class _Mixed:
    """Keys of any type: an object if all are text, else marked pairs."""

    shapes = frozenset({"object", "$dict"})
    shown = 'an object, or {"$dict": [[key, value], ...]}'

    def __init__(self, key: Codec, value: Codec) -> None:
        self._object = _Object(cast("Key", SCALARS[str]().key), value)
        self._pairs = _Pairs(key, value)

    def write(self, value: Mapping[object, object], room: int) -> Plain:
        if TEXTS.issuperset(map(type, value)):
            return self._object.write(value, room)
        return {"$dict": self._pairs.write(value, room)}

    def read(self, plain: object, room: int) -> dict[object, object]:
        pairs = tagged(plain, "$dict")
        if pairs is None:
            return self._object.read(plain, room)
        return self._pairs.read(pairs, room)


def _each_key(convert: Callable[[K], T], keys: list[K]) -> list[T]:
    made: list[T] = []
    try:
        for key in keys:
            made.append(convert(key))  # noqa: PERF401 - its length tells which failed
    except Misfit as misfit:
        misfit.found = f"the key {misfit.found.removeprefix('the text ')}"
        misfit.at(keys[len(made)])
        raise
    return made


def _filled(keys: list[object], values: list[object]) -> dict[object, object]:
    try:
        made = dict(zip(keys, values, strict=True))
    except Exception as error:
        raise Misfit("a key that cannot be hashed", "one that can") from error
    if len(made) != len(keys):
        raise _repeated(keys)
    return made


def _repeated(keys: list[object]) -> Misfit:
    seen: set[object] = set()
    for key in keys:
        if key in seen:
            break
        seen.add(key)
    misfit = Misfit("the same key a second time", "each key once")
    misfit.at(key)
    return misfit
