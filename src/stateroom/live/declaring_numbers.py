"""Declares numbers: counters, leaderboards and quotas."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import cast, overload

from stateroom.live.calendars import Period
from stateroom.live.counters import Counter, CounterRule
from stateroom.live.declaring_base import Base
from stateroom.live.kinds import Head
from stateroom.live.leaderboard_faces import Leaderboard
from stateroom.live.leaderboard_rules import LeaderboardRule, Order, Ties
from stateroom.live.quota_rules import Money, OnUnavailable, Per, QuotaRule
from stateroom.live.quotas import Quota

__all__ = ("DeclaresNumbers",)


class DeclaresNumbers(Base):
    """Counters, leaderboards and quotas."""

    def counter(
        self,
        name: str,
        *,
        window: Period | None = None,
        timezone: tzinfo = UTC,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> Counter:
        """Return a number that many change at once.

        Args:
            name: of the item.
            window: begin anew with each ``"minute"``, ``"hour"``, ``"day"``,
                ``"week"``, ``"month"`` or ``"year"``.
            timezone: whose calendar that is.
            at_least: it does not go below; what would takes it there.
            at_most: it does not go above.
        """
        rule = CounterRule(window=window, zone=timezone, least=at_least, most=at_most)
        return Counter(Head(self._engine, self._place(name, "counter"), rule))

    @overload
    def leaderboard(
        self,
        name: str,
        *,
        members: type[str] = str,
        order: Order = "high",
        ties: Ties = "shared",
        window: Period | None = None,
        timezone: tzinfo = UTC,
        keep_windows: int = 2,
        most: int | None = None,
    ) -> Leaderboard[str]: ...

    @overload
    def leaderboard(
        self,
        name: str,
        *,
        members: type[int],
        order: Order = "high",
        ties: Ties = "shared",
        window: Period | None = None,
        timezone: tzinfo = UTC,
        keep_windows: int = 2,
        most: int | None = None,
    ) -> Leaderboard[int]: ...

    def leaderboard(
        self,
        name: str,
        *,
        members: type[str | int] = str,
        order: Order = "high",
        ties: Ties = "shared",
        window: Period | None = None,
        timezone: tzinfo = UTC,
        keep_windows: int = 2,
        most: int | None = None,
    ) -> Leaderboard[str] | Leaderboard[int]:
        """Return scores and ranks that many change at once.

        Args:
            name: of the item.
            members: ``str`` or ``int``: what names who stands on it.
            order: whether ``"high"`` or ``"low"`` scores are better.
            ties: ``"shared"``: members with one score have one rank (1, 2, 2, 4), and
                follow each other by their spelling. ``"first"``: who has had the score
                for longer stands above, and every rank is one member's; it takes about
                twice the memory.
            window: a new board with each ``"minute"``, ``"hour"``, ``"day"``,
                ``"week"``, ``"month"`` or ``"year"``.
            timezone: whose calendar that is.
            keep_windows: how many windows of the past can still be read.
            most: keep the best ones only. A member who falls out is forgotten, and
                begins at 0 with the next points: so it is for ``put``, not ``add``.
        """
        rule = LeaderboardRule(
            members=cast("type[str]", members),  # or int: the overloads say which
            order=order,
            ties=ties,
            window=window,
            zone=timezone,
            keep_windows=keep_windows,
            most=most,
        )
        return Leaderboard(Head(self._engine, self._place(name, "leaderboard"), rule))

    def quota(
        self,
        name: str,
        *,
        limit: int,
        per: Per,
        soft: int | None = None,
        burst: int | None = None,
        timezone: tzinfo = UTC,
        cost_per_call: Money | None = None,
        currency: str = "",
        on_unavailable: OnUnavailable = "raise",
    ) -> Quota:
        """Return a number of calls that all processes together never exceed.

        Args:
            name: of the item.
            limit: calls that are never exceeded.
            per: ``"minute"``, ``"hour"``, ``"day"``, ``"week"``, ``"month"`` or
                ``"year"``: in each window of the calendar. Seconds, or a ``timedelta``:
                as a smooth rate, in which each call makes room as time passes.
            soft: calls above which a grant says that it is time to save; of a rate,
                calls at once.
            burst: calls of a rate that may come at once, by default ``limit``.
            timezone: whose calendar it is.
            cost_per_call: what a call costs, such as ``"0.002"``; for a calendar only.
                A new price holds for the whole of the current window.
            currency: of that; it is only passed on.
            on_unavailable: what becomes of a call while Redis is away: ``"raise"``
                ``Unavailable``; ``"allow"`` it uncounted; or ``"deny"`` it.

        Raises:
            InvalidValue: an argument is none, or out of range.
            UsageError: two of them do not go together.
        """
        rule = QuotaRule(
            name=name, limit=limit, per=per, soft=soft, burst=burst, zone=timezone,
            cost_per_call=cost_per_call, currency=currency,
            on_unavailable=on_unavailable,
        )  # fmt: skip
        return Quota(Head(self._engine, self._place(name, "quota"), rule))
