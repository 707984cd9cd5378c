"""A finding: one thing to attend to, with its code, place, evidence and mend."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

__all__ = ("LEVELS", "Finding", "Level", "Place", "is_at_least")

Level: TypeAlias = Literal["info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("info", "warning", "error")
"""From the least to the most severe."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a file something stands; line and column are 1-based, 0 unknown."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to attend to.

    Attributes:
        code: registered in ``stateroom.catalogue.codes``, e.g. ``"SEC001"``.
        level: how much it matters.
        message: what is wrong, as one sentence with its values.
        item: the item it is about, or empty.
        input: the input, override or lock field to look at, or empty.
        evidence: what was seen, e.g. ``"hit ratio 33 %"``; may be empty.
        fix: what to do, as one sentence.
        place: where it stands, when that is known.
    """

    code: str
    level: Level
    message: str
    item: str = ""
    input: str = ""
    evidence: str = ""
    fix: str = ""
    place: Place = Place()

    @property
    def fingerprint(self) -> str:
        """Names the finding across runs: code, item and field, never a line."""
        return f"{self.code}:{self.item}:{self.input}"


def is_at_least(level: Level, bound: Level) -> bool:
    """Say whether ``level`` is as severe as ``bound`` or more."""
    return LEVELS.index(level) >= LEVELS.index(bound)
