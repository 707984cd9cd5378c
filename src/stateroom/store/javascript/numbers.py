"""Numbers as JavaScript has them: one kind, of 64 bits, written as short as can be.

Python tells 1 from 1.0, and its whole numbers have no end. So there are two rules:

* What is read: a whole number is an ``int``, however it is spelled (``1``, ``1.0`` and
  ``1e2``), as far as 1e21, from where JavaScript writes an exponent. Others are a
  ``float``: fractions, larger numbers, and -0, which is not 0 in either language.
* What is written: an ``int`` that JavaScript would round is not a number there, see
  ``is_exact``; a document refuses it, and a key marks it.

So what was read is written as JavaScript would write it, and what was written comes
back equal. NaN and the infinities have no text: a document has ``null``, a key a mark.
"""

from __future__ import annotations

from typing import Final

__all__ = (
    "EXACT",
    "is_exact",
    "number_of",
    "number_text",
    "whole_of",
    "whole_text",
)

EXACT: Final = 2**53
"""Up to here every whole number is exact. ECMAScript, Number.MAX_SAFE_INTEGER, + 1."""
_SHORT: Final = 15
"""Digits of which any whole number is below ``EXACT``."""
_EXPONENT_FROM: Final = 21
"""The power of ten from where an exponent is written, and ints are floats.

Source: ECMAScript, Number::toString, 8.
"""
_PLACES: Final = 6
"""Places after the point, beyond which a first digit also needs an exponent.

Source: ECMAScript, Number::toString, 10.
"""


def is_exact(number: int) -> bool:
    """Say whether JavaScript can hold ``number`` without rounding it.

    That is so up to 2 ** 53, and above it for multiples of a growing power of two.
    """
    if -EXACT <= number <= EXACT:
        return True
    try:
        return float(number) == number  # Python compares the two exactly
    except OverflowError:
        return False


def number_text(number: float) -> str:
    """Return the text of a finite float.

    Source:
        ECMAScript, Number::toString.
    """
    # The shortest digits that give the number back, in both languages.
    text = float.__repr__(number)
    if "e" not in text:
        return text.removesuffix(".0") if number else "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = text.removeprefix(sign).partition("e")
    power = int(exponent)
    if 0 < power < _EXPONENT_FROM:  # there are fewer digits than this
        return sign + mantissa.replace(".", "").ljust(power + 1, "0")
    if -_PLACES <= power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{mantissa.replace('.', '')}"
    return f"{sign}{mantissa}e{power:+d}"


def whole_text(number: int) -> str:
    """Return the text of an int for which ``is_exact`` holds."""
    if -EXACT <= number <= EXACT:
        return int.__repr__(number)
    return number_text(float(number))


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
    if not value.is_integer() or abs(value) >= 10**_EXPONENT_FROM:
        return value
    return int(value) if value or not text.startswith("-") else -0.0
