"""Typed values in Redis: written by what was declared, and read by that alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

import msgspec

from stateroom.codec import Codec, DecodeError
from stateroom.codec.codecs import MSGPACK
from stateroom.errors import Unavailable, Undecodable
from stateroom.live.kinds import Place
from stateroom.live.refusals import refused

__all__ = ("life_ms", "read_value", "replies_of", "write_member", "write_value")

T = TypeVar("T")
_ORDERED = msgspec.msgpack.Encoder(order="deterministic")
LONGEST_MS = 100 * 366 * 86_400_000
"""A life of more than a hundred years has no end; Redis would not take it."""

READABLE = "what an older release wrote is read by fields that have defaults"


def write_value(codec: Codec[T], value: T) -> bytes:
    """Return the bytes of a value.

    Raises:
        UsageError: it is not of the declared type, or would come back as another.
    """
    payload, _ = codec.settle(value)
    return payload


def write_member(codec: Codec[T], value: T) -> bytes:
    """Return the bytes of a value that Redis is to find again by them.

    Equal values have the same bytes, in every process: sets and dicts are in order,
    and a whole number where a float is declared is a float.

    Raises:
        UsageError: as ``write_value``.
    """
    _, back = codec.settle(value)
    return _ORDERED.encode(back) if codec.id == MSGPACK else codec.encode(back)


def read_value(codec: Codec[T], data: object, place: Place) -> T:
    """Return the value of bytes that stand in Redis.

    Raises:
        Undecodable: they are not of the declared type. They are left as they are.
    """
    if not isinstance(data, bytes):
        raise Unavailable(f"{place}: a reply of another kind: {data!r:.80}")
    try:
        return codec.decode(data)
    except DecodeError as error:
        raise Undecodable(
            f"{place.item}: what stands in Redis is {error}",
            key=str(place),
            hint=f"delete it, or declare a type that reads it: {READABLE}",
        ) from error


def replies_of(reply: object) -> Sequence[object]:
    """Return a reply that is an array.

    Raises:
        Unavailable: it is none: this is no Redis, or half of one.
    """
    if isinstance(reply, list):
        return reply
    raise Unavailable(f"a reply of another kind: {reply!r:.80}")


def life_ms(life: float | timedelta | None, what: str) -> int:
    """Return a life in ms; 0 for one without an end.

    Args:
        life: seconds, or a duration; None for no end.
        what: it is, for messages: ``"expires"``.

    Raises:
        InvalidValue: it is none, not above 0, or longer than a hundred years.
    """
    if life is None:
        return 0
    found: object = life.total_seconds() if isinstance(life, timedelta) else life
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    if is_number and isinstance(found, int | float) and 0 < found <= LONGEST_MS:
        ms = round(found * 1000)
        if 0 < ms <= LONGEST_MS:
            return ms
    allowed = "seconds above 0, of a hundred years at most, or None"
    raise refused(f"{what} is no life", life, allowed)
