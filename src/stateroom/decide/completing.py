"""Decides although answers are missing: by every completion of them.

Each way in which the unknown answers could turn out is counted. If all agree, the
decision is certain without asking. If not, the most common answer is taken, its share
is the confidence, and the question that splits the answers best is the one to ask.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from stateroom.decide.ruleset import NEARNESS
from stateroom.decide.table import CellKey, Outcome, Partial, Table
from stateroom.decide.tally import Tally

__all__ = ("EXPOSED", "Answer", "Completed", "Completing", "exposure")

Answer: TypeAlias = tuple[str, ...]
"""A placement, as ``Outcome.placement`` gives it."""

EXPOSED: dict[str, int] = {
    place: rank for rank, places in enumerate(NEARNESS, 1) for place in places
}
"""How near to the browser a place is; places that are not named stay on the server."""


class Completed(msgspec.Struct, frozen=True, kw_only=True):
    """What the completions of a partly known cell say.

    Attributes:
        cell: a completion that gives the answer taken.
        outcome: the answer taken.
        confidence: the share of possible completions that give it, 0..1.
        ask: index of the unknown column to ask about first, or None when certain.
    """

    cell: CellKey
    outcome: Outcome
    confidence: float
    ask: int | None


class Completing:
    """Completes partly known cells of one table, and remembers what it found."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._tally = Tally(table)
        self._completed: dict[Partial, Completed | None] = {}
        self._outcomes: dict[Partial, Outcome | None] = {}

    def complete(self, partial: Partial) -> Completed | None:
        """Return what is decided of a cell; None when no completion is possible."""
        if partial not in self._completed:
            self._completed[partial] = self._complete(partial)
        return self._completed[partial]

    def outcome(self, partial: Partial) -> Outcome | None:
        """Return the most common outcome alone; None when nothing is possible."""
        if partial not in self._outcomes:
            self._outcomes[partial] = self._outcome(partial)
        return self._outcomes[partial]

    def open_bits(self, partial: Partial) -> float:
        """Return the bits that are open, weighted by the completions: 0 is certain."""
        return _entropy(self._counts(partial))

    def open_after(self, partial: Partial, index: int) -> float:
        """Return what remains open after one answer, over all that it could be."""
        return sum(_entropy(counts) for _, counts in self._split(partial, index))

    def _complete(self, partial: Partial) -> Completed | None:
        counts = self._counts(partial)
        if not counts:
            return None
        best = _most_common(counts)
        cell = self._typical(partial, best)
        return Completed(
            cell=cell,
            outcome=self.table.outcome(cell),
            confidence=counts[best] / counts.total(),
            ask=self._best_question(partial) if len(counts) > 1 else None,
        )

    def _outcome(self, partial: Partial) -> Outcome | None:
        tally = self._tally.count(partial)
        if not tally:
            return None
        outcomes = {outcome.placement: outcome for outcome, _ in tally}
        return outcomes[_most_common(_by_placement(tally))]

    def _counts(self, partial: Partial) -> Counter[Answer]:
        return _by_placement(self._tally.count(partial))

    def _typical(self, partial: Partial, best: Answer) -> CellKey:
        """Return a completion that gives ``best``, by the likeliest piece of each."""
        for index, piece in enumerate(partial):
            if piece is None:
                options = self._split(partial, index)
                likeliest = max(options, key=lambda option: option[1][best])
                partial = _with_piece(partial, index, likeliest[0])
        return _all(partial)

    def _split(self, partial: Partial, index: int) -> list[tuple[int, Counter[Answer]]]:
        """Return the answers that remain for each piece of one unknown column."""
        return [
            (piece, self._counts(_with_piece(partial, index, piece)))
            for piece in self.table.likely[index]
        ]

    def _best_question(self, partial: Partial) -> int:
        """Return the unknown column after whose answer least remains open."""
        unknown = [index for index, piece in enumerate(partial) if piece is None]
        remaining = {index: self.open_after(partial, index) for index in unknown}
        return min(unknown, key=lambda index: (round(remaining[index], 9), index))


@functools.cache
def exposure(answer: Answer) -> int:
    """Return how near to the browser a placement brings the data, 0..3."""
    return max(EXPOSED.get(place.split("/")[0], 0) for place in answer)


def _by_placement(tally: list[tuple[Outcome, int]]) -> Counter[Answer]:
    counts: Counter[Answer] = Counter()
    for outcome, number in tally:
        counts[outcome.placement] += number
    return counts


def _most_common(counts: Counter[Answer]) -> Answer:
    """Return the most common answer; of equal ones that farthest from the browser."""
    if len(counts) == 1:
        return next(iter(counts))
    return min(counts, key=lambda each: (-counts[each], exposure(each), each))


def _entropy(counts: Counter[Answer]) -> float:
    """Return the bits still open in a group of answers, weighted by its size."""
    total = counts.total()
    return sum(-n * math.log2(n / total) for n in counts.values())


def _with_piece(partial: Partial, index: int, piece: int) -> Partial:
    return (*partial[:index], piece, *partial[index + 1 :])


def _all(partial: Partial) -> CellKey:
    return tuple(_pieces(partial))


def _pieces(partial: Partial) -> Iterator[int]:
    for piece in partial:
        if piece is None:
            raise ValueError("a piece is not known")
        yield piece
