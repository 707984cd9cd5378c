"""Typed values in Redis: written by what was declared, and read by that alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from stateroom.codec import Codec, DecodeError
from stateroom.errors import InvalidValue, Unavailable, Undecodable
from stateroom.live.kinds import Place

__all__ = ("life_ms", "read_value", "replies_of", "write_value")

T = TypeVar("T")

READABLE = "what an older release wrote is read by fields that have defaults"


def write_value(codec: Codec[T], value: T) -> bytes:
    """Return the bytes of a value.

    Raises:
        UsageError: it is not of the declared type, or would come back as another.
    """
    payload, _ = codec.settle(value)
    return payload


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
        InvalidValue: it is not above 0.
    """
    if life is None:
        return 0
    seconds = life.total_seconds() if isinstance(life, timedelta) else life
    ms = round(seconds * 1000)
    if ms <= 0:
        raise InvalidValue(
            f"{what} is no life", found=str(life), allowed="seconds above 0, or None"
        )
    return ms
