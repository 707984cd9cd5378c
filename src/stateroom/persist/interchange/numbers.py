"""Numbers as JavaScript has them: one kind, of 64 bits, written as short as can be.

Python tells 1 from 1.0, and its whole numbers have no end. So there are two rules:

* What is read: a whole number is an ``int``, however it is spelled (``1``, ``1.0`` and
  ``1e2``), as far as 1e21, from where JavaScript writes an exponent. Others are a
  ``float``: fractions, larger numbers, and -0, which is not 0 in either language.
* What is written: an ``int`` that JavaScript would round is refused, see ``is_exact``.

So what was read is written as JavaScript would write it, and what was written comes
back equal, NaN and the infinities aside, for which JavaScript writes ``null``.
"""

from __future__ import annotations

import math
from typing import Final

__all__ = ("is_exact", "number_of", "number_text", "whole_of")

_SAFE: Final = 2**53
"""Up to here every whole number is exact. ECMAScript, Number.MAX_SAFE_INTEGER, + 1."""
_SHORT: Final = 15
"""Digits of which any whole number is below ``_SAFE``."""
_MOST_PLACES: Final = 21
"""Digits before the point, from where an exponent is written. Number::toString, 8."""
_LEAST_PLACES: Final = -6
"""The same for zeros after the point. ECMAScript, Number::toString, 10."""


def is_exact(number: int) -> bool:
    """Say whether JavaScript can hold ``number`` without rounding it.

    That is so up to 2 ** 53, and above it for multiples of a growing power of two.
    """
    if -_SAFE <= number <= _SAFE:
        return True
    try:
        return float(number) == number  # Python compares the two exactly
    except OverflowError:
        return False


def number_text(number: float) -> str:
    """Return what ``JSON.stringify`` writes for a number.

    Args:
        number: a float, or an int for which ``is_exact`` holds.

    Source:
        ECMAScript, Number::toString and SerializeJSONProperty.
    """
    if isinstance(number, int) and -_SAFE <= number <= _SAFE:
        return int.__repr__(number)
    value = float(number)
    if not math.isfinite(value):
        return "null"
    # The shortest digits that give the number back, in both languages.
    mantissa, _, exponent = float.__repr__(abs(value)).partition("e")
    sign = "-" if value < 0 else ""
    if not exponent:
        return sign + mantissa.removesuffix(".0")
    return sign + _placed(mantissa.replace(".", ""), int(exponent) + 1)


def _placed(digits: str, point: int) -> str:
    """Write digits, of which ``point`` stand before the decimal point."""
    if len(digits) <= point <= _MOST_PLACES:
        return digits.ljust(point, "0")
    if _LEAST_PLACES < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def whole_of(text: str) -> int | float:
    """Return the value of a JSON number that has neither a point nor an exponent."""
    if len(text) > _SHORT:
        return number_of(text)
    return int(text) if text != "-0" else -0.0


def number_of(text: str) -> int | float:
    """Return the value of any JSON number, as the module says.

    It takes time in proportion to the length of ``text``, however large the number.
    """
    value = float(text)
    if not value.is_integer() or abs(value) >= 10**_MOST_PLACES:
        return value
    return int(value) if value or not text.startswith("-") else -0.0
