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
from stateroom.cache.compression import unsqueeze
from stateroom.cache.envelope import CHECKED_FROM, COMPRESSED, HEADER, MAGIC, NEGATIVE
from stateroom.cache.judging import refresh_lead_ms
from stateroom.cache.local import Local
from stateroom.cache.places import Place
from stateroom.cache.recipe import Recipe
from stateroom.cache.tally import Tally
from stateroom.codec.codecs import DecodeError

__all__ = ("MISS", "Miss", "PayloadOf", "local_hits", "payloads")

R = TypeVar("R")

LONGEST_LEAD = 37.0
"""No draw of 53 bits refreshes earlier than so many times the cost: -ln(2 ** -53)."""
_PLAIN = COMPRESSED | NEGATIVE


class Miss(enum.Enum):
    """What no function returns."""

    MISS = "nothing to serve"


MISS: Final = Miss.MISS

PayloadOf = Callable[[bytes, Place, Answer], bytes | Miss]
"""From what stands under a place's key, and the batch that it came in, to the payload
of a fresh, current and whole entry; ``MISS`` for all else."""


def payloads(  # noqa: C901 - the guards of one closure
    recipe: Recipe[R], draw: Callable[[], float]
) -> PayloadOf:
    """Return what finds the payloads of one recipe's entries.

    Args:
        recipe: of the function that asks.
        draw: gives a number in (0, 1], uniform; asked only near the end of a life.
    """
    if recipe.signing_keys:
        return _none  # a signature is looked at elsewhere, and one has to be there
    # Names of this scope are found faster than attributes of an object.
    unpack, header, crc32 = HEADER.unpack_from, HEADER.size, zlib.crc32
    codec_id, skip = recipe.codec.id, recipe.prefix_bytes
    early = recipe.policy.early
    longest_lead = early * LONGEST_LEAD

    def is_over(remaining: int, cost_ms: int) -> bool:
        return remaining <= 0 or refresh_lead_ms(cost_ms, early, draw()) >= remaining

    # Entries of one batch mostly have the same tags: how they read is kept at hand.
    # In one object, as several threads may look and write.
    last: tuple[Answer | None, tuple[bytes, ...], bytes | None] = (None, (), None)

    def payload_of(  # noqa: PLR0911 - each guard on its own, the cheapest first
        raw: bytes, place: Place, answer: Answer
    ) -> bytes | Miss:
        nonlocal last
        if len(raw) < header:
            return MISS
        (magic, flags, crc, soft, _, hard, _, _, cost, size, codec,
         length) = unpack(raw)  # fmt: skip
        # One of another format is looked at elsewhere.
        if magic != MAGIC or flags & ~_PLAIN or codec != codec_id:
            return MISS
        remaining = min(soft, hard) - answer.now_ms
        if remaining <= cost * longest_lead and is_over(remaining, cost):
            return MISS
        start = header + length
        tags = place.seen
        kept = last
        if kept[0] is not answer or kept[1] is not tags:
            last = kept = (answer, tags, answer.expected(tags, skip))
        if raw[header:start] != kept[2]:
            return MISS
        begun = crc32(place.value, flags) if flags else place.crc
        if crc32(raw[CHECKED_FROM:], begun) != crc:
            return MISS
        if flags & COMPRESSED:
            return _larger(raw[start:], size)
        return raw[start:] if len(raw) - start == size else MISS

    return payload_of


def local_hits(
    local: Local,
    tally: Tally,
    decode: Callable[[bytes], R],
    monotonic: Callable[[], float],
) -> Callable[[Place], R | Miss]:
    """Return what finds the local copies of one recipe's entries.

    Args:
        local: the copies of this process.
        tally: counts the hits.
        decode: of payloads that were decoded once already.
        monotonic: gives seconds.
    """
    get = local.copies.get
    is_current = local.is_current

    def found_local(place: Place) -> R | Miss:
        copy = get(place.value)
        if copy is None:
            return MISS
        now = monotonic()
        if now >= copy.fresh_until or now >= local.trusted_until:
            return MISS
        if copy.mark != local.mark and not is_current(copy):
            return MISS
        copy.is_used = True
        tally.local += 1
        value = copy.value
        # Only what nobody can change is handed out as it is.
        return value if copy.is_shared else decode(value)  # type: ignore[arg-type,return-value]

    return found_local


def _none(raw: bytes, place: Place, answer: Answer) -> Miss:
    """Answer for a recipe whose entries are all looked at elsewhere."""
    del raw, place, answer
    return MISS


def _larger(payload: bytes, size: int) -> bytes | Miss:
    try:
        return unsqueeze(payload, size=size)
    except DecodeError:
        return MISS
