"""What is raised for a value that is none, and numbers that are checked for it."""

from __future__ import annotations

import inspect
import math
from contextlib import suppress
from typing import Final

from stateroom.errors import InvalidValue

__all__ = (
    "INT64",
    "check_flag",
    "check_function",
    "refused",
    "seconds_of",
    "whole_number",
)

INT64: Final = 2**63
"""Redis counts from -INT64 up to one less than INT64."""
MOST_SHOWN: Final = 80
"""Characters of a value that a message shows."""


def refused(what: str, found: object, allowed: str) -> InvalidValue:
    """Return what to raise; a traceback shows all of it, too."""
    shown = repr(found)[:MOST_SHOWN]
    hint = f"allowed is {allowed}"
    return InvalidValue(f"{what}: {shown}", found=shown, allowed=allowed, hint=hint)


def whole_number(found: object, what: str, *, least: int, most: int) -> int:
    """Return an int within bounds, both included.

    Raises:
        InvalidValue: it is none, or out of bounds; True and 1.0 are none.
    """
    is_whole = isinstance(found, int) and not isinstance(found, bool)
    if is_whole and isinstance(found, int) and least <= found <= most:
        return int(found)
    raise refused(what, found, f"an int from {_shown(least)} to {_shown(most)}")


def seconds_of(found: object, what: str, *, least: float, most: float) -> float:
    """Return seconds within bounds, both included.

    Raises:
        InvalidValue: they are no number, none at all (nan), or out of bounds.
    """
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    if is_number and isinstance(found, int | float) and least <= found <= most:
        with suppress(OverflowError):  # an int may have more digits than a float
            return float(found)
    end = " or more" if most == math.inf else f" to {most:g}"
    raise refused(what, found, f"seconds, {least:g}{end}")


def check_flag(found: object, what: str) -> None:
    """Raise ``InvalidValue`` for what is not True and not False: "no" is true, too."""
    if not isinstance(found, bool):
        raise refused(what, found, "True or False")


def check_function(found: object, what: str) -> None:
    """Raise ``InvalidValue`` for what does not return the next value when called."""
    if not callable(found) or inspect.iscoroutinefunction(found):
        allowed = "a function of the value that returns the next one, not awaited"
        raise refused(what, found, allowed)


def _shown(bound: int) -> str:
    return {INT64 - 1: "2**63 - 1", -INT64: "-2**63"}.get(bound, str(bound))
