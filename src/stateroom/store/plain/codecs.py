"""What turns values of one type into their plain form and back, and its parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import length_hint
from typing import Final, Protocol, TypeAlias, TypeVar

from stateroom.store.plain.misfits import Misfit

__all__ = (
    "ANYTHING",
    "TEXTS",
    "Build",
    "Codec",
    "Decode",
    "Encode",
    "Key",
    "Plain",
    "converted",
    "decoder",
    "encoder",
    "is_all",
)

T = TypeVar("T")

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"
"""What JSON can say: integers within ±(2**53 - 1) and finite floats only."""

Encode: TypeAlias = Callable[[object, int], Plain]
"""``encode(value, room)``: ``room`` is how many more levels of nesting may follow."""
Decode: TypeAlias = Callable[[object, int], object]
"""``decode(plain, room)``; raises ``Misfit`` and, if the stack ends, RecursionError."""

ANYTHING: Final = frozenset({"null", "bool", "int", "float", "text", "array", "object"})
"""Shapes of a value about which nothing is known."""
TEXTS: Final = frozenset({str})


def _no_short_cut(_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Key:
    """How a value stands as the key of an object.

    Attributes:
        to: value -> text.
        of: text -> value; raises ``Misfit``.
        all_to: the same for many at once where that is quick; None where it is not.
        all_of: the reverse.
    """

    to: Callable[[object], str]
    of: Callable[[str], object]
    all_to: Callable[[list[object]], list[str] | None] = _no_short_cut
    all_of: Callable[[list[str]], list[object] | None] = _no_short_cut


def _pending(_: object, __: int) -> Plain:
    raise RuntimeError("a codec was used before it was made")


@dataclass(slots=True, eq=False, kw_only=True)
class Codec:
    """One type's plain form.

    Attributes:
        name: the type as errors and tags show it, e.g. ``"list[int]"``.
        shapes: what the plain form can look like: JSON's own kinds of value, and the
            one key of an object that is a tag, as ``"$int"``.
        classes: of the values that it takes.
        tag: marks the form where something else looks like it, as ``"$set"``. Where
            it is empty the mark is ``$type`` with the name.
        mark: what stands under ``$type`` instead of the name, if not empty.
        alias: the name of the class with its module, for places without a type.
        is_natural: whether the form is the one a reader would expect of JSON itself,
            so that it needs no mark beside others.
        is_record: whether the form is an object of fields, so that ``$type`` can stand
            among them.
        is_untyped: whether it takes any value, each marked by what it is.
        choices: of a record, key -> the texts that a ``Literal`` there allows, which
            may tell it from other records.
        as_is: classes of values that are their own plain form, if they fit, and of
            plain values that are their own value.
        fits: whether all of many values of these classes are their own plain form;
            None when they always are.
        key: how values stand as keys; None when they cannot.
        encode: value -> plain.
        decode: plain -> value.
    """

    name: str
    shapes: frozenset[str]
    classes: tuple[type, ...]
    tag: str = ""
    mark: str = ""
    alias: str = ""
    is_natural: bool = False
    is_record: bool = False
    is_untyped: bool = False
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    as_is: frozenset[type] = frozenset()
    fits: Callable[[Collection[object]], bool] | None = None
    key: Key | None = None
    encode: Encode = _pending
    decode: Decode = _pending

    def misfit(self, found: str, *, hint: str = "") -> Misfit:
        """Return the error about what was found instead."""
        return Misfit(found, self.name, hint=hint)


class Build(Protocol):
    """What the maker of a codec is given: the way to the codecs of its parts."""

    @property
    def drops_unknown(self) -> bool:
        """Whether fields that no type knows are ignored when they are read."""
        ...

    def codec(self, form: object, module: str) -> Codec:
        """Return the codec of an annotation; ``module`` is where its names mean it."""
        ...

    def kept(self, encode: Encode) -> Encode:
        """Return ``encode``, or one that remembers the form of frozen values."""
        ...


def encoder(codec: Codec) -> Encode:
    """Return the function that encodes, also while its codec is being made."""
    if codec.encode is not _pending:
        return codec.encode

    def later(value: object, room: int) -> Plain:
        return codec.encode(value, room)

    return later


def decoder(codec: Codec) -> Decode:
    """Return the function that decodes, also while its codec is being made."""
    if codec.decode is not _pending:
        return codec.decode

    def later(plain: object, room: int) -> object:
        return codec.decode(plain, room)

    return later


def is_all(codec: Codec, values: Collection[object]) -> bool:
    """Say whether all of ``values`` stand as they are, in both directions."""
    if not codec.as_is or not codec.as_is.issuperset(map(type, values)):
        return False
    return codec.fits is None or codec.fits(values)


def converted(
    convert: Callable[[object, int], T],
    values: list[object],
    *,
    room: int,
    steps: Sequence[object] | None = None,
) -> list[T]:
    """Return every value converted; a misfit learns where among them it happened.

    Args:
        convert: an encoder or a decoder.
        values: of a container.
        room: levels that may follow.
        steps: what leads to each value, if that is not its index.
    """
    rest = iter(values)
    try:
        return list(map(convert, rest, repeat(room)))
    except Misfit as misfit:
        index = len(values) - length_hint(rest) - 1
        misfit.at(index if steps is None else steps[index])
        raise
