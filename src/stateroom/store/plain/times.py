"""Text that stands for a moment, a day, a time of day or a length of time, exactly.

ISO 8601, with what it leaves out in the brackets of RFC 9557: the name of the time
zone, and which of two equal clock times is meant when clocks are set back::

    2026-10-25T02:30:00+01:00[Europe/Paris]
    2026-10-25T02:30:00[fold=1]
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, timezone, tzinfo
from typing import Final, TypeVar

__all__ = (
    "datetime_of",
    "datetime_text",
    "duration_of",
    "duration_text",
    "offset_of",
    "offset_text",
    "time_of",
    "time_text",
)

M = TypeVar("M", datetime, time)

_SUFFIX = re.compile(r"([^\[\]]*)(?:\[([A-Za-z0-9_+/.-]{1,64})\])?(?:\[(fold=1)\])?")
_DURATION = re.compile(
    r"(-?)P(?=.)(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=.)(?:([0-9]{1,11})H)?(?:([0-9]{1,13})M)?"
    r"(?:([0-9]{1,15})(?:\.([0-9]{1,6}))?S)?)?"
)
_DAY: Final = "2000-01-01T00:00:00"


def _named(zone: tzinfo | None) -> str:
    """Return a zone's name in brackets; empty for a fixed offset, or none.

    Raises:
        ValueError: the zone is of a class that has no text.
    """
    if zone is None or type(zone) is timezone:
        return ""
    is_ours = type(zone).__module__.partition(".")[0] == "zoneinfo"
    if is_ours and (key := getattr(zone, "key", None)):
        return f"[{key}]"
    raise ValueError("its time zone is neither datetime.timezone nor a named ZoneInfo")


def _zone(name: str) -> tzinfo:
    # Loaded when the first zone is met: a browser may have no table of zones at all.
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - as said

    return ZoneInfo(name)


def _text(value: M, plain: str) -> str:
    name = _named(value.tzinfo)
    is_said = bool(name) and value.utcoffset() != value.replace(fold=0).utcoffset()
    return f"{plain}{name}{'[fold=1]' if value.fold and not is_said else ''}"


def datetime_text(value: datetime) -> str:
    """Return the text of a date and time."""
    return _text(value, datetime.isoformat(value))


def datetime_of(text: str) -> datetime:
    """Return the date and time that ``text`` stands for.

    Where the rules of its zone have changed since, the moment stays and the clock
    time changes.

    Raises:
        ValueError: it is none.
    """
    plain, name, fold = _split(text)
    value = datetime.fromisoformat(plain)
    if not name:
        return value.replace(fold=1) if fold else value
    if value.tzinfo is None:
        raise ValueError("a time zone without an offset")
    local = value.replace(tzinfo=_zone(name))
    if fold:
        local = local.replace(fold=1)
    for guess in (local, local.replace(fold=1)):
        if guess.utcoffset() == value.utcoffset():
            return guess
    return value.astimezone(local.tzinfo)


def time_text(value: time) -> str:
    """Return the text of a time of day."""
    return _text(value, time.isoformat(value))


def time_of(text: str) -> time:
    """Return the time of day that ``text`` stands for.

    Raises:
        ValueError: it is none.
    """
    plain, name, fold = _split(text)
    value = time.fromisoformat(plain)
    if name:
        value = value.replace(tzinfo=_zone(name))
    return value.replace(fold=1) if fold else value


def _split(text: str) -> tuple[str, str, bool]:
    found = _SUFFIX.fullmatch(text)
    if found is None:
        raise ValueError("not ISO 8601")
    return found[1], found[2] or "", bool(found[3])


def offset_text(value: tzinfo) -> str:
    """Return the text of a fixed offset, e.g. ``+01:00``."""
    return datetime(2000, 1, 1, tzinfo=value).isoformat().removeprefix(_DAY)


def offset_of(text: str) -> tzinfo:
    """Return the fixed offset that ``text`` stands for.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(f"{_DAY}{text}").tzinfo
    if found is None:
        raise ValueError("no offset")
    return found


def duration_text(value: timedelta) -> str:
    """Return a length of time as ISO 8601 has it, e.g. ``P1DT2H0.5S``."""
    sign = "-" if value < timedelta() else ""
    length = abs(value)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    micros = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
    parts = [(hours, "H"), (minutes, "M")]
    clock = "".join(f"{n}{unit}" for n, unit in parts if n)
    if seconds or micros:
        clock += f"{seconds}{micros}S"
    days = f"{length.days}D" if length.days else ""
    if not days and not clock:
        clock = "0S"
    return f"{sign}P{days}{'T' if clock else ''}{clock}"


def duration_of(text: str) -> timedelta:
    """Return the length of time that ``text`` stands for.

    Raises:
        ValueError: it is none; months and years are none, as their length varies.
        OverflowError: it is longer than Python can say.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("no ISO 8601 duration")
    weeks, days, hours, minutes, seconds = (int(found[n] or 0) for n in range(2, 7))
    length = timedelta(
        weeks=weeks,
        days=days,
        hours=hours,
        minutes=minutes,
        seconds=seconds,
        microseconds=int((found[7] or "").ljust(6, "0")),
    )
    return -length if found[1] else length
