"""Counts the calls of a quota in windows of the calendar."""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.flows import Flow
from stateroom.live.effects import call, command, number
from stateroom.live.kinds import Place
from stateroom.live.quota_grants import Grant, Receipt, Usage
from stateroom.live.quota_replies import data, parts
from stateroom.live.quota_rules import QuotaRule, Windows
from stateroom.live.quota_scripts import GIVE_WINDOW, WINDOW

__all__ = ("avoid_in", "give_back_to", "read_window", "take_from")

SLACK_MS = 3_600_000
"""How long a count is kept after its end: processes' clocks may be so far behind. Not
longer than its window was, so that those of minutes do not pile up."""


def take_from(
    windows: Windows, place: Place, rule: QuotaRule, *, calls: int, bound: int, now: int
) -> Flow[Grant]:
    """Count calls if they fit below ``bound``."""
    words = _words(windows, now, "n", calls, bound)
    reply = yield from call(WINDOW, place.key, words=words)
    is_allowed, used, end, *rest = parts(reply, 3)
    calls_used, end_ms = number(used), number(end)
    remaining = max(0, rule.limit - calls_used)
    return Grant(
        name=rule.name,
        is_allowed=bool(is_allowed),
        is_soft=rule.is_soft(calls_used) if is_allowed else remaining >= calls,
        used=calls_used,
        remaining=remaining,
        limit=rule.limit,
        resets_at=windows.moment(end_ms),
        retry_after=0.0 if is_allowed else max(end_ms - now, 1) / 1000,
        cost=rule.amount(calls_used),
        receipt=_receipt(rest, calls, now) if is_allowed else None,
    )


def avoid_in(windows: Windows, place: Place, *, calls: int, now: int) -> Flow[None]:
    """Count calls that were not necessary."""
    words = _words(windows, now, "a", calls, "")
    yield from call(WINDOW, place.key, words=words)


def give_back_to(
    place: Place, receipt: Receipt, *, now: int, once: tuple[int, int, int, int]
) -> Flow[bool]:
    """Count calls no more that were not made."""
    words = (now, receipt.count, receipt.place[0], receipt.calls, *once)
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
        resets_at=windows.moment(end_ms),
        spent=rule.amount(used),
        saved=rule.amount(avoided),
        currency=rule.currency,
    )


def _words(windows: Windows, now: int, *what: int | str) -> tuple[int | str, ...]:
    window = windows.at(now)
    slack = min(window.end_ms - window.start_ms, SLACK_MS)
    return (window.start_ms, window.end_ms, now, *what, window.end_ms - now + slack)


def _receipt(rest: Sequence[object], calls: int, now: int) -> Receipt:
    count, place = parts(list(rest), 2)
    return Receipt(data(count), (number(place), 0), calls, now)
