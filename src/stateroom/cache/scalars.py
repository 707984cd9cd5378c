"""Canonical bytes of values that contain no others, and the frames around all.

The grammar is in ``stateroom.cache.canonical``. Every frame says how long it is, so
that two rows of frames are the same bytes only if they are the same frames.
"""

from __future__ import annotations

import dataclasses
import struct
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from stateroom.errors import InvalidValue

__all__ = (
    "NAMED",
    "Named",
    "Plain",
    "Where",
    "framed",
    "many",
    "pack_named",
    "pack_plain",
    "size",
    "text",
)

DEEPEST = 64
"""Containers inside each other: more than data has, and not near the stack's end."""
SIZE_BYTES = 8
FIXES = "name it in ignore=, or give its class a method __cache_key__()"
ALLOWED = (
    "plain values, containers, enums, dates, UUIDs, paths, dataclasses, structs, "
    "Pydantic models, and objects with __cache_key__()"
)

Plain: TypeAlias = bool | int | float | str | bytes | None
"""What msgpack has as well; here for those inside of containers, or too long for it."""
Named: TypeAlias = datetime | date | time | timedelta | Decimal | UUID
NAMED = frozenset({datetime, date, time, timedelta, Decimal, UUID})


@dataclasses.dataclass(frozen=True, slots=True)
class Where:
    """Where a value was met.

    Attributes:
        name: of the argument, for messages.
        outer: the containers around it, outermost first.
    """

    name: str
    outer: tuple[object, ...] = ()

    def inside(self, value: object) -> Where:
        """Return the place of what ``value`` contains.

        Raises:
            InvalidValue: it is too deep, as it is when a value contains itself.
        """
        if len(self.outer) < DEEPEST:
            return Where(self.name, (*self.outer, value))
        if any(each is value for each in self.outer):
            raise self.refused(value, "it contains itself")
        raise self.refused(value, f"it is nested deeper than {DEEPEST} levels")

    def refused(self, value: object, why: str = "") -> InvalidValue:
        """Return what to raise for ``value``. It is not shown: it may be a secret."""
        kind = type(value)
        home = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
        found = home + kind.__qualname__
        why = why or f"{found} has no canonical bytes"
        return InvalidValue(
            f"{self.name} cannot be part of a key: {why}",
            found=found,
            allowed=ALLOWED,
            hint=FIXES,
        )


def pack_plain(value: Plain) -> bytes:
    """Return the tagged bytes of a value whose exact type is one of ``Plain``."""
    match value:
        case None:
            return b"0"
        case bool():
            return b"T" if value else b"F"
        case int():
            length = value.bit_length() // 8 + 1  # with room for the sign
            return framed(b"i", value.to_bytes(length, "big", signed=True))
        case float():
            return framed(b"f", struct.pack(">d", value))
        case str():
            return text(b"s", value)
        case bytes():
            return framed(b"b", value)


def pack_named(value: Named, where: Where) -> bytes:
    """Return the tagged bytes of a value whose exact type is one of ``NAMED``."""
    match value:
        case datetime() | time():
            tag = b"d" if isinstance(value, datetime) else b"t"
            wall = f"{value.replace(tzinfo=None).isoformat()} {value.fold}"
            zone = _zone(value.tzinfo, value.utcoffset(), where)
            return many(tag, [text(b"s", wall), zone])
        case date():
            return text(b"D", value.isoformat())
        case timedelta():
            return _delta(value)
        case Decimal():
            # As written: 1.0 and 1.00 are equal, and print differently.
            return text(b"n", str(value))
        case UUID():
            return framed(b"u", value.bytes)


def _zone(zone: tzinfo | None, offset: timedelta | None, where: Where) -> bytes:
    """Name a zone, as arithmetic on one wall time differs between zones."""
    if zone is None:
        return b"0"
    # One that answers without being told a moment has the same offset for ever.
    fixed = zone.utcoffset(None)
    if fixed is not None:
        return many(b"z", [_delta(fixed), text(b"s", str(zone.tzname(None)))])
    # zoneinfo calls it key, pytz zone; pytz has made the offset part of the zone.
    name: object = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if not isinstance(name, str):
        raise where.refused(zone, f"its time zone has no name ({type(zone).__name__})")
    return many(b"Z", [_delta(offset), text(b"s", name)])


def _delta(value: timedelta | None) -> bytes:
    if value is None:
        return b"0"
    return text(b"l", f"{value.days} {value.seconds} {value.microseconds}")


def many(tag: bytes, parts: list[bytes]) -> bytes:
    """Frame parts by their number; each of them says itself where it ends."""
    return b"".join((tag, size(len(parts)), *parts))


def text(tag: bytes, content: str) -> bytes:
    """Frame text; half of a surrogate pair has bytes too, which UTF-8 denies it."""
    return framed(tag, content.encode("utf-8", "surrogatepass"))


def framed(tag: bytes, content: bytes) -> bytes:
    """Frame content by its length."""
    return tag + size(len(content)) + content


def size(number: int) -> bytes:
    """Return a length or a count, as it stands in a frame."""
    return number.to_bytes(SIZE_BYTES, "big")
