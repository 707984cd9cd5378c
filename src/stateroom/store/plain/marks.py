"""Marks a plain form with what it is, where something else may look the same.

Classes of the standard library: ``{"$datetime": "2026-07-25T10:00:00"}``.
Records: ``{"$type": "Role", "title": ...}``.
Everything else: ``{"$type": "Colour", "$value": 1}``.
"""

from __future__ import annotations

from typing import Final, cast

from stateroom.store.plain.codecs import Codec, Decode, Encode, Plain, decoder, encoder
from stateroom.store.plain.misfits import Misfit

__all__ = ("TYPE", "VALUE", "marked", "unmarked")

TYPE: Final = "$type"
VALUE: Final = "$value"


def marked(codec: Codec, tag: str, name: str) -> Encode:
    """Return an encoder whose forms say what they are.

    Args:
        codec: of what is marked.
        tag: the one key of the form; if empty, ``name`` says it.
        name: stands under ``$type``.
    """
    convert = encoder(codec)
    if tag:
        return lambda value, room: {tag: convert(value, room)}
    if codec.is_record:
        return lambda value, room: {
            TYPE: name,
            **cast("dict[str, Plain]", convert(value, room)),
        }
    return lambda value, room: {TYPE: name, VALUE: convert(value, room)}


def unmarked(codec: Codec) -> Decode:
    """Return the decoder of forms that are marked by ``$type``."""
    convert = decoder(codec)

    def decode(plain: object, room: int) -> object:
        rest = dict(cast("dict[str, object]", plain))
        del rest[TYPE]
        if codec.is_record:
            return convert(rest, room)
        if rest.keys() != {VALUE}:
            raise Misfit(
                f"{TYPE} {codec.name!r} without {VALUE}, or with more than that",
                f"{{{TYPE}: ..., {VALUE}: ...}}",
            )
        return convert(rest[VALUE], room)

    return decode
