"""What is declared of a quota, and the arithmetic that follows from it.

Everything here is a function of its arguments: the caller passes the time. Times of a
rate are exact: whole microseconds, and a rest in parts of a microsecond, of which one
has as many as the limit says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Context, Decimal, InvalidOperation
from typing import Final, Literal, TypeAlias, get_args

from stateroom.errors import InvalidValue, UsageError
from stateroom.live.calendars import (
    Period,
    Window,
    as_datetime,
    check_period,
    check_zone,
    window_at,
)
from stateroom.live.quota_outages import Outage
from stateroom.live.refusals import refused

__all__ = ("Money", "OnUnavailable", "Pace", "Per", "QuotaRule", "Span", "Windows")

OnUnavailable: TypeAlias = Literal["raise", "allow", "deny"]
"""What becomes of a call while Redis is away."""
Per: TypeAlias = Period | timedelta | float
"""A window of the calendar; or, as seconds or a ``timedelta``, a smooth rate."""
Money: TypeAlias = Decimal | str
"""An amount. Never a float: 0.1 is none that a float could hold."""
Span: TypeAlias = tuple[int, int]
"""A time: whole microseconds, and the rest in parts of one."""

WAYS: Final[tuple[OnUnavailable, ...]] = get_args(OnUnavailable)
MOST = 10**15
"""Calls that a limit may allow: Lua counts exactly that far, and further."""
LONGEST = timedelta(days=36_525)
"""What a rate may look ahead: beyond, Lua could not tell microseconds apart."""
SHORTEST_US = 1_000
EXACT = Context(prec=60)
"""Amounts times counts, to the last digit."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A smooth rate: each call takes up an equal span of time.

    Attributes:
        limit: calls in a period.
        period_us: the period, in microseconds.
        burst: calls that may come at once.

    Source:
        Generic cell rate algorithm, virtual scheduling: ITU-T I.371, annex A.
    """

    limit: int
    period_us: int
    burst: int

    def span(self, calls: int) -> Span:
        """Return the time that so many calls take up."""
        return divmod(calls * self.period_us, self.limit)

    def calls(self, ahead: Span) -> int:
        """Return how many calls take up a time; one of which a part is left counts."""
        return -(-self._parts(ahead) // self.period_us)

    def room(self, ahead: Span) -> int:
        """Return how many calls may come now, when so much time is taken up."""
        left = self.burst * self.period_us - self._parts(ahead)
        return max(0, left // self.period_us)

    def wait_ms(self, ahead: Span, calls: int, bound: int) -> int:
        """Return the ms until so many calls fit below ``bound`` calls."""
        over = self._parts(ahead) + (calls - bound) * self.period_us
        return max(0, -(-over // (self.limit * 1000)))

    def ms(self, ahead: Span) -> int:
        """Return a time in ms, rounded up."""
        return -(-self._parts(ahead) // (self.limit * 1000))

    def _parts(self, span: Span) -> int:
        return span[0] * self.limit + span[1]


class Windows:
    """The windows of one calendar; remembers the last, as nearly all calls fall in it.

    Safe to share between threads: what they see is one window or the other.

    Attributes:
        period: how long they are.
        zone: whose calendar it is.
    """

    __slots__ = ("_last", "_moment", "period", "zone")

    def __init__(self, period: Period, zone: tzinfo) -> None:
        self.period: Period = period
        self.zone: tzinfo = zone
        self._last = Window(0, 0)
        self._moment = (0, as_datetime(0))

    def at(self, now_ms: int) -> Window:
        """Return the window in which a moment falls."""
        last = self._last
        if not last.start_ms <= now_ms < last.end_ms:
            last = self._last = window_at(now_ms, self.period, self.zone)
        return last

    def moment(self, ms: int) -> datetime:
        """Return a moment, such as the end of a window, as a clock of its zone says."""
        last = self._moment
        if last[0] != ms:
            last = self._moment = (ms, as_datetime(ms).astimezone(self.zone))
        return last[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaRule:
    """What was declared of a quota, checked.

    Attributes:
        name: of the item, for messages.
        limit: calls that are never exceeded.
        per: in what time.
        soft: calls above which to take it easy; None for no such limit.
        burst: calls of a rate that may come at once; None for the limit.
        zone: whose calendar it is.
        cost_per_call: what one call costs; None where that does not matter.
        currency: of that, in words.
        on_unavailable: what becomes of a call while Redis is away.
        timing: the windows of a calendar, or the pace of a smooth rate.
        cost: what one call costs, as a number.
        outage: what was decided without Redis.

    Raises:
        InvalidValue: one of them is none, or out of range.
        UsageError: two of them do not go together.
    """

    name: str
    limit: int
    per: Per
    soft: int | None = None
    burst: int | None = None
    zone: tzinfo = UTC
    cost_per_call: Money | None = None
    currency: str = ""
    on_unavailable: OnUnavailable = "raise"
    timing: Windows | Pace = field(init=False)
    cost: Decimal | None = field(init=False, default=None)
    outage: Outage = field(init=False, default_factory=Outage)

    def __post_init__(self) -> None:
        _counted(self.name, "limit", self.limit, least=1)
        if self.on_unavailable not in WAYS:
            raise InvalidValue(
                f"{self.name}: not what to do while Redis is away",
                found=repr(self.on_unavailable)[:80],
                allowed=", ".join(WAYS),
            )
        check_zone(self.zone)
        if isinstance(self.per, str):
            timing: Windows | Pace = self._windows(check_period(self.per))
        else:
            timing = self._pace(_microseconds(self.name, self.per))
        object.__setattr__(self, "timing", timing)
        if self.cost_per_call is not None:
            object.__setattr__(self, "cost", _money(self.name, self.cost_per_call))
        if not isinstance(self.currency, str):
            raise refused(f"{self.name}: not a currency", self.currency, "text")
        if self.soft is not None:
            _counted(self.name, "soft", self.soft, least=0, most=self.most)

    @property
    def most(self) -> int:
        """Calls that may come at once, when nobody has called."""
        timing = self.timing
        return timing.burst if isinstance(timing, Pace) else self.limit

    def is_soft(self, used: int) -> bool:
        """Say whether so many calls exceed the soft limit."""
        return self.soft is not None and used > self.soft

    def bound(self, *, is_soft: bool) -> int:
        """Return the calls that are not to be exceeded."""
        return self.soft if is_soft and self.soft is not None else self.most

    def amount(self, calls: int) -> Decimal | None:
        """Return what so many calls cost; None where that was not declared."""
        return None if self.cost is None else EXACT.multiply(self.cost, calls)

    def _windows(self, period: Period) -> Windows:
        if self.burst is not None:
            raise UsageError(
                f"{self.name}: burst={self.burst} of a window of the calendar",
                hint=f"all {self.limit} calls may come at once in it; for a smooth "
                "rate say per= in seconds, or as a timedelta",
            )
        return Windows(period, self.zone)

    def _pace(self, period_us: int) -> Pace:
        if self.cost_per_call is not None:
            raise UsageError(
                f"{self.name}: cost_per_call of a smooth rate, which has no window",
                hint='count it by a calendar: per="month"; a rate beside it is '
                "another quota: quota.also(rate)",
            )
        burst = self.limit
        if self.burst is not None:
            burst = _counted(self.name, "burst", self.burst, least=1)
        pace = Pace(self.limit, period_us, burst)
        if pace.span(burst)[0] > _us(LONGEST):
            raise InvalidValue(
                f"{self.name}: a burst of {burst} calls fills too long a time",
                found=f"{pace.span(burst)[0] // 10**6} s",
                allowed=f"at most {LONGEST.days} days",
            )
        return pace


def _counted(
    name: str, what: str, found: object, *, least: int, most: int = MOST
) -> int:
    is_count = isinstance(found, int) and not isinstance(found, bool)
    if is_count and isinstance(found, int) and least <= found <= most:
        return found
    raise InvalidValue(
        f"{name}: not a number of calls: {what}",
        found=repr(found)[:80],
        allowed=f"an int, {least} to {most}",
    )


def _microseconds(name: str, per: object) -> int:
    us = -1
    if isinstance(per, timedelta):
        us = _us(per)
    elif isinstance(per, int | float) and not isinstance(per, bool):
        # Compared first: a number that is none, or endless, cannot be rounded.
        is_time = 0 < per <= LONGEST.total_seconds()
        us = round(per * 10**6) if is_time else -1
    if SHORTEST_US <= us <= _us(LONGEST):
        return us
    raise InvalidValue(
        f"{name}: not a time for a quota: per",
        found=repr(per)[:80],
        allowed=f'a word such as "month", or 0.001 s to {LONGEST.days} days',
    )


def _us(time: timedelta) -> int:
    return time // timedelta(microseconds=1)


def _money(name: str, found: object) -> Decimal:
    cost = Decimal("NaN")
    if isinstance(found, Decimal | str):
        try:
            cost = Decimal(found)
        except InvalidOperation:
            pass
    if cost.is_finite() and cost >= 0:
        return cost
    raise InvalidValue(
        f"{name}: not what a call costs",
        found=repr(found)[:80],
        allowed='a Decimal, or text such as "0.002"; 0 or more, and never a float',
    )
