"""Collects the programs that show deviations, by the name of what they show."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

__all__ = ("Shown", "Shows", "collected")

Shown: TypeAlias = "Callable[[], object]"
Shows: TypeAlias = "Callable[[str], Callable[[Shown], Shown]]"


def collected(programs: dict[str, Shown]) -> Shows:
    """Return a decorator that puts what shows a deviation into ``programs``."""

    def shows(name: str) -> Callable[[Shown], Shown]:
        def register(shown: Shown) -> Shown:
            programs[name] = shown
            return shown

        return register

    return shows
