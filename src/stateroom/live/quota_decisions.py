"""What a quota tells a recorder of a decision."""

from __future__ import annotations

from stateroom import signals
from stateroom.live.kinds import Place
from stateroom.live.quota_grants import Grant
from stateroom.live.quota_rules import QuotaRule, Windows

__all__ = ("decided",)


def decided(
    place: Place, rule: QuotaRule, grant: Grant, *, calls: int
) -> signals.QuotaDecided:
    """Return what is told: nothing of whose quota it is, or how far it is used."""
    return signals.QuotaDecided(
        namespace=place.namespace,
        item=place.item,
        is_allowed=grant.is_allowed,
        is_soft=grant.is_soft,
        calls=calls,
        limit=f"{rule.limit}/{_period(rule)}",
        origin=grant.origin,
    )


def _period(rule: QuotaRule) -> str:
    timing = rule.timing
    if isinstance(timing, Windows):
        return timing.period
    return f"{timing.period_us / 10**6:g}s"
