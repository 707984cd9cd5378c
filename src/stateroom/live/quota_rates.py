"""Counts the calls of a quota that is a smooth rate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from stateroom.flows import Flow
from stateroom.live.calendars import as_datetime
from stateroom.live.effects import call, command, number
from stateroom.live.kinds import Place
from stateroom.live.quota_grants import Grant, Receipt, Usage
from stateroom.live.quota_replies import data, parts
from stateroom.live.quota_rules import Pace, QuotaRule, Span
from stateroom.live.quota_scripts import GIVE_RATE, RATE

__all__ = ("RATE_KEY", "give_back_at", "read_rate", "take_at")

SLACK_MS = 60_000
"""How long a rate is kept after it is free again: processes' clocks may be so far
behind."""
RATE_KEY = "rate"
"""A key of its own: so a release with a rate, and one with a calendar, both count."""


def take_at(
    pace: Pace, place: Place, rule: QuotaRule, *, calls: int, bound: int, now: int
) -> Flow[Grant]:
    """Count calls if they fit below ``bound`` that come at once."""
    spans = (*pace.span(calls), *pace.span(bound))
    words = (now * 1000, pace.limit, *spans, SLACK_MS)
    reply = yield from call(RATE, place.beside(RATE_KEY), words=words)
    is_allowed, q, r, *rest = parts(reply, 3)
    ahead = (number(q), number(r))
    used, remaining = pace.calls(ahead), pace.room(ahead)
    wait_ms = 0 if is_allowed else max(1, pace.wait_ms(ahead, calls, bound))
    return Grant(
        name=rule.name,
        is_allowed=bool(is_allowed),
        is_soft=rule.is_soft(used) if is_allowed else remaining >= calls,
        used=used,
        remaining=remaining,
        limit=rule.limit,
        resets_at=_free_at(pace, rule, ahead, now=now),
        retry_after=wait_ms / 1000,
        receipt=_receipt(rest, calls=calls, now=now) if is_allowed else None,
    )


def give_back_at(
    pace: Pace,
    place: Place,
    receipt: Receipt,
    *,
    now: int,
    once: tuple[int, int, int, int],
) -> Flow[bool]:
    """Count calls no more that were not made, as far as they have not passed by."""
    exact = (now * 1000, pace.limit, receipt.count)
    words = (*exact, *pace.span(receipt.calls), *receipt.place, *once)
    keys = (place.beside(RATE_KEY), place.beside("back"))
    return bool(number((yield from call(GIVE_RATE, *keys, words=words))))


def read_rate(pace: Pace, place: Place, rule: QuotaRule, *, now: int) -> Flow[Usage]:
    """Return how many calls take up time now."""
    reply = yield from command("HMGET", place.beside(RATE_KEY), "t", "r")
    end, rest = (number(each) if each is not None else 0 for each in parts(reply, 2))
    ahead: Span = (end - now * 1000, min(rest, pace.limit - 1))
    if ahead[0] < 0:
        ahead = (0, 0)
    return Usage(
        used=pace.calls(ahead),
        avoided=0,
        limit=rule.limit,
        soft=rule.soft,
        remaining=pace.room(ahead),
        resets_at=_free_at(pace, rule, ahead, now=now),
    )


def _receipt(rest: Sequence[object], *, calls: int, now: int) -> Receipt:
    count, q, r = parts(list(rest), 3)
    return Receipt(data(count), (number(q), number(r)), calls, now)


def _free_at(pace: Pace, rule: QuotaRule, ahead: Span, *, now: int) -> datetime:
    return as_datetime(now + pace.ms(ahead)).astimezone(rule.zone)
