"""Finds what would change a decision while some answers are still unknown.

Every other answer to what is known, and every answer to what is not, is tried with all
completions of the rest; the most common one counts, as in the decision itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.catalogue.item import Item
from stateroom.catalogue.values import Value
from stateroom.decide.answers import text_of
from stateroom.decide.columns import Column
from stateroom.decide.completing import Completing
from stateroom.decide.crossing import across
from stateroom.decide.decision import Flip
from stateroom.decide.flips import MOVES_HITS, answered, flip_to, is_refused
from stateroom.decide.heat import DEFAULT_TTL
from stateroom.decide.reading import piece_of
from stateroom.decide.table import Outcome, Partial

__all__ = ("find_open_flips",)


def find_open_flips(
    item: Item, partial: Partial, now: Outcome, completing: Completing
) -> tuple[Flip, ...]:
    """Return every single answer that changes home or copies.

    Args:
        item: as declared.
        partial: the pieces of its answers; None where there is none.
        now: what is decided of them.
        completing: the rules.
    """
    columns = completing.table.columns
    flips = []
    for name, value in _others(partial, columns):
        if is_refused(item, name, value, completing.table):
            continue
        changed = _read_again(answered(item, name, value), name, partial, columns)
        other = completing.outcome(changed)
        if other is not None and other.placement != now.placement:
            flips.append(flip_to(name, text_of(item, name), value, other))
    return tuple(flips)


def _read_again(
    item: Item, name: str, partial: Partial, columns: tuple[Column, ...]
) -> Partial:
    """Return the pieces of an item with another answer to ``name``."""
    read = (name, "writer", "hit_ratio") if name in MOVES_HITS else (name,)
    return tuple(
        [
            piece_of(item, column) if column.name in read else piece
            for column, piece in zip(columns, partial, strict=True)
        ]
    )


def _others(
    partial: Partial, columns: tuple[Column, ...]
) -> Iterator[tuple[str, Value]]:
    for column, now in zip(columns, partial, strict=True):
        if column.name == "hit_ratio":
            continue
        for piece in range(len(column.pieces)):
            if piece != now:
                yield column.name, _value(column, now, piece)


def _value(column: Column, now: int | None, piece: int) -> Value:
    if column.is_numeric:
        return across(column, now, piece)
    if (column.name, column.pieces[piece]) == ("staleness", "bounded"):
        return DEFAULT_TTL
    return column.choice(piece)
