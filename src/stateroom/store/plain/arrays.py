"""The plain forms of lists, tuples, sets and what else is an array in JSON.

Members of a set are sorted, so that equal states have equal forms in every process.
A place that allows more than one kind of container, as ``Sequence[int]`` does, has a
list as it is, and marks the others: ``{"$tuple": [1, 2]}``.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Collection
from itertools import repeat
from typing import Final, NamedTuple, TypeVar, cast

from stateroom.store.plain.codecs import (
    Build,
    Codec,
    Plain,
    converted,
    decoder,
    encoder,
    is_all,
)
from stateroom.store.plain.misfits import MEMBER, Misfit, TooDeep, described

T = TypeVar("T")

__all__ = ("ABSTRACT", "ARRAYS", "array_codec", "tuple_codec")

ABSTRACT: Final[dict[type, tuple[type, ...]]] = {
    abc.Collection: (list, tuple, set, frozenset),
    abc.Iterable: (list, tuple, set, frozenset),
    abc.MutableSequence: (list,),
    abc.MutableSet: (set,),
    abc.Reversible: (list, tuple),
    abc.Sequence: (list, tuple),
    abc.Set: (set, frozenset),
}
"""What may stand where an abstract class is asked for."""


class Array(NamedTuple):
    """How a container is an array.

    Attributes:
        make: decoded members -> container; raises ``Misfit``.
        is_set: whether members have no order.
    """

    make: Callable[[list[object]], object]
    is_set: bool = False


def _same(values: list[object]) -> object:
    return values


def _unique(make: Callable[[list[object]], Collection[object]]) -> Array:
    def checked(values: list[object]) -> object:
        found: set[object] = set()
        try:
            made = make(values)
        except Exception as error:
            raise _unhashable(values) from error
        if len(made) == len(values):
            return made
        for n, value in enumerate(values):
            if value in found:
                misfit = Misfit(f"{described(value)} a second time", "each member once")
                misfit.at(n)
                raise misfit
            found.add(value)
        return made

    return Array(checked, is_set=True)


def _unhashable(values: list[object]) -> Misfit:
    for n, value in enumerate(values):
        try:
            hash(value)
        except Exception:
            misfit = Misfit(described(value), "a member that can be hashed")
            misfit.at(n)
            return misfit
    return Misfit("members", "members that can be compared")


ARRAYS: Final[dict[type, Array]] = {
    list: Array(_same),
    tuple: Array(tuple),
    set: _unique(set),
    frozenset: _unique(frozenset),
}
"""Class -> how it is an array."""


def _shape(kind: type, name: str) -> Codec:
    return Codec(
        name=name,
        shapes=frozenset({"array"}),
        classes=(kind,),
        tag=f"${kind.__name__}",
        is_natural=kind is list,
    )


def array_codec(build: Build, kind: type, *, name: str, item: Codec) -> Codec:
    """Return the codec of a container whose members are all of one type."""
    codec = _shape(kind, name)
    array = ARRAYS[kind]
    take = _encoded_set(item) if array.is_set else _encoded(item)
    read = decoder(item)

    def encode(value: object, room: int) -> Plain:
        if not isinstance(value, kind):
            raise Misfit(described(value), name)
        if not room:
            raise TooDeep
        return take(list(cast("Collection[object]", value)), room - 1)

    def decode(plain: object, room: int) -> object:
        if not isinstance(plain, list):
            raise Misfit(described(plain), f"{name} as an array")
        if not room:
            raise TooDeep
        if is_all(item, plain):
            return array.make(list(plain))
        return array.make(converted(read, plain, room=room - 1))

    codec.encode, codec.decode = build.kept(encode), decode
    return codec


Take = Callable[[list[object], int], Plain]


def _encoded(item: Codec) -> Take:
    convert = encoder(item)

    def take(values: list[object], room: int) -> Plain:
        if is_all(item, values):
            return cast("Plain", values)
        return converted(convert, values, room=room)

    return take


def _encoded_set(item: Codec) -> Take:
    convert = encoder(item)

    def take(values: list[object], room: int) -> Plain:
        steps = cast("list[object]", list(repeat(MEMBER, len(values))))
        return _sorted(converted(convert, values, room=room, steps=steps))

    return take


def _sorted(values: list[Plain]) -> list[Plain]:
    kinds = set(map(type, values))
    if kinds <= {str} or kinds <= {int, float}:
        values.sort()
    else:
        values.sort(key=repr)
    return values


def tuple_codec(build: Build, *, name: str, items: tuple[Codec, ...]) -> Codec:
    """Return the codec of a tuple with a type for each place."""
    codec = _shape(tuple, name)
    takes = tuple(map(encoder, items))
    reads = tuple(map(decoder, items))

    def encode(value: object, room: int) -> Plain:
        if not isinstance(value, tuple) or len(value) != len(takes):
            raise Misfit(_counted(value), name)
        if not room:
            raise TooDeep
        return _each(takes, value, room - 1)

    def decode(plain: object, room: int) -> object:
        if not isinstance(plain, list) or len(plain) != len(reads):
            raise Misfit(_counted(plain), f"{name} as an array of {len(reads)}")
        if not room:
            raise TooDeep
        return tuple(_each(reads, plain, room - 1))

    codec.encode, codec.decode = build.kept(encode), decode
    return codec


def _each(
    converts: tuple[Callable[[object, int], T], ...],
    values: Collection[object],
    room: int,
) -> list[T]:
    made: list[T] = []
    try:
        for convert, value in zip(converts, values, strict=True):
            made.append(convert(value, room))
    except Misfit as misfit:
        misfit.at(len(made))
        raise
    return made


def _counted(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"{described(value)} of {len(value)}"
    return described(value)
