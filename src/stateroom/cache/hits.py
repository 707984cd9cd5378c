"""The hit: from the bytes of a batch to a value, without a flow.

This is the code that every cached read runs, so it builds no object that it need not:
it answers a fresh entry with its value and anything else with ``MISS``; what the miss
is, is then judged at leisure.
"""

from __future__ import annotations

import enum
import zlib
from collections.abc import Callable
from typing import Final, TypeVar

from stateroom.cache.batching import Answer
from stateroom.cache.codecs import DecodeError
from stateroom.cache.compression import unsqueeze
from stateroom.cache.envelope import CHECKED_FROM, COMPRESSED, HEADER, MAGIC, NEGATIVE
from stateroom.cache.judging import refresh_lead_ms
from stateroom.cache.places import Place
from stateroom.cache.recipe import Recipe

__all__ = ("MISS", "Miss", "payload_of")

R = TypeVar("R")

LONGEST_LEAD = 37.0
"""No draw of 53 bits refreshes earlier than so many times the cost: -ln(2 ** -53)."""
_PLAIN = COMPRESSED | NEGATIVE
_unpack = HEADER.unpack_from
_header_bytes = HEADER.size
_crc32 = zlib.crc32


class Miss(enum.Enum):
    """The one value that no function returns."""

    MISS = "miss"


MISS: Final = Miss.MISS


def payload_of(
    raw: bytes,
    place: Place,
    answer: Answer,
    recipe: Recipe[R],
    now_ms: int,
    draw: Callable[[], float],
) -> bytes | Miss:
    """Return the payload of a fresh, current and whole entry; ``MISS`` for all else.

    Args:
        raw: what stands under the place's value key.
        place: of the entry.
        answer: the batch that ``raw`` came in, for the versions of the tags.
        recipe: of the function that asks.
        now_ms: milliseconds since the epoch.
        draw: gives a number in (0, 1], uniform; asked only near the end of a life.
    """
    if len(raw) < _header_bytes:
        return MISS
    (magic, flags, crc, soft, created, _, _, _, cost, size, codec,
     length) = _unpack(raw)  # fmt: skip
    # Only a signed entry, or one of another format, has more flags: not our business.
    if magic != MAGIC or flags & ~_PLAIN or codec != recipe.codec.id:
        return MISS
    policy = recipe.policy
    remaining = min(soft, created + policy.ttl_ms) - now_ms
    if remaining <= cost * policy.early * LONGEST_LEAD and (
        remaining <= 0 or refresh_lead_ms(cost, policy.early, draw()) >= remaining
    ):
        return MISS
    start = _header_bytes + length
    if raw[_header_bytes:start] != answer.expected(place.seen, recipe.prefix_bytes):
        return MISS
    if _crc32(raw[CHECKED_FROM:], _crc32(place.value, flags)) != crc:
        return MISS
    payload = raw[start:]
    if flags & COMPRESSED:
        try:
            return unsqueeze(payload, size=size)
        except DecodeError:
            return MISS
    return payload if len(payload) == size else MISS
