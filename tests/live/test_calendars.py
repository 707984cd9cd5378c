"""Windows of the calendar, in any zone, over changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import InvalidValue
from stateroom.live.calendars import (
    PERIODS,
    Period,
    as_datetime,
    check_period,
    window_at,
)

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
ZONES = st.sampled_from(
    [UTC, BERLIN, KOLKATA, ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Apia")]
)
MOMENTS = st.integers(0, 4_000_000_000_000)
HOUR_MS = 3_600_000


def ms(text: str, zone: tzinfo = UTC) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("minute", "2026-11-26T05:34", "2026-11-26T05:35"),
        ("hour", "2026-11-26T05:00", "2026-11-26T06:00"),
        ("day", "2026-11-26", "2026-11-27"),
        ("week", "2026-11-23", "2026-11-30"),
        ("month", "2026-11-01", "2026-12-01"),
        ("year", "2026-01-01", "2027-01-01"),
    ],
)
def test_a_window_is_that_of_the_calendar(period: Period, start: str, end: str) -> None:
    window = window_at(ms("2026-11-26T05:34:45"), period)
    assert (window.start_ms, window.end_ms) == (ms(start), ms(end))


def test_december_is_followed_by_january() -> None:
    window = window_at(ms("2026-12-31T23:59"), "month")
    assert window.ends_at == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_on_which_the_clocks_are_changed_is_shorter_or_longer(
    day: str, hours: int
) -> None:
    window = window_at(ms(f"{day}T12:00", BERLIN), "day", BERLIN)
    assert window.end_ms - window.start_ms == hours * HOUR_MS


def test_an_hour_of_a_zone_with_half_hours_begins_on_its_own_clock() -> None:
    window = window_at(ms("2026-11-26T05:34", KOLKATA), "hour", KOLKATA)
    assert window.start_ms == ms("2026-11-26T05:00", KOLKATA)


@given(MOMENTS, st.sampled_from(PERIODS), ZONES)
def test_each_moment_is_in_its_window_and_windows_follow_each_other(
    moment: int, period: Period, zone: tzinfo
) -> None:
    window = window_at(moment, period, zone)
    assert window.start_ms <= moment < window.end_ms
    assert window_at(window.start_ms, period, zone) == window
    assert window_at(window.end_ms - 1, period, zone) == window
    assert window_at(window.end_ms, period, zone).start_ms == window.end_ms


def test_a_moment_is_told_in_utc() -> None:
    assert as_datetime(1_500) == datetime.fromtimestamp(0, UTC) + timedelta(seconds=1.5)


def test_what_is_no_period_is_refused() -> None:
    with pytest.raises(InvalidValue, match="not a period"):
        check_period("fortnight")
