"""Counts the calls of a quota in windows of the calendar."""

from __future__ import annotations

from datetime import datetime

from stateroom.flows import Flow
from stateroom.live.calendars import as_datetime
from stateroom.live.effects import call, command, number, random_bytes
from stateroom.live.kinds import Place
from stateroom.live.quota_grants import Grant, Receipt, Usage
from stateroom.live.quota_replies import data, parts
from stateroom.live.quota_rules import QuotaRule, Windows
from stateroom.live.quota_scripts import GIVE_WINDOW, WINDOW

__all__ = ("avoid_in", "give_back_to", "read_window", "take_from")

TOKEN_BYTES = 12
SLACK_MS = 3_600_000
"""How long a count is kept after its end: processes' clocks may be so far behind. Not
longer than its window was, so that those of minutes do not pile up."""


def take_from(
    windows: Windows, place: Place, rule: QuotaRule, *, calls: int, bound: int, now: int
) -> Flow[Grant]:
    """Count calls if they fit below ``bound``."""
    token = yield from random_bytes(TOKEN_BYTES)
    reply = yield from call(
        WINDOW, place.key, words=_words(windows, now, "n", calls, bound, token)
    )
    is_allowed, used, end, count = parts(reply, 4)
    calls_used, end_ms = number(used), number(end)
    remaining = max(0, rule.limit - calls_used)
    return Grant(
        name=rule.name,
        is_allowed=bool(is_allowed),
        is_soft=rule.is_soft(calls_used) if is_allowed else remaining >= calls,
        used=calls_used,
        remaining=remaining,
        limit=rule.limit,
        resets_at=_moment(end_ms, rule),
        retry_after=0.0 if is_allowed else max(end_ms - now, 1) / 1000,
        cost=rule.amount(calls_used),
        receipt=Receipt(token, data(count), calls, now) if is_allowed else None,
    )


def avoid_in(windows: Windows, place: Place, *, calls: int, now: int) -> Flow[None]:
    """Count calls that were not necessary."""
    token = yield from random_bytes(TOKEN_BYTES)
    words = _words(windows, now, "a", calls, "", token)
    yield from call(WINDOW, place.key, words=words)


def give_back_to(
    place: Place, receipt: Receipt, *, now: int, once: tuple[int, int, int, int]
) -> Flow[bool]:
    """Count calls no more that were not made."""
    words = (now, receipt.token, receipt.count, receipt.calls, *once)
    keys = (place.key, place.beside("back"))
    return bool(number((yield from call(GIVE_WINDOW, *keys, words=words))))


def read_window(
    windows: Windows, place: Place, rule: QuotaRule, *, now: int
) -> Flow[Usage]:
    """Return what was counted in the current window."""
    window = windows.at(now)
    reply = yield from command("HMGET", place.key, "s", "e", "n", "a")
    found = [number(each) if each is not None else 0 for each in parts(reply, 4)]
    start_ms, end_ms, used, avoided = found
    if start_ms < window.start_ms or end_ms <= now:
        end_ms, used, avoided = window.end_ms, 0, 0
    return Usage(
        used=used,
        avoided=avoided,
        limit=rule.limit,
        soft=rule.soft,
        remaining=max(0, rule.limit - used),
        resets_at=_moment(end_ms, rule),
        spent=rule.amount(used),
        saved=rule.amount(avoided),
        currency=rule.currency,
    )


def _words(
    windows: Windows, now: int, *what: int | str | bytes
) -> tuple[int | str | bytes, ...]:
    window = windows.at(now)
    slack = min(window.end_ms - window.start_ms, SLACK_MS)
    return (window.start_ms, window.end_ms, now, *what, window.end_ms - now + slack)


def _moment(ms: int, rule: QuotaRule) -> datetime:
    return as_datetime(ms).astimezone(rule.zone)
