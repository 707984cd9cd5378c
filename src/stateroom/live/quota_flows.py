"""What is done with a quota in Redis.

take ── fits below the bound ──────────► counted, and allowed
    ╲─ does not ───────────────────────► not counted; when to ask again
    ╲─ Redis is away ──────────────────► raised, allowed or denied, as was declared
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TypeAlias

from stateroom import signals
from stateroom.errors import InvalidValue, Unavailable, UsageError
from stateroom.flows import Flow
from stateroom.live.calendars import as_datetime
from stateroom.live.effects import command, now_ms
from stateroom.live.kinds import Place
from stateroom.live.quota_decisions import decided
from stateroom.live.quota_grants import Grant, Grants, Usage, exceeded
from stateroom.live.quota_rates import RATE_KEY, give_back_at, read_rate, take_at
from stateroom.live.quota_rules import QuotaRule, Windows
from stateroom.live.quota_scripts import REMEMBERED_MS
from stateroom.live.quota_windows import (
    avoid_in,
    give_back_to,
    read_window,
    take_from,
)
from stateroom.live.refusals import refused

__all__ = (
    "Held",
    "avoid",
    "give_all_back",
    "give_back",
    "read",
    "require",
    "require_all",
    "reset",
    "take",
    "take_all",
)

Held: TypeAlias = tuple[Place, QuotaRule]
"""One quota: where it stands, and what was declared."""

GIVE_BACK_MS = 3_600_000
"""How long after it was taken a call can be given back."""
RETRY_S = 1.0
"""When to ask again while Redis is away: then it is asked again, too."""
MOST_AVOIDED = 2**53 - 1


def take(
    place: Place, rule: QuotaRule, *, calls: int = 1, is_soft: bool = False
) -> Flow[Grant]:
    """Count calls if they may be made; ``is_soft``: below the soft limit only."""
    _check(rule, calls, least=1, most=rule.most)
    timing, bound = rule.timing, rule.bound(is_soft=is_soft)
    now = yield from now_ms()
    try:
        if isinstance(timing, Windows):
            grant = yield from take_from(
                timing, place, rule, calls=calls, bound=bound, now=now
            )
        else:
            grant = yield from take_at(
                timing, place, rule, calls=calls, bound=bound, now=now
            )
    except Unavailable:
        if rule.on_unavailable == "raise":
            raise
        grant = _alone(rule, calls, now)
    else:
        if rule.outage.is_on:
            rule.outage.ended(rule.name)
    if signals.recorder is not None:
        signals.recorder(decided(place, rule, grant, calls=calls))
    return grant


def require(
    place: Place, rule: QuotaRule, *, calls: int = 1, is_soft: bool = False
) -> Flow[Grant]:
    """Take, or raise ``QuotaExceeded``."""
    grant = yield from take(place, rule, calls=calls, is_soft=is_soft)
    if not grant.is_allowed:
        raise exceeded(grant)
    return grant


def take_all(
    held: Sequence[Held], *, calls: int = 1, is_soft: bool = False
) -> Flow[Grants]:
    """Take of each in turn; what was taken is given back when one of them refuses.

    They stand in different slots of a cluster, so this is no single step: meanwhile
    others may find a call counted that is then not made. Never the other way round.
    """
    taken: list[Grant] = []
    try:
        for place, rule in held:
            grant = yield from take(place, rule, calls=calls, is_soft=is_soft)
            taken.append(grant)
            if not grant.is_allowed:
                break
    except GeneratorExit:
        raise
    except BaseException:  # also a cancellation
        yield from _undo(held, taken)
        raise
    if not taken[-1].is_allowed:
        yield from _undo(held, taken)
    return Grants(tuple(taken))


def require_all(
    held: Sequence[Held], *, calls: int = 1, is_soft: bool = False
) -> Flow[Grants]:
    """Take of each, or raise ``QuotaExceeded`` of the one that refused."""
    grants = yield from take_all(held, calls=calls, is_soft=is_soft)
    if grants.refused is not None:
        raise exceeded(grants.refused)
    return grants


def give_back(place: Place, rule: QuotaRule, grant: Grant) -> Flow[bool]:
    """Count calls no more that were not made; say whether they counted until now."""
    found: object = grant  # whatever somebody passes
    if not isinstance(found, Grant):
        raise refused(f"{rule.name}: not a grant", found, "what take has returned")
    if grant.name != rule.name:
        raise UsageError(f"{rule.name}: a grant of another quota: {grant.name}")
    receipt = grant.receipt
    if receipt is None:
        return False
    now = yield from now_ms()
    once = (receipt.taken_ms, now - GIVE_BACK_MS, now - REMEMBERED_MS, REMEMBERED_MS)
    if isinstance(rule.timing, Windows):
        return (yield from give_back_to(place, receipt, now=now, once=once))
    return (yield from give_back_at(rule.timing, place, receipt, now=now, once=once))


def give_all_back(held: Sequence[Held], grants: Grants) -> Flow[bool]:
    """Give back to each; say whether the calls counted until now."""
    found: object = grants  # whatever somebody passes
    if not isinstance(found, Grants):
        names = ", ".join(rule.name for _, rule in held)
        raise refused(f"{names}: not grants", found, "what take has returned")
    given = False
    for (place, rule), grant in zip(held, grants.each, strict=False):
        given |= yield from give_back(place, rule, grant)
    return given


def avoid(place: Place, rule: QuotaRule, calls: int) -> Flow[None]:
    """Count calls that were not necessary."""
    timing = rule.timing
    if not isinstance(timing, Windows):
        raise UsageError(
            f"{rule.name}: avoided calls of a smooth rate, which has no window",
            hint='count them by a quota with a calendar: per="month"',
        )
    _check(rule, calls, least=0, most=MOST_AVOIDED)
    now = yield from now_ms()
    yield from avoid_in(timing, place, calls=calls, now=now)


def read(place: Place, rule: QuotaRule) -> Flow[Usage]:
    """Return how far a quota has been used; nothing is counted."""
    now = yield from now_ms()
    if isinstance(rule.timing, Windows):
        return (yield from read_window(rule.timing, place, rule, now=now))
    return (yield from read_rate(rule.timing, place, rule, now=now))


def reset(place: Place) -> Flow[None]:
    """Begin to count anew."""
    yield from command("DEL", place.key, place.beside(RATE_KEY), place.beside("back"))


def _undo(held: Sequence[Held], taken: Sequence[Grant]) -> Flow[None]:
    for (place, rule), grant in zip(held, taken, strict=False):
        with contextlib.suppress(Unavailable):  # then it stays counted
            yield from give_back(place, rule, grant)


def _alone(rule: QuotaRule, calls: int, now: int) -> Grant:
    """Decide without Redis, as was declared."""
    is_allowed = rule.on_unavailable == "allow"
    rule.outage.decided(rule.name, "allow" if is_allowed else "deny", calls)
    timing = rule.timing
    end_ms = timing.at(now).end_ms if isinstance(timing, Windows) else now
    return Grant(
        name=rule.name,
        is_allowed=is_allowed,
        is_soft=False,
        used=0,
        remaining=0,
        limit=rule.limit,
        resets_at=as_datetime(end_ms).astimezone(rule.zone),
        retry_after=0.0 if is_allowed else RETRY_S,
        origin="allowed" if is_allowed else "denied",
    )


def _check(rule: QuotaRule, calls: object, *, least: int, most: int) -> None:
    is_count = isinstance(calls, int) and not isinstance(calls, bool)
    if not is_count or not isinstance(calls, int) or not least <= calls <= most:
        raise InvalidValue(
            f"{rule.name}: not a number of calls",
            found=repr(calls)[:80],
            allowed=f"an int, {least} to {most}",
        )
