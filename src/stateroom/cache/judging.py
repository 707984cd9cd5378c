"""Judges what may be done with a stored entry: served, refreshed, or neither.

Everything here is a function of its arguments: the caller passes the time and the
random draw.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping

from stateroom.cache.envelope import VERSION_BYTES, Envelope
from stateroom.cache.policy import Policy

__all__ = ("Verdict", "are_current", "judge", "missing_from", "refresh_lead_ms")


class Verdict(enum.Enum):
    """What may be done with an entry."""

    FRESH = "serve it"
    EARLY = "serve it, and refresh it before it ends"
    STALE = "serve it, and refresh it"
    FALLBACK = "load, and serve it only if that fails"
    DEAD = "it is not there"


def judge(entry: Envelope, now_ms: int, policy: Policy, draw: float) -> Verdict:
    """Say what may be done with ``entry`` at ``now_ms``; its tags aside.

    A soft expiry may have been moved past the TTL: then a refresh has just failed, and
    the entry rests before the next one.

    Args:
        entry: what was read.
        now_ms: milliseconds since the epoch.
        policy: of the function that asks.
        draw: uniform in (0, 1].
    """
    if entry.is_failed or now_ms >= entry.hard_ms:
        return Verdict.DEAD
    ends_ms = entry.created_ms + policy.ttl_ms
    overdue = now_ms - min(entry.soft_ms, ends_ms)
    remaining = min(entry.soft_ms, entry.hard_ms) - now_ms
    if remaining > 0 and now_ms >= ends_ms:
        is_over = overdue >= max(policy.stale_ms, policy.error_ms)
        return Verdict.DEAD if is_over else Verdict.FRESH
    if remaining > 0:
        lead = refresh_lead_ms(entry.cost_ms, policy.early, draw)
        return Verdict.EARLY if lead >= remaining else Verdict.FRESH
    if overdue < policy.stale_ms:
        return Verdict.STALE
    return Verdict.FALLBACK if overdue < policy.error_ms else Verdict.DEAD


def refresh_lead_ms(cost_ms: int, weight: float, draw: float) -> float:
    """Return how long before the end of an entry this reader refreshes it.

    Readers decide independently, each with its own draw, so that they do not all
    come at once; what is dear to load is refreshed earlier.

    Args:
        cost_ms: how long the last load took.
        weight: > 1 refreshes earlier, < 1 later, 0 never early.
        draw: uniform in (0, 1].

    Source:
        Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede
        Prevention. PVLDB 8(8), 2015 (the XFetch rule).
    """
    return -cost_ms * weight * math.log(draw)


def are_current(
    tags: tuple[tuple[bytes, bytes], ...], versions: Mapping[bytes, bytes | None]
) -> bool:
    """Say whether every tag still has the version that it had before the load.

    A tag without a version was invalidated or lost: nothing that carries it counts.
    """
    for name, version in tags:
        found = versions.get(name)
        if found is None or found[:VERSION_BYTES] != version:
            return False
    return True


def missing_from(
    tags: tuple[tuple[bytes, bytes], ...], versions: Mapping[bytes, bytes | None]
) -> list[bytes]:
    """Return the names of tags whose version has not been asked for."""
    return [name for name, _ in tags if name not in versions]
