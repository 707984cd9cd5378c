"""Finds the next question to ask a person, when some they cannot answer.

What they cannot answer stays unknown: every completion of it is counted. Of the other
questions the one is asked after whose answer least remains open, and none whose answer
would tell nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import Item
from stateroom.decide.columns import Column
from stateroom.decide.completing import Completing
from stateroom.decide.decision import Ask, Option
from stateroom.decide.reading import asked_for, cell_of
from stateroom.decide.table import Partial, Table

__all__ = ("Asking", "question_about")

NOTHING = 1e-9
"""Bits; an answer that tells less than this tells nothing."""


class Asking:
    """Finds questions about items, by one table of rules."""

    def __init__(self, table: Table) -> None:
        self.columns: tuple[Column, ...] = table.columns
        self._completing = Completing(table)

    def next_question(self, item: Item, passed: Collection[str] = ()) -> Ask | None:
        """Return the best question that is still worth asking, or None.

        Args:
            item: with the answers so far.
            passed: names of inputs that were asked for and not answered.
        """
        partial = cell_of(item, self.columns)
        is_open = self._completing.open_bits(partial)
        if not is_open:
            return None
        left = {
            name: self._completing.open_after(partial, index)
            for index, name in self._unknown(item, partial)
            if name not in passed
        }
        if not left:
            return None
        best = min(left, key=lambda name: round(left[name], 9))
        # With nothing passed over, two answers may tell only together what they tell.
        if passed and is_open - left[best] < NOTHING:
            return None
        return question_about(best)

    def _unknown(self, item: Item, partial: Partial) -> list[tuple[int, str]]:
        return [
            (index, asked_for(item, column.name))
            for index, (column, piece) in enumerate(
                zip(self.columns, partial, strict=True)
            )
            if piece is None
        ]


def question_about(name: str) -> Ask:
    """Return the question for an input, with its options in plain words."""
    asked = INPUTS[name]
    options = tuple(
        Option(value=value, meaning=meaning) for value, meaning in asked.values.items()
    )
    return Ask(input=asked.name, question=asked.question, options=options)
