"""Decides although answers are missing: by every completion of them.

Each way in which the unknown answers could turn out is looked up. If all agree, the
decision is certain without asking. If not, the most common answer is taken, its share
is the confidence, and the question that splits the answers best is the one to ask.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections import Counter, defaultdict
from typing import TypeAlias

import msgspec

from stateroom.decide.table import CellKey, Outcome, Partial, Table

__all__ = ("Completed", "complete", "exposure")

Answer: TypeAlias = tuple[str, ...]
"""A placement, as ``Outcome.placement`` gives it."""

EXPOSED = {"transport": 1, "cdn": 1, "session": 2, "cookie": 3, "persist": 3}
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


def complete(partial: Partial, table: Table) -> Completed | None:
    """Return what is decided of a partly known cell; None when it is impossible."""
    answers: dict[CellKey, Answer] = {}
    for cell in itertools.product(*_choices(partial, table)):
        if table.is_possible(cell):
            answers[cell] = table.outcome(cell).placement
    if not answers:
        return None
    counts = Counter(answers.values())
    best = min(counts, key=lambda each: (-counts[each], exposure(each), each))
    cell = _typical([cell for cell, answer in answers.items() if answer == best])
    return Completed(
        cell=cell,
        outcome=table.outcome(cell),
        confidence=counts[best] / len(answers),
        ask=_best_question(partial, answers) if len(counts) > 1 else None,
    )


def _typical(cells: list[CellKey]) -> CellKey:
    """Return the cell that has most in common with the others, to explain them by."""
    common = [
        Counter(pieces).most_common(1)[0][0] for pieces in zip(*cells, strict=True)
    ]
    return max(cells, key=lambda cell: sum(map(operator.eq, cell, common)))


def exposure(answer: Answer) -> int:
    """Return how near to the browser a placement brings the data, 0..3."""
    return max(EXPOSED.get(place.split("/")[0], 0) for place in answer)


def _choices(partial: Partial, table: Table) -> list[range | tuple[int]]:
    return [
        range(len(column.pieces)) if piece is None else (piece,)
        for piece, column in zip(partial, table.columns, strict=True)
    ]


def _best_question(partial: Partial, answers: dict[CellKey, Answer]) -> int:
    """Return the unknown column after whose answer least remains open."""
    unknown = [index for index, piece in enumerate(partial) if piece is None]
    split: dict[tuple[int, int], Counter[Answer]] = defaultdict(Counter)
    for cell, answer in answers.items():
        for index in unknown:
            split[index, cell[index]][answer] += 1
    remaining = dict.fromkeys(unknown, 0.0)
    for (index, _), counts in split.items():
        remaining[index] += _entropy(counts)
    return min(unknown, key=lambda index: (round(remaining[index], 9), index))


def _entropy(counts: Counter[Answer]) -> float:
    """Return the bits still open in a group of answers, weighted by its size."""
    total = counts.total()
    return sum(-n * math.log2(n / total) for n in counts.values())
