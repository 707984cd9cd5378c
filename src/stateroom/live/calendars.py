"""Windows of a calendar: the day, the month in which a moment falls.

Everything here is a function of its arguments: the caller passes the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, Literal, TypeAlias, get_args

from stateroom.errors import InvalidValue
from stateroom.live.refusals import refused

__all__ = (
    "PERIODS",
    "Period",
    "Window",
    "as_datetime",
    "check_period",
    "check_zone",
    "window_at",
)

Period: TypeAlias = Literal["minute", "hour", "day", "week", "month", "year"]
PERIODS: Final[tuple[Period, ...]] = get_args(Period)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, its end not in it.

    Attributes:
        start_ms: its first millisecond, since the epoch.
        end_ms: the first after it.
    """

    start_ms: int
    end_ms: int

    @property
    def ends_at(self) -> datetime:
        """The first moment after it, in UTC."""
        return as_datetime(self.end_ms)


def check_period(period: object) -> Period:
    """Return the word of a period, or raise ``InvalidValue``."""
    for each in PERIODS:
        if period == each:
            return each
    raise InvalidValue(
        "not a period", found=repr(period)[:80], allowed=", ".join(PERIODS)
    )


def check_zone(zone: object) -> tzinfo:
    """Return a time zone, or raise ``InvalidValue``: its name is none."""
    if isinstance(zone, tzinfo):
        try:
            as_datetime(0).astimezone(zone)
        except (NotImplementedError, TypeError, ValueError):
            pass  # it has no offset that a calendar could be reckoned by
        else:
            return zone
    raise refused("not a time zone", zone, 'a tzinfo, such as ZoneInfo("UTC")')


def as_datetime(ms: int) -> datetime:
    """Return a moment, in UTC."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)


def window_at(now_ms: int, period: Period, zone: tzinfo = UTC) -> Window:
    """Return the window of the calendar in which a moment falls.

    Weeks begin on Monday (ISO 8601). Where clocks are changed a day has 23 or 25
    hours; an hour that comes twice is two windows.

    Args:
        now_ms: the moment, in ms since the epoch.
        period: how long the window is.
        zone: whose calendar it is.
    """
    if period in {"minute", "hour"}:
        return _short(now_ms, period, zone)
    local = as_datetime(now_ms).astimezone(zone)
    first = datetime(local.year, local.month, local.day, tzinfo=zone)
    match period:
        case "day":
            end = first + timedelta(days=1)
        case "week":
            first -= timedelta(days=first.weekday())
            end = first + timedelta(days=7)
        case "month":
            first = first.replace(day=1)
            is_last = first.month == MONTHS
            end = first.replace(
                year=first.year + is_last, month=1 if is_last else first.month + 1
            )
        case _:
            first = first.replace(month=1, day=1)
            end = first.replace(year=first.year + 1)
    return Window(_ms(first), _ms(end))


def _short(now_ms: int, period: Period, zone: tzinfo) -> Window:
    """Return a window of exact time, shifted as far as the zone is: by half an hour."""
    length = 60_000 if period == "minute" else 3_600_000
    offset = as_datetime(now_ms).astimezone(zone).utcoffset() or timedelta()
    shift = round(offset.total_seconds() * 1000)
    start = (now_ms + shift) // length * length - shift
    return Window(start, start + length)


def _ms(moment: datetime) -> int:
    return round((moment - datetime.fromtimestamp(0, UTC)) / timedelta(milliseconds=1))
