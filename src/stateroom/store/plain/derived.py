"""The plain forms of classes that are made of another type's values.

Subclasses of ``str``, ``int`` and ``float``, as ``class UserId(str)``, have the form of
their base. Classes that were registered have the form of what ``to`` makes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from stateroom.store.plain.codecs import Codec, Key, Plain, decoder, encoder
from stateroom.store.plain.misfits import Misfit, TooDeep, described, said
from stateroom.store.plain.registry import Registration
from stateroom.store.plain.scalars import is_equal

__all__ = ("complete_registered", "derived_codec")


def derived_codec(kind: type, base: Codec, *, name: str, alias: str) -> Codec:
    """Return the codec of a subclass of a scalar.

    Args:
        kind: the subclass. Calling it with a value of the base makes an instance.
        base: the codec of the base.
        name: of the type.
        alias: with its module.
    """
    make = cast("Callable[[object], object]", kind)

    def exactly(value: object) -> object:
        if value.__class__ is not kind:
            raise Misfit(described(value), name)
        return value

    def made(value: object) -> object:
        try:
            instance = make(value)
        except Exception as error:
            raise Misfit(f"what {name} refuses ({said(error)})", name) from error
        if type(instance) is not kind or not is_equal(instance, value):
            raise Misfit(f"{described(value)}, which {name} changes", name)
        return instance

    def decode(plain: object, room: int) -> object:
        try:
            value = base.decode(plain, room)
        except Misfit as misfit:
            misfit.expected = f"{name} as {misfit.expected}"
            raise
        return made(value)

    return Codec(
        name=name,
        shapes=base.shapes,
        classes=(kind,),
        alias=alias,
        key=_derived_key(base.key, exactly, made),
        encode=lambda value, room: base.encode(exactly(value), room),
        decode=decode,
    )


def _derived_key(
    key: Key | None,
    to: Callable[[object], object],
    of: Callable[[object], object],
) -> Key | None:
    if key is None:
        return None
    text_to, text_of = key.to, key.of
    return Key(lambda value: text_to(to(value)), lambda text: of(text_of(text)))


def complete_registered(
    codec: Codec, kind: type, *, entry: Registration, inner: Codec
) -> None:
    """Give the codec of a registered class the form of what it is made of.

    Args:
        codec: to complete; it may stand in ``inner`` itself.
        kind: the class.
        entry: what was registered.
        inner: the codec of the type between.
    """
    convert, read, name = encoder(inner), decoder(inner), codec.name

    def to(value: object) -> object:
        if not isinstance(value, kind):
            raise Misfit(described(value), name)
        try:
            return entry.to(value)
        except Exception as error:
            raise Misfit(f"{described(value)} ({said(error)})", name) from error

    def of(value: object) -> object:
        try:
            return entry.of(value)
        except Exception as error:
            raise Misfit(f"what {name} refuses ({said(error)})", name) from error

    def encode(value: object, room: int) -> Plain:
        if not room:
            raise TooDeep
        return convert(to(value), room - 1)

    def decode(plain: object, room: int) -> object:
        if not room:
            raise TooDeep
        return of(read(plain, room - 1))

    codec.encode, codec.decode = encode, decode
    codec.key = _derived_key(inner.key, to, of)
