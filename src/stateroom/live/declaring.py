"""What an application declares of its live data: one method for each kind."""

from __future__ import annotations

from datetime import UTC, timedelta, tzinfo
from typing import TypeAlias, TypeVar, cast, overload

from stateroom.catalogue.keys import check_item_name
from stateroom.codec import Codec, codec_for
from stateroom.live.calendars import Period
from stateroom.live.counters import Counter, CounterRule
from stateroom.live.engine import Engine
from stateroom.live.kinds import Head, Place, place_of
from stateroom.live.leaderboard_faces import Leaderboard
from stateroom.live.leaderboard_rules import LeaderboardRule, Order, Ties
from stateroom.live.login_flows import LoginRule
from stateroom.live.logins import LoginSessions
from stateroom.live.memberships import Membership, MembershipRule
from stateroom.live.mutex_leases import MutexRule
from stateroom.live.mutexes import Mutex
from stateroom.live.quota_rules import Money, OnUnavailable, Per, QuotaRule
from stateroom.live.quotas import Quota
from stateroom.live.recents import Recent, RecentRule
from stateroom.live.record_faces import Record
from stateroom.live.record_fields import rule_of
from stateroom.live.values import life_ms

__all__ = ("Declaring", "Life")

T = TypeVar("T")
Life: TypeAlias = float | timedelta | None
"""How long something lives: seconds, or a duration; None for no end."""


class Declaring:
    """The methods by which ``Live`` declares what it holds."""

    _engine: Engine

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
        return Counter(Head(self._engine, self._place(name), rule))

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
        return Leaderboard(Head(self._engine, self._place(name), rule))

    def login_sessions(
        self,
        name: str = "login",
        *,
        data: type[T],
        idle: float | timedelta = 1800,
        absolute: float | timedelta = 43200,
        most_per_user: int = 0,
        touch_every: Life = None,
        grace: float = 0,
    ) -> LoginSessions[T]:
        """Return who is logged in.

        Args:
            name: of the item.
            data: the type of what the application keeps with each session.
            idle: seconds without use after which a session ends.
            absolute: seconds after its beginning when it ends in any case.
            most_per_user: sessions that one user may have; with one more, the oldest
                ends. 0 for any number.
            touch_every: seconds after which a use is noted anew; so much sooner may an
                idle session end. A minute, or a tenth of ``idle`` if that is less.
            grace: seconds for which a token that was replaced is taken yet, for
                requests that are under way.

        Source:
            The times are the decision framework's preset ``login``.
        """
        codec: Codec[T] = codec_for(data, where=name)
        idle_ms = life_ms(idle, "idle")
        rule = LoginRule(
            namespace=self._engine.namespace,
            item=check_item_name(name),
            codec=codec,
            idle_ms=idle_ms,
            absolute_ms=life_ms(absolute, "absolute"),
            most=most_per_user,
            touch_ms=life_ms(touch_every, "touch_every") or min(60_000, idle_ms // 10),
            grace_ms=round(grace * 1000),
        )
        return LoginSessions(self._engine, rule)

    def membership(
        self,
        name: str,
        members: type[T],
        *,
        member_ttl: Life = None,
        expires: Life = None,
    ) -> Membership[T]:
        """Return a set that many change at once.

        Args:
            name: of the item.
            members: their type: ``str``, ``int``, ``UUID``, a frozen dataclass.
            member_ttl: seconds after which each member goes by itself, unless it is
                added again: for who is online.
            expires: seconds after the last change until all go.
        """
        codec: Codec[T] = codec_for(members, where=name)
        rule = MembershipRule(
            codec=codec,
            member_ms=life_ms(member_ttl, "member_ttl"),
            expires_ms=life_ms(expires, "expires"),
        )
        return Membership(
            Head(self._engine, place_of(self._engine.namespace, name), rule)
        )

    def mutex(
        self,
        name: str,
        *,
        lease: float = 30.0,
        wait: float = 10.0,
        renew: bool = True,
        most: float | None = None,
        label: str | None = None,
    ) -> Mutex:
        """Return a lock between processes, with a number that says who came last.

        Args:
            name: of the item.
            lease: seconds after which it is free, when its holder has died; 0.1 to a
                day.
            wait: seconds that a call waits for it, where the call does not say.
            renew: whether the lease is renewed, a third of it after the last time,
                while who holds it is alive.
            most: seconds after which it is not renewed any more, for work that hangs;
                None for no end.
            label: says to people who holds it; by default machine and process.

        Raises:
            InvalidValue: an argument is out of range.
        """
        rule = MutexRule(lease=lease, wait=wait, renew=renew, most=most, label=label)
        return Mutex(Head(self._engine, self._place(name), rule))

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
        return Quota(Head(self._engine, self._place(name), rule))

    def recent(
        self,
        name: str,
        kind: type[T],
        *,
        most: int,
        unique: bool = False,
        expires: Life = None,
    ) -> Recent[T]:
        """Return a list of the newest, which is never longer than ``most``.

        Args:
            name: of the item.
            kind: the type of its values.
            most: how many are kept; the oldest go.
            unique: whether a value that is added again moves to the front, instead of
                standing there twice.
            expires: seconds after the last change until all go.
        """
        codec: Codec[T] = codec_for(kind, where=name)
        rule = RecentRule(
            codec=codec,
            most=most,
            is_unique=unique,
            expires_ms=life_ms(expires, "expires"),
        )
        return Recent(Head(self._engine, self._place(name), rule))

    def record(self, name: str, kind: type[T], *, expires: Life = None) -> Record[T]:
        """Return one object of a class, of which single fields can be changed.

        Args:
            name: of the item.
            kind: a dataclass, or a msgspec Struct.
            expires: seconds after the last change until it goes.
        """
        rule = rule_of(name, kind, expires_ms=life_ms(expires, "expires"))
        return Record(Head(self._engine, self._place(name), rule))

    def _place(self, name: str) -> Place:
        return place_of(self._engine.namespace, name)
