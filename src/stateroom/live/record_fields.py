"""The fields of a record: which there are, and how each is written and read."""

from __future__ import annotations

import dataclasses
import difflib
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar, cast

import msgspec

from stateroom.codec import Codec, codec_for
from stateroom.errors import Undecodable, UsageError
from stateroom.live.kinds import Place
from stateroom.live.refusals import INT64, refused
from stateroom.live.values import READABLE, read_value, write_value

__all__ = ("Field", "Number", "RecordRule", "rule_of")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

NUMBERS: Final = (int, float)
Number = type[int] | type[float]


class _Maker(Protocol[T_co]):
    def __call__(self, **fields: object) -> T_co: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    Attributes:
        name: as it is declared.
        codec: writes and reads it; None for numbers, which Redis adds to itself.
        number: ``int`` or ``float``, for such a field.
        default: makes its value where it is not stored; None where there is none.
    """

    name: str
    codec: Codec[object] | None
    number: Number | None
    default: Callable[[], object] | None

    def write(self, value: object, where: str) -> bytes:
        """Return the bytes of a value of this field."""
        if self.codec is not None:
            return write_value(self.codec, value)
        if type(value) is int and -INT64 <= value < INT64:
            return repr(value).encode()
        if self.number is float and type(value) is float:
            return repr(value).encode()
        raise refused(
            f"{where}.{self.name}: not a number of the declared type",
            value,
            "an int of 64 bits, or a float" if self.number is float
            else "an int of 64 bits",
        )  # fmt: skip

    def read(self, data: bytes, place: Place) -> object:
        """Return the value of bytes of this field."""
        if self.codec is not None:
            return read_value(self.codec, data, place)
        try:
            return (self.number or int)(data)
        except ValueError as error:
            raise Undecodable(
                f"{place.item}.{self.name}: what stands in Redis is no number: "
                f"{data!r:.80}",
                key=str(place),
                hint=f"put the record anew; {READABLE}",
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule(Generic[T]):
    """What was declared of a record.

    Attributes:
        name: of the item.
        kind: the class of its value.
        fields: by their names.
        expires_ms: after which it goes, counted from the last change; 0 for never.
    """

    name: str
    kind: type[T]
    fields: Mapping[str, Field]
    expires_ms: int = 0

    @property
    def ends_in(self) -> int | str:
        """Milliseconds until it goes, as scripts take it."""
        return self.expires_ms or ""

    def write(self, value: T) -> list[bytes | str]:
        """Return names and bytes of all fields of a value.

        Raises:
            UsageError: it is not of the declared class, or a field is not of its type.
        """
        if type(value) is not self.kind:
            raise UsageError(
                f"{self.name}: found a {type(value).__name__}",
                hint=f"put a {self.kind.__name__}",
            )
        return self.write_some({each: getattr(value, each) for each in self.fields})

    def write_some(self, changes: Mapping[str, object]) -> list[bytes | str]:
        """Return names and bytes of some fields."""
        words: list[bytes | str] = []
        for name, value in changes.items():
            words += (name, self.field(name).write(value, self.name))
        return words

    def read(self, stored: Mapping[str, bytes], place: Place) -> T | None:
        """Return the value of stored fields; None where there are none.

        Raises:
            Undecodable: a field is not of its type, or one without a default is
                missing.
        """
        if not stored:
            return None
        found: dict[str, object] = {}
        for name, each in self.fields.items():
            if name in stored:
                found[name] = each.read(stored[name], place)
            elif each.default is None:
                raise Undecodable(
                    f"{place.item}.{name} is not stored, and has no default",
                    key=str(place),
                    hint="give it a default, or put the record anew",
                )
        make = cast("_Maker[T]", self.kind)
        try:
            return make(**found)
        except Exception as error:  # of a __post_init__ that checks
            raise Undecodable(
                f"{place.item}: what stands in Redis is no {self.kind.__name__}: "
                f"{error!r:.200}",
                key=str(place),
                hint="put the record anew, or let the class take it",
            ) from error

    def field(self, name: str) -> Field:
        """Return a field, or raise ``UsageError`` with the nearest name."""
        if not isinstance(name, str):
            raise refused(f"{self.name}: not the name of a field", name, "text")
        if name in self.fields:
            return self.fields[name]
        near = difflib.get_close_matches(name, self.fields, 1)
        raise UsageError(
            f"{self.name}: {self.kind.__name__} has no field {name!r}",
            hint=f"did you mean {near[0]}?" if near else ", ".join(self.fields),
        )

    def number_of(self, name: str) -> tuple[Number, object]:
        """Return the type of a field that can be added to, and where it begins."""
        field = self.field(name)
        if field.number is None:
            raise UsageError(
                f"{self.name}.{name} is no number that can be added to",
                hint="annotate it as int or float, or use change",
            )
        return field.number, 0 if field.default is None else field.default()


def rule_of(name: str, kind: type[T], *, expires_ms: int) -> RecordRule[T]:
    """Return the rule of a record of a class.

    Raises:
        UsageError: it is no dataclass and no Struct, or a field cannot be stored.
    """
    fields = {each.name: each for each in _fields(name, kind)}
    return RecordRule(name=name, kind=kind, fields=fields, expires_ms=expires_ms)


def _fields(where: str, kind: type) -> Iterator[Field]:
    if not isinstance(kind, type):
        raise UsageError(
            f"{where}: {kind!r:.80} is no class",
            hint="declare a record by its class: a dataclass or a msgspec Struct",
        )
    hints = typing.get_type_hints(kind, include_extras=True)
    if dataclasses.is_dataclass(kind):
        for each in dataclasses.fields(kind):
            if each.init:
                default = _default(each.default, each.default_factory)
                yield _field(where, each.name, hints[each.name], default)
        return
    if issubclass(kind, msgspec.Struct):
        for info in msgspec.structs.fields(kind):
            default = _default(info.default, info.default_factory)
            yield _field(where, info.name, hints[info.name], default)
        return
    raise UsageError(
        f"{where}: {kind.__name__} has no fields that are declared",
        hint="a record is a dataclass or a msgspec Struct",
    )


def _default(value: object, factory: object) -> Callable[[], object] | None:
    missing = (dataclasses.MISSING, msgspec.NODEFAULT)
    if factory not in missing:
        return cast("Callable[[], object]", factory)
    return None if value in missing else lambda: value


def _field(
    where: str, name: str, hint: object, default: Callable[[], object] | None
) -> Field:
    for number in NUMBERS:
        if hint is number:
            return Field(name, None, number, default)
    codec: Codec[object] = codec_for(hint, where=f"{where}.{name}")
    return Field(name, codec, None, default)
