"""Stands in for the compiled half of Hypothesis where only Python runs.

Its functions on floats, by what IEEE 754 says of these. Copied to where Hypothesis
looks for its own; see ``runtime.py``.
"""

from __future__ import annotations

import math
import struct

__all__ = (
    "cathetus",
    "count_between_floats",
    "float_of",
    "float_to_int",
    "int_to_float",
    "is_negative",
    "next_down",
    "next_down_normal",
    "next_up",
    "next_up_normal",
    "width_smallest_normals",
)

_FORMATS = {16: ("<e", "<H"), 32: ("<f", "<I"), 64: ("<d", "<Q")}
_LEAST_EXPONENT = {16: -14, 32: -126, 64: -1022}


def float_to_int(value: float, width: int = 64) -> int:
    """Return the bits of a float of that width."""
    of_float, of_int = _FORMATS[width]
    (bits,) = struct.unpack(of_int, struct.pack(of_float, value))
    return int(bits)


def int_to_float(bits: int, width: int = 64) -> float:
    """Return the float of these bits."""
    of_float, of_int = _FORMATS[width]
    (value,) = struct.unpack(of_float, struct.pack(of_int, bits))
    return float(value)


def float_of(value: float, width: int) -> float:
    """Return the nearest float of that width."""
    of_float, _ = _FORMATS[width]
    (found,) = struct.unpack(of_float, struct.pack(of_float, value))
    return float(found)


def is_negative(value: float) -> bool:
    """Say whether the sign is set, that of zero too."""
    return math.copysign(1.0, value) < 0


def width_smallest_normals(width: int) -> float:
    """Return the least positive float of that width that is not subnormal."""
    return math.ldexp(1.0, _LEAST_EXPONENT[width])


def next_up(value: float, width: int = 64) -> float:
    """Return the least float above; 0.0 is above -0.0."""
    if math.isnan(value) or value == math.inf:
        return value
    if value == 0 and is_negative(value):
        return 0.0
    step = -1 if is_negative(value) else 1
    return int_to_float(float_to_int(value, width) + step, width)


def next_down(value: float, width: int = 64) -> float:
    """Return the greatest float below."""
    return -next_up(-value, width)


def next_up_normal(value: float, width: int, *, allow_subnormal: bool) -> float:
    """Return the least float above, subnormal ones only where they are allowed."""
    found = next_up(value, width)
    least = width_smallest_normals(width)
    if allow_subnormal or math.isnan(found) or found == 0 or abs(found) >= least:
        return found
    return -0.0 if is_negative(found) else least


def next_down_normal(value: float, width: int, *, allow_subnormal: bool) -> float:
    """Return the greatest float below, subnormal ones only where they are allowed."""
    return -next_up_normal(-value, width, allow_subnormal=allow_subnormal)


def count_between_floats(first: float, last: float, width: int = 64) -> int:
    """Return how many floats there are from one to another, both included."""
    return _place(last, width) - _place(first, width) + 1


def cathetus(hypotenuse: float, other: float) -> float:
    """Return the third side of a right-angled triangle; NaN where there is none."""
    if math.isnan(hypotenuse) or math.isnan(other) or abs(other) > abs(hypotenuse):
        return math.nan
    if math.isinf(hypotenuse):
        return math.nan if math.isinf(other) else math.inf
    longest, short = abs(hypotenuse), abs(other)
    return math.sqrt(longest - short) * math.sqrt(longest + short)


def _place(value: float, width: int) -> int:
    """Return where a float stands among all of its width; 0.0 is at 0, -0.0 below."""
    size = float_to_int(abs(value), width)
    return -size - 1 if is_negative(value) else size
