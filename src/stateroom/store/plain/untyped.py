"""The plain form of a value whose type no annotation tells: it says what it is.

JSON's own values stand as they are, keys that begin with ``$`` get a second one, and
everything else is marked: ``{"$set": [1, 2]}``, ``{"$datetime": "..."}``,
``{"$type": "shop.roles:Role", "title": "cook"}``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Final, cast

from stateroom.store.plain.arrays import array_codec
from stateroom.store.plain.codecs import (
    ANYTHING,
    Build,
    Codec,
    Decode,
    Encode,
    Plain,
)
from stateroom.store.plain.enums import WORD_TAG
from stateroom.store.plain.layouts import is_record
from stateroom.store.plain.marks import TYPE, marked, unmarked
from stateroom.store.plain.misfits import Misfit, NoForm, described
from stateroom.store.plain.objects import mapping_codec
from stateroom.store.plain.registry import REGISTRY
from stateroom.store.plain.scalars import SCALARS
from stateroom.store.plain.texts import TEXT_TAGS, is_text_class, text_class
from stateroom.store.undefined import UNDEFINED

__all__ = ("form_of", "untyped_codec")

Find = Callable[[type], Codec]

_CONTAINERS: Final = (dict, list, set, frozenset, tuple)
_BARE: Final = frozenset({*SCALARS, dict, list})
"""Classes whose form needs no mark."""
_AS_IS: Final = frozenset({type(None), bool, str})
_TAGS: Final[dict[str, type]] = {
    "$float": float,
    "$frozenset": frozenset,
    "$int": int,
    "$set": set,
    "$tuple": tuple,
    WORD_TAG: type(UNDEFINED),
}
"""Marks of what is no text -> class."""


def form_of(kind: type) -> type:
    """Return the type that directs the form of a value of class ``kind``.

    A frozen dict has that of a dict, and so has every mapping that is not registered.
    """
    for base in kind.__mro__:
        if REGISTRY.registration(base) is not None:
            return base
    if issubclass(kind, enum.Enum) or is_record(kind) or kind in SCALARS:
        return kind
    for base in _CONTAINERS:
        if issubclass(kind, base):
            return base
    if issubclass(kind, Mapping):
        return dict
    return next(filter(is_text_class, kind.__mro__), kind)


def untyped_codec(build: Build, find: Find) -> Codec:
    """Return the codec of values that nothing tells the type of.

    Args:
        build: where the codec is made.
        find: class -> its codec, called when a class is first met.
    """
    codec = Codec(
        name="object",
        shapes=ANYTHING,
        classes=(object,),
        is_untyped=True,
        as_is=_AS_IS,
    )
    array = array_codec(build, list, name="list", item=codec)
    mapping = mapping_codec(build, dict, name="dict", parts=(codec, codec))
    known: dict[type, Encode] = {list: array.encode, dict: mapping.encode}
    codec.encode = _encode(known, find)
    codec.decode = _decode(array.decode, mapping.decode, find)
    return codec


# --------------------------------------------------------------------- encoding


def _encode(known: dict[type, Encode], find: Find) -> Encode:
    def encode(value: object, room: int) -> Plain:
        kind = type(value)
        if kind in _AS_IS:
            return cast("Plain", value)
        convert = known.get(kind)
        if convert is None:
            convert = known[kind] = _found(value, known, find)
        return convert(value, room)

    return encode


def _found(value: object, known: dict[type, Encode], find: Find) -> Encode:
    kind = form_of(value.__class__)
    if kind in known:
        return known[kind]
    if kind is object:  # for which ``find`` returns the codec that asks here
        raise _formless(value)
    try:
        codec = find(kind)
    except NoForm as error:
        if error.steps:
            raise
        raise _formless(value) from error
    if kind in _BARE:
        return codec.encode
    return marked(codec, codec.tag, codec.alias)


def _formless(value: object) -> Misfit:
    name = value.__class__.__name__
    hint = f"register_plain({name}, ...) gives it one"
    return Misfit(described(value), "a value with a plain form", hint=hint)


# --------------------------------------------------------------------- decoding


def _decode(array: Decode, mapping: Decode, find: Find) -> Decode:
    number = SCALARS[float]().decode
    read_marked = _decode_marked(find)

    def decode(plain: object, room: int) -> object:
        kind = type(plain)
        if kind in _AS_IS or kind is int:
            return plain
        if isinstance(plain, dict):
            return (read_marked if _is_marked(plain) else mapping)(plain, room)
        if isinstance(plain, list):
            return array(plain, room)
        if kind is float:
            return number(plain, room)
        raise Misfit(described(plain), "a value of JSON")

    return decode


def _is_marked(plain: dict[object, object]) -> bool:
    """Say whether an object is a marked value, rather than a mapping."""
    if TYPE in plain:
        return True
    mark = next(iter(plain), "")
    return len(plain) == 1 and mark != "$dict" and _is_tag(mark)


def _is_tag(mark: object) -> bool:
    return type(mark) is str and mark[:1] == "$" and mark[:2] != "$$"


def _decode_marked(find: Find) -> Decode:
    by_tag: dict[str, Decode] = {}
    by_type: dict[type, Decode] = {}

    def decode(plain: object, room: int) -> object:
        held = cast("dict[str, object]", plain)
        if TYPE in held:
            kind = _named(held[TYPE])
            if kind not in by_type:
                by_type[kind] = unmarked(find(kind))
            return by_type[kind](plain, room)
        ((tag, inner),) = held.items()
        if tag not in by_tag:
            by_tag[tag] = find(_tagged(tag)).decode
        plain = inner if tag not in _WHOLE else plain
        return by_tag[tag](plain, room)

    return decode


_WHOLE: Final = frozenset({"$int", "$float"})
"""Marks that are a part of the form itself."""


def _named(name: object) -> type:
    kind = REGISTRY.known(name) if type(name) is str else None
    if kind is None:
        raise Misfit(
            f"the unknown {TYPE} {described(name).removeprefix('the text ')}",
            "the name of a class that is in use here",
            hint="register_plain(...) the class, or annotate what holds it",
        )
    return kind


def _tagged(tag: str) -> type:
    if tag in _TAGS:
        return _TAGS[tag]
    if tag not in TEXT_TAGS:
        raise Misfit(
            f"the key {tag!r}", "a known mark", hint=f"as a key of a dict, write ${tag}"
        )
    return text_class(tag)
