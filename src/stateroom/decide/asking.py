"""Finds the next question to ask a person, when some they cannot answer.

What they cannot answer stays unknown: every completion of it is counted. Of the other
questions the one is asked after whose answer least remains open, and none whose answer
would tell nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection

from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import Item
from stateroom.decide.columns import Column
from stateroom.decide.decision import Ask, Option
from stateroom.decide.reading import asked_for, cell_of
from stateroom.decide.table import Partial, Table
from stateroom.decide.tally import Tally

__all__ = ("Asking",)

NOTHING = 1e-9
"""Bits; an answer that tells less than this tells nothing."""


class Asking:
    """Finds questions about items, by one table of rules."""

    def __init__(self, table: Table) -> None:
        self.columns: tuple[Column, ...] = table.columns
        self._tally = Tally(table)

    def next_question(self, item: Item, passed: Collection[str] = ()) -> Ask | None:
        """Return the best question that is still worth asking, or None.

        Args:
            item: with the answers so far.
            passed: names of inputs that were asked for and not answered.
        """
        partial = cell_of(item, self.columns)
        is_open = self._open(partial)
        if not is_open:
            return None
        left = {
            name: self._left(partial, index)
            for index, name in self._unknown(item, partial)
            if name not in passed
        }
        if not left:
            return None
        best = min(left, key=lambda name: round(left[name], 9))
        # With nothing passed over, two answers may tell only together what they tell.
        if passed and is_open - left[best] < NOTHING:
            return None
        return _question(best)

    def _unknown(self, item: Item, partial: Partial) -> list[tuple[int, str]]:
        return [
            (index, asked_for(item, column.name))
            for index, (column, piece) in enumerate(
                zip(self.columns, partial, strict=True)
            )
            if piece is None
        ]

    def _left(self, partial: Partial, index: int) -> float:
        """Return what would remain open after the answer, on average of all answers."""
        pieces = range(len(self.columns[index].pieces))
        return sum(
            self._open((*partial[:index], piece, *partial[index + 1 :]))
            for piece in pieces
        )

    def _open(self, partial: Partial) -> float:
        """Return the bits that are open, weighted by the completions: 0 is certain."""
        counts: Counter[tuple[str, ...]] = Counter()
        for outcome, number in self._tally.count(partial):
            counts[outcome.placement] += number
        total = counts.total()
        return sum(-n * math.log2(n / total) for n in counts.values())


def _question(name: str) -> Ask:
    asked = INPUTS[name]
    options = tuple(
        Option(value=value, meaning=meaning) for value, meaning in asked.values.items()
    )
    return Ask(input=asked.name, question=asked.question, options=options)
