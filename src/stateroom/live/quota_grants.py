"""What a quota answers: whether a call may be made, and how far it has been used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from stateroom.errors import QuotaExceeded
from stateroom.live.quota_rules import Span

__all__ = ("Grant", "GrantOrigin", "Grants", "Receipt", "Usage", "exceeded")

GrantOrigin: TypeAlias = Literal["redis", "allowed", "denied"]
"""Who decided: Redis, or while it was away what ``on_unavailable`` says."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """By which counted calls can be given back; what is in it is of no other use."""

    count: bytes
    place: Span
    calls: int
    taken_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Whether calls may be made. It is true where they may: ``if calls.take(): ...``.

    Attributes:
        name: of the quota.
        is_allowed: whether they may.
        is_soft: allowed: the soft limit is exceeded with them; not allowed: only the
            soft limit is in the way.
        used: calls that count now, these included; 0 where Redis was away.
        remaining: calls that could be made now in addition; 0 where Redis was away.
        limit: calls that are never exceeded.
        resets_at: when the window ends; of a rate, when all of its burst is free again.
            Aware.
        retry_after: seconds until these calls would fit; 0 when they do.
        cost: of all calls of the window, when ``cost_per_call`` was declared; None also
            where Redis was away.
        origin: ``redis``; or ``allowed`` or ``denied`` without it.
        receipt: for ``give_back``; None where nothing was counted.
    """

    name: str
    is_allowed: bool
    is_soft: bool
    used: int
    remaining: int
    limit: int
    resets_at: datetime
    retry_after: float
    cost: Decimal | None = None
    origin: GrantOrigin = "redis"
    receipt: Receipt | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return self.is_allowed


@dataclass(frozen=True, slots=True)
class Grants:
    """Whether calls may be made, by several quotas. It is true where they may.

    Attributes:
        each: what the quotas said, in their order; when one of them refused, it is the
            last, and those before were given back.
    """

    each: tuple[Grant, ...]

    def __bool__(self) -> bool:
        return self.is_allowed

    @property
    def is_allowed(self) -> bool:
        """Whether all of them allow it."""
        return self.each[-1].is_allowed

    @property
    def is_soft(self) -> bool:
        """Whether a soft limit is exceeded, or in the way."""
        return any(each.is_soft for each in self.each)

    @property
    def refused(self) -> Grant | None:
        """What refused; None when all allow it."""
        last = self.each[-1]
        return None if last.is_allowed else last

    @property
    def retry_after(self) -> float:
        """Seconds until the one that refused would not; 0 when all allow it."""
        return self.each[-1].retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How far a quota has been used.

    Attributes:
        used: calls of this window; of a rate, those that still take up time.
        avoided: calls of this window that were not necessary; 0 for a rate.
        limit: calls that are never exceeded.
        soft: calls above which to take it easy; None for no such limit.
        remaining: calls that could be made now.
        resets_at: when the window ends; of a rate, when all of its burst is free again.
            Aware.
        spent: what the calls of this window cost; None where no cost was declared.
        saved: what the avoided ones would have cost; None as above.
        currency: of both, as it was declared.
    """

    used: int
    avoided: int
    limit: int
    soft: int | None
    remaining: int
    resets_at: datetime
    spent: Decimal | None = None
    saved: Decimal | None = None
    currency: str = ""


def exceeded(grant: Grant) -> QuotaExceeded:
    """Return what to raise instead of a call that was not allowed."""
    hint = ""
    if grant.origin == "denied":
        why = "Redis is away, and no call is made that it does not count"
    elif grant.is_soft:
        why = f"{grant.used} calls count; the rest, to {grant.limit}, is in reserve"
        hint = "serve what an earlier call returned; or call within quota.up_to_limit()"
    else:
        why = f"{grant.used} calls count, of at most {grant.limit}"
    return QuotaExceeded(
        f"{grant.name}: {why}; try again in {grant.retry_after:.15g} s, "
        f"all is free again at {grant.resets_at.isoformat(timespec='seconds')}",
        name=grant.name,
        retry_after=grant.retry_after,
        resets_at=grant.resets_at,
        is_soft=grant.is_soft,
        hint=hint,
    )
