"""Durations and sizes as people write them: ``"90s"``, ``"1h"``, ``"10 KiB"``.

Inside the product a duration is a number of seconds and a size a whole number of
bytes; only this module knows the spellings. A bare number is accepted in both
places and means seconds, or bytes.
"""

from __future__ import annotations

import re
from decimal import Decimal

from stateroom.catalogue.wording import show
from stateroom.errors import InvalidValue

__all__ = (
    "format_duration",
    "format_rate",
    "format_size",
    "parse_duration",
    "parse_size",
    "spell_size",
)

DURATIONS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
SIZES = {
    "b": 1,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
}
_SPELLED = tuple(
    (name, SIZES[name.lower()]) for name in ("GiB", "MiB", "KiB", "GB", "MB", "kB")
)
LONGEST = 100 * 365 * DURATIONS["d"]
"""A hundred years, in seconds. Longer is surely a slip, and would overflow dates."""
LARGEST = 1 << 50
"""One pebibyte, in bytes. No single item is larger; a typing slip is."""

NUMBER = r"[0-9]{1,16}(?:\.[0-9]{1,6})?"
"""How a number is written: LARGEST has 16 digits, and a millionth six decimals."""

_QUANTITY = re.compile(rf" *({NUMBER}) *([A-Za-z]*) *")
_DURATION_WORDS = 'a duration such as "90s", "5m", "1h", "7d", or whole seconds'
_SIZE_WORDS = 'a size such as "500 B", "10 KiB", "2 MB", or whole bytes'


def parse_duration(value: object) -> float:
    """Return a duration in seconds, > 0.

    Args:
        value: ``"90s"``, ``"5m"``, ``"1h"``, ``"7d"``, ``"2w"``, ``"1.5h"``, or a
            number of seconds.

    Raises:
        InvalidValue: it is none of these, not above zero, or above 100 years.
    """
    seconds = _quantity(value, DURATIONS, _DURATION_WORDS, bare="s")
    if not 0 < seconds <= LONGEST:
        raise InvalidValue(
            "a duration must be above zero and at most 100 years",
            found=show(value),
            allowed=_DURATION_WORDS,
        )
    return int(seconds) if seconds == int(seconds) else float(seconds)


def parse_size(value: object) -> int:
    """Return a size in bytes, >= 0.

    Args:
        value: ``"500 B"``, ``"10 KiB"`` (1024), ``"2 MB"`` (1000 x 1000), or bytes.

    Raises:
        InvalidValue: it is none of these, not whole, or above one pebibyte.
    """
    size = _quantity(value, SIZES, _SIZE_WORDS, bare="b")
    if size > LARGEST or size < 0:
        raise InvalidValue(
            "a size must be between zero and 1 PiB",
            found=show(value),
            allowed=_SIZE_WORDS,
        )
    if size != int(size):
        raise InvalidValue(
            "a size must be a whole number of bytes",
            found=show(value),
            allowed=_SIZE_WORDS,
        )
    return int(size)


def format_duration(seconds: float) -> str:
    """Print seconds so that ``parse_duration`` reads the same duration back."""
    if seconds != int(seconds):
        return f"{Decimal(repr(seconds)):f}s"
    for unit in ("d", "h", "m"):
        if seconds % DURATIONS[unit] == 0 and seconds >= DURATIONS[unit]:
            return f"{int(seconds) // DURATIONS[unit]}{unit}"
    return f"{int(seconds)}s"


def format_size(size: float) -> str:
    """Print bytes for people: exact when it is a whole number of KiB, MiB or GiB."""
    if size < SIZES["kib"]:
        return f"{int(size)} B"
    for unit, name in (("gib", "GiB"), ("mib", "MiB"), ("kib", "KiB")):
        if size >= SIZES[unit]:
            amount = size / SIZES[unit]
            whole = amount == int(amount)
            return f"{int(amount)} {name}" if whole else f"{amount:.1f} {name}"
    raise AssertionError(size)


def spell_size(size: float) -> str:
    """Print bytes in the shortest spelling that ``parse_size`` reads back exactly."""
    exact = [f"{int(size)} B"]
    for name, unit in _SPELLED:
        amount = f"{size / unit:g}"
        if size >= unit and "e" not in amount and float(amount) * unit == size:
            exact.append(f"{amount} {name}")
    return min(exact, key=len)


def format_rate(per_hour: float) -> str:
    """Print a rate per hour without trailing zeros, e.g. ``"0.2/h"``."""
    return f"{per_hour:g}/h"


def _quantity(
    value: object, units: dict[str, int], words: str, *, bare: str
) -> Decimal:
    """Read a number with an optional unit; a number alone is in the bare unit."""
    text = value if isinstance(value, str) else _number_text(value)
    match = _QUANTITY.fullmatch(text)
    unit = (match[2].lower() or bare) if match else ""
    if match is None or unit not in units:
        raise InvalidValue(f"not {words}", found=show(value), allowed=words)
    return Decimal(match[1]) * units[unit]


def _number_text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    # Python refuses to print an integer of some thousand digits; nan fails here too.
    if not abs(value) <= LARGEST:
        return ""
    # Refused by the pattern: a negative number, or one of more than six decimals.
    return f"{Decimal(repr(value)):f}"
