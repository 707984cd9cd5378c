"""Which keys hold a leaderboard, or one window of it.

All share the slot of its place. Where there are windows, each has keys of its own, and
is gone when ``keep_windows`` further ones have begun and ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from stateroom.flows import Flow
from stateroom.live.calendars import Period, Window, as_datetime, window_at
from stateroom.live.effects import now_ms
from stateroom.live.kinds import Place
from stateroom.live.leaderboard_rules import LeaderboardRule, Span

__all__ = ("Sheet", "sheet_for")

M = TypeVar("M", bound=str | int)

EVER: Final = 1 << 62
"""A moment after all others, in ms."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One window of a leaderboard in Redis; or all of it, where there are no windows.

    Attributes:
        board: the key of its sorted set; others of the same slot begin with it.
        until_ms: when the window is not kept any more; None for never.
        ms: how long it is until then.
    """

    board: bytes
    until_ms: int | None = None
    ms: int | None = None

    @property
    def seats(self) -> bytes:
        """From members to their seats, where ties are broken by who came first."""
        return self.board + b":seats"

    @property
    def rebuild(self) -> bytes:
        """Who rebuilds it."""
        return self.board + b":rebuild"

    @property
    def journal(self) -> bytes:
        """What was changed since the rebuild began."""
        return self.board + b":journal"

    @property
    def shadow(self) -> bytes:
        """The board that is to be swapped in."""
        return self.board + b":shadow"

    @property
    def shadow_seats(self) -> bytes:
        """Its seats."""
        return self.board + b":shadowseats"

    @property
    def rebuilt(self) -> bytes:
        """Who swapped in the board that is there."""
        return self.board + b":rebuilt"


def sheet_for(place: Place, rule: LeaderboardRule[M]) -> Flow[Sheet | None]:
    """Return the keys of the window that is meant; None when it is not kept any more.

    The application's clock says so, whatever Redis still has.
    """
    board = place.beside(rule.form) if rule.form else place.key
    if rule.window is None:
        return Sheet(board)
    now = yield from now_ms()
    span = next((e for e in rule.spans if e.from_ms <= now < e.before_ms), None)
    if span is None:
        try:
            span = _span(rule.window, rule, now)
        except OverflowError:  # a moment at the end of all calendars
            return None
        rule.spans[:] = (span,)
    if span.until_ms <= now:
        return None
    board += b":w%d" % span.start_ms
    return Sheet(board, span.until_ms, span.until_ms - now)


def _span(period: Period, rule: LeaderboardRule[M], now: int) -> Span:
    if isinstance(rule.when, datetime):
        at = (rule.when - as_datetime(0)) // timedelta(milliseconds=1)
        window = window_at(at, period, rule.zone)
        return Span(-EVER, EVER, window.start_ms, _until(period, rule, window))
    current = window = window_at(now, period, rule.zone)
    for _ in range(-rule.when):
        window = window_at(window.start_ms - 1, period, rule.zone)
    until = _until(period, rule, window)
    return Span(current.start_ms, current.end_ms, window.start_ms, until)


def _until(period: Period, rule: LeaderboardRule[M], window: Window) -> int:
    """Return when so many further windows have ended."""
    end = window.end_ms
    for _ in range(rule.keep_windows):
        end = window_at(end, period, rule.zone).end_ms
    return end
