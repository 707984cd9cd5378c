"""Bounds how deep plain values may be nested where too deep would end everything.

CPython raises an error when its stack is full. In a browser the page's own stack is
full before that, and then the interpreter is gone, with all state. So there, and only
there, levels are counted; a page has one thread, so a plain number will do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final, TypeVar, cast

__all__ = ("MOST_LEVELS", "bounded")

F = TypeVar("F", bound=Callable[..., object])

MOST_LEVELS: Final = 150
"""Levels of plain values in a page. Tried with Pyodide: 200 work, 400 do not."""

_level = [0]


def bounded(function: F) -> F:
    """Return ``function``, which calls itself for each level, with a bound in a page.

    Raises:
        RecursionError: out of the function that is returned, at the bound.
    """
    platform: str = sys.platform
    if platform != "emscripten":
        return function

    def counted(*args: object) -> object:
        if _level[0] >= MOST_LEVELS:
            raise RecursionError(
                f"values are nested in more than {MOST_LEVELS} levels, or contain "
                "themselves"
            )
        _level[0] += 1
        try:
            return function(*args)
        finally:
            _level[0] -= 1

    return cast("F", counted)
