"""Answers what a ruleset places in every cell of a space at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeAlias, TypeVar

from stateroom.decide.ruleset import HOME_COLUMN, Row, Ruleset
from stateroom.decide.space import Mask, Space

__all__ = ("SILENT", "Layout", "Placement", "placement_text")

Key = TypeVar("Key", str, tuple[str, ...])
Placement: TypeAlias = tuple[str, ...]
"""The home, then the copies sorted; equal means the same answer."""
SILENT: Placement = ()
"""The placement of a cell for which no row decides."""


def placement_text(placement: Placement) -> str:
    """Print a placement as decisions do, e.g. ``source + redis/cache``."""
    return " + ".join(placement) or "no answer"


class Layout:
    """The rows of a ruleset on a space, impossible cells left out.

    Attributes:
        matches: by row and overlay id, the possible cells that its conditions accept.
        reaches: per block, the possible cells that no row of an earlier block takes.
        decides: by row id, the cells in which it is the first to match; by overlay
            id, the cells to which it adds its copies.
        silent: the possible cells for which no row decides.
    """

    def __init__(self, ruleset: Ruleset, space: Space) -> None:
        self.ruleset = ruleset
        self.space = space
        self.matches: dict[str, Mask] = {
            row.id: space.any_of(row.when) & space.possible
            for row in (*ruleset.rows, *ruleset.overlays)
        }
        self.reaches: list[Mask] = []
        self.decides: dict[str, Mask] = {}
        self.silent: Mask = space.possible
        self._decide()
        self._homes: dict[str, Mask] = {}
        for row in ruleset.rows:
            _add(self._homes, str(row.home), self.decides[row.id])
        self._copies: dict[str, Mask] = {}
        self._overlay()

    @property
    def decided(self) -> Mask:
        """The possible cells for which some row decides."""
        return self.space.possible ^ self.silent

    @property
    def homes(self) -> dict[str, Mask]:
        """The cells of each home that a row gives."""
        return dict(self._homes)

    def home(self, places: Iterable[str]) -> Mask:
        """Return the cells whose home is one of ``places``, e.g. ``redis/live``."""
        return _union(self._homes, places)

    def copy(self, slots: Iterable[str]) -> Mask:
        """Return the cells that have one of these copies, e.g. ``redis/cache``."""
        return _union(self._copies, slots)

    def held(self, places: Iterable[str]) -> Mask:
        """Return the cells with a home or a copy in one of ``places``."""
        wanted = tuple(places)
        return self.home(wanted) | self.copy(wanted)

    def copies_but(self, slots: Iterable[str]) -> Mask:
        """Return the cells that have a copy other than these."""
        return self.copy(self._copies.keys() - set(slots))

    @cached_property
    def placements(self) -> dict[Placement, Mask]:
        """The cells of every placement; a partition of the possible cells."""
        parts: dict[Placement, Mask] = {SILENT: self.silent} if self.silent else {}
        for home, cells in self._homes.items():
            for copies, part in self._split(cells):
                _add(parts, (home, *copies), part)
        return parts

    def placement(self, cells: Mask) -> Placement:
        """Return the placement of cells that all have the same one."""
        return next(each for each, mask in self.placements.items() if mask & cells)

    def takers(self, cells: Mask) -> tuple[str, ...]:
        """Return the ids of rows and overlays that act in one of the cells."""
        return tuple(each for each, mask in self.decides.items() if mask & cells)

    def _decide(self) -> None:
        for block in self.ruleset.blocks:
            self.reaches.append(self.silent)
            for row in block.rows:
                self.decides[row.id] = self.matches[row.id] & self.silent
                self.silent ^= self.decides[row.id]

    def _overlay(self) -> None:
        for row in self.ruleset.rows:
            for slot in row.copies:
                _add(self._copies, str(slot), self.decides[row.id])
        for row in self.ruleset.overlays:
            self.decides[row.id] = self._adds(row)
            for slot in row.copies:
                _add(self._copies, str(slot), self.decides[row.id])

    def _adds(self, overlay: Row) -> Mask:
        adds = 0
        for conditions in overlay.when:
            homes = conditions.get(HOME_COLUMN)
            allowed = self.home(homes) if isinstance(homes, tuple) else self.decided
            adds |= self.space.mask(conditions) & allowed
        return adds

    def _split(self, cells: Mask) -> list[tuple[Placement, Mask]]:
        """Split cells by the copies they have."""
        parts: list[tuple[Placement, Mask]] = [((), cells)] if cells else []
        for slot, mask in sorted(self._copies.items()):
            parts = [
                (names, part)
                for copies, before in parts
                for names, part in (
                    ((*copies, slot), before & mask),
                    (copies, before & ~mask),
                )
                if part
            ]
        return parts


def _add(masks: dict[Key, Mask], key: Key, more: Mask) -> None:
    masks[key] = masks.get(key, 0) | more


def _union(masks: dict[str, Mask], keys: Iterable[str]) -> Mask:
    union = 0
    for key in keys:
        union |= masks.get(key, 0)
    return union
