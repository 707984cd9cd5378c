"""How long an entry may be served, and what is done about its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from stateroom.errors import InvalidValue

__all__ = ("LEASE_LEAST_MS", "LEASE_MOST_MS", "Policy", "lease_for", "milliseconds")

LEASE_LEAST_MS, LEASE_MOST_MS = 2_000, 30_000
"""Bounds of a lease: one that dies with its holder delays others by no more."""
LONGEST_S = 100 * 365 * 86_400
"""A century; more is a mistake, and in the end more than Redis can count."""
LEASE_COSTS = 4
"""A lease lasts so many times the load that it guards, and is renewed while it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for the entries of one function. All times in milliseconds.

    Attributes:
        ttl_ms: fresh for so long after its load began, shortened by the jitter.
        stale_ms: after that, still served for so long while it is refreshed.
        error_ms: after that, served for so long only when a load fails.
        negative_ms: instead of ``ttl_ms`` for what ``keep`` refuses; 0 stores no such.
        early: weight of early refresh; 0 turns it off, 1 is the paper's default.
        jitter: part of the TTL that is taken off at random, 0 to 1, so that entries
            written together do not end together. It never lengthens a life.
        load_timeout_ms: a load that takes longer is given up; 0 never.
        soft_timeout_ms: after so long a load goes on in the background, and its caller
            gets what was there before; 0 never.
        wait_ms: the longest wait for a load of another process.
    """

    ttl_ms: int
    stale_ms: int = 0
    error_ms: int = 0
    negative_ms: int = 0
    early: float = 1.0
    jitter: float = 0.1
    load_timeout_ms: int = 0
    soft_timeout_ms: int = 0
    wait_ms: int = 30_000

    @property
    def kept_ms(self) -> int:
        """How long an entry exists at most."""
        return self.ttl_ms + max(self.stale_ms, self.error_ms)

    def lives(self, *, is_kept: bool, draw: float) -> tuple[int, int]:
        """Return for how long a new entry is fresh, and for how long it exists."""
        fresh = self.ttl_ms if is_kept else min(self.negative_ms, self.ttl_ms)
        fresh = max(1, round(fresh * (1 - self.jitter * draw))) if fresh else 0
        return fresh, fresh + (max(self.stale_ms, self.error_ms) if is_kept else 0)


def lease_for(cost_ms: int) -> int:
    """Return how long a lease lasts whose load is expected to take ``cost_ms``."""
    return min(max(LEASE_COSTS * cost_ms, LEASE_LEAST_MS), LEASE_MOST_MS)


def milliseconds(value: object, name: str, *, least: int = 0) -> int:
    """Read a time that was given in seconds, as a number or a ``timedelta``."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if (
        isinstance(seconds, int | float)
        and not isinstance(seconds, bool)
        and -LONGEST_S <= seconds <= LONGEST_S  # no NaN either
        and round(seconds * 1000) >= least
    ):
        return round(seconds * 1000)
    raise InvalidValue(
        f"{name} is no time that an entry can have",
        found=repr(value),
        allowed=f"seconds, at least {least / 1000:g}, or a timedelta",
    )
