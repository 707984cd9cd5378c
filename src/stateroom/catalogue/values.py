"""Reads one declared value: from what stands in a file to what an ``Item`` holds.

Used by the loader for files and by ``declare`` for Python, so that both accept and
refuse exactly the same. A refusal says what was found, what is allowed and the nearest
valid spelling; the caller adds the place.
"""

from __future__ import annotations

from collections.abc import Callable

from stateroom.catalogue.inputs import CHOICES, Input
from stateroom.catalogue.units import parse_duration, parse_size
from stateroom.catalogue.wording import nearest, show
from stateroom.errors import InvalidValue

__all__ = ("Value", "nearest", "read_value", "show")

Value = str | float | int | bool
"""What an input can hold: a choice, a flag, seconds, bytes, a count or a rate."""

LARGEST_NUMBER = 1e15
"""Above this a rate, count or price is a slip; it also keeps arithmetic exact."""


def read_value(question: Input, raw: object) -> Value:
    """Return ``raw`` as a value of ``question``.

    Raises:
        InvalidValue: it is not one; ``found``, ``allowed`` and ``hint`` (the nearest
            valid spelling, or empty) say what to mend.
    """
    return _READERS[question.kind](question, raw)


def _read_choice(question: Input, raw: object) -> str:
    allowed = CHOICES[question.name]
    if isinstance(raw, str) and raw in allowed:
        return raw
    raise InvalidValue(
        "not one of its values",
        found=show(raw),
        allowed=", ".join(allowed),
        hint=nearest(raw, allowed) if isinstance(raw, str) else "",
    )


def _read_flag(_question: Input, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    words = {"true": "true", "yes": "true", "false": "false", "no": "false"}
    hint = words.get(show(raw).strip('"').casefold(), "")
    raise InvalidValue(
        "not true or false", found=show(raw), allowed="true, false", hint=hint
    )


def _read_staleness(_question: Input, raw: object) -> float | str:
    if raw == "exact":
        return "exact"
    allowed = '"exact", or a duration such as "90s", "5m", "1h", "7d"'
    try:
        return parse_duration(raw)
    except InvalidValue as error:
        close = nearest(raw, ["exact"]) if isinstance(raw, str) else ""
        is_zero = show(raw).strip('"') in {"0", "0.0", "0s"}
        raise InvalidValue(
            'no copy can be younger than zero seconds; say "exact"'
            if is_zero
            else str(error).replace("a duration", '"exact" or a duration', 1),
            found=show(raw),
            allowed=allowed,
            hint="exact" if is_zero else close,
        ) from None


def _read_duration(_question: Input, raw: object) -> float:
    try:
        return parse_duration(raw)
    except InvalidValue as error:
        raise InvalidValue(str(error), found=show(raw), allowed=error.allowed) from None


def _read_size(_question: Input, raw: object) -> int:
    try:
        return parse_size(raw)
    except InvalidValue as error:
        raise InvalidValue(str(error), found=show(raw), allowed=error.allowed) from None


def _read_number(question: Input, raw: object) -> float:
    # "Not a number" is between no bounds, and so refused; a flag is an int to Python.
    if (
        isinstance(raw, int | float)
        and not isinstance(raw, bool)
        and 0 <= raw <= LARGEST_NUMBER
    ):
        return raw
    raise InvalidValue(
        f"{question.name} must be a number, zero or more",
        found=show(raw),
        allowed=f"a number from 0 to {LARGEST_NUMBER:g}",
    )


def _read_count(question: Input, raw: object) -> int:
    number = _read_number(question, raw)
    if number == int(number):
        return int(number)
    raise InvalidValue(
        f"{question.name} must be a whole number",
        found=show(raw),
        allowed="a whole number, zero or more",
    )


_READERS: dict[str, Callable[[Input, object], Value]] = {
    "choice": _read_choice,
    "flag": _read_flag,
    "staleness": _read_staleness,
    "duration": _read_duration,
    "size": _read_size,
    "count": _read_count,
    "rate": _read_number,
    "number": _read_number,
}
