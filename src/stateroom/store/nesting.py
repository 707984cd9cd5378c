"""Says how deeply JSON is nested, before it is read where that could be the end.

Python refuses to read what is nested too deeply, as it knows how much of its stack is
left. In a page it does not know: the stack is JavaScript's, and Pyodide ends for good,
at some 10,000 levels, and at each start again.
"""

from __future__ import annotations

import re
import sys
from itertools import accumulate
from typing import Final

__all__ = ("DEEPEST", "levels", "refuse_deep")

DEEPEST: Final = 1_000
"""Levels that are read in a page; elsewhere as many as Python can."""
IS_PAGE: Final = sys.platform == "emscripten"
_TEXT: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"
_OTHERS: Final = bytes(set(range(256)) - set(_OPENING + _CLOSING))
_STEPS: Final = tuple((each in _OPENING) - (each in _CLOSING) for each in range(256))


def levels(data: bytes) -> int:
    """Return the most levels of arrays and objects at one place of a JSON text.

    A text that is no JSON has as many as a reader would meet before it stops, or more.
    """
    brackets = _TEXT.sub(b"", data).translate(None, _OTHERS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def refuse_deep(data: bytes) -> None:
    """Refuse, in a page, what could not be read there, or not be read again.

    Raises:
        ValueError: it has more than ``DEEPEST`` levels.
    """
    if not IS_PAGE or data.count(b"[") + data.count(b"{") <= DEEPEST:
        return
    found = levels(data)
    if found > DEEPEST:
        raise ValueError(
            f"it is nested in {found:,} levels, and a page reads {DEEPEST:,}"
        )
