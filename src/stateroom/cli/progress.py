"""Tells how far a long run is: on a terminal only, on stderr, and gone at the end."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from typing import TypeVar

__all__ = ("watched",)

T = TypeVar("T")
LONG = 1000
"""Items from which it takes long enough to say something."""
STEP = 250


def watched(things: Collection[T], doing: str = "deciding") -> Iterator[T]:
    """Yield ``things``, telling how many of them are done."""
    is_told = len(things) >= LONG and sys.stderr.isatty()
    for number, each in enumerate(things):
        if is_told and number % STEP == 0:
            sys.stderr.write(f"\r{doing} {number:,} of {len(things):,} ")
            sys.stderr.flush()
        yield each
    if is_told:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
