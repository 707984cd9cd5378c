"""Finds which element of a list stands in the place of which.

An element that was changed looks like one removed and another one added in its place.
So where elements have parts that can change, one that was put where another one was is
taken for its next version: it keeps its place in the order, and when both sides made
another version of one element, only one of them is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from stateroom.persist.merging.ordering import unmoved
from stateroom.persist.merging.sameness import Token

__all__ = ("Versions", "versions")


class Versions(NamedTuple):
    """The elements of a base that have other versions.

    Attributes:
        stored: what the one side has in the place of an element.
        current: what the other side has.
    """

    stored: dict[Token, Token]
    current: dict[Token, Token]

    def clashes(self) -> list[Token]:
        """Return the elements of which the two sides have different versions."""
        return [
            key
            for key, version in self.stored.items()
            if self.current.get(key, version) != version
        ]

    def of(self, key: Token) -> Token:
        """Return what an element has become."""
        return self.current.get(key, self.stored.get(key, key))


def versions(
    base: Sequence[Token], stored: Sequence[Token], current: Sequence[Token]
) -> Versions:
    """Return the versions in two lists without duplicates, made from ``base``."""
    theirs, ours = _replaced(base, stored), _replaced(base, current)
    shared = set(stored).intersection(current)
    # What both sides have, each in another place, is one element and no version.
    unclear = {
        key
        for side in (theirs, ours)
        for key, version in side.items()
        if version in shared and theirs.get(key) != ours.get(key)
    }
    return Versions(_without(theirs, unclear), _without(ours, unclear))


def _without(found: dict[Token, Token], keys: Iterable[Token]) -> dict[Token, Token]:
    return {key: version for key, version in found.items() if key not in keys}


def _replaced(base: Sequence[Token], side: Sequence[Token]) -> dict[Token, Token]:
    """Return what stands where each removed element stood, if anything does.

    Between two elements that are left, the first one added takes the place of the first
    one removed, and so on; at the front, the last one added that of the last one.
    """
    removed, added = _runs(base, set(side)), _runs(side, set(base))
    if not unmoved(base, side):  # nobody knows where anything stood
        removed, added = [[*chain(*removed)]], [[*chain(*added)]]
    elif len(added) > 1:
        removed[0].reverse()
        added[0].reverse()
    found: dict[Token, Token] = {}
    for gone, new in zip(removed, added, strict=True):
        found.update(zip(gone, new, strict=False))
    return found


def _runs(keys: Sequence[Token], left: set[Token]) -> list[list[Token]]:
    """Return what is before, between and behind the elements that are ``left``."""
    runs: list[list[Token]] = [[]]
    for key in keys:
        if key in left:
            runs.append([])
        else:
            runs[-1].append(key)
    return runs
