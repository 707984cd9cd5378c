"""The plain form of ``Literal``: that of the class of each value that it allows."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.store.plain.codecs import Codec, Key, Plain
from stateroom.store.plain.forms import literal
from stateroom.store.plain.misfits import Misfit, described

__all__ = ("by_class", "restricted")


def by_class(values: list[object]) -> dict[type, list[object]]:
    """Return the values of ``Literal``s, by their classes."""
    groups: dict[type, list[object]] = {}
    for value in values:
        groups.setdefault(type(value), []).append(value)
    return groups


def restricted(codec: Codec, values: list[object]) -> Codec:
    """Return a codec that takes some values of a class only.

    Args:
        codec: that of the class.
        values: of exactly this class.
    """
    allowed = frozenset(values)
    name = f"Literal[{', '.join(map(literal, values))}]"

    def checked(value: object) -> object:
        if value not in allowed:
            raise Misfit(described(value), name)
        return value

    def encode(value: object, room: int) -> Plain:
        plain = codec.encode(value, room)  # which refuses what cannot be looked up
        checked(value)
        return plain

    def decode(plain: object, room: int) -> object:
        return checked(codec.decode(plain, room))

    return Codec(
        name=name,
        shapes=codec.shapes,
        classes=codec.classes,
        tag=codec.tag,
        mark=codec.name,  # which stays, when another value is allowed
        alias=codec.alias,
        is_natural=codec.is_natural,
        key=_restricted_key(codec.key, checked),
        encode=encode,
        decode=decode,
    )


def _restricted_key(key: Key | None, checked: Callable[[object], object]) -> Key | None:
    if key is None:
        return None
    to, of = key.to, key.of

    def restricted_to(value: object) -> str:
        text = to(value)
        checked(value)
        return text

    return Key(restricted_to, lambda text: checked(of(text)))
