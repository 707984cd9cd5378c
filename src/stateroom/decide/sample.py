"""Writes a cell as an item of a catalogue: answers that fall into exactly that cell."""

from __future__ import annotations

import math

from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.values import LARGEST_NUMBER
from stateroom.decide.answers import written
from stateroom.decide.columns import NUMERIC, WHOLE, Column
from stateroom.decide.heat import HOUR, expected_hits
from stateroom.decide.table import CellKey

__all__ = ("answers_of", "item_text")

TYPICAL: dict[str, tuple[float, ...]] = {
    "size": (20_000, 500, 300 * 1024, 4 * 1024**2, 1024**3),
    "reads_per_hour": (60, 1, 0.2, 0),
    "writes_per_hour": (1, 60, 0.1, 0),
    "cardinality": (1_000, 10, 100_000),
}
"""Numbers that people know from their own data, the most usual ones first."""
_LIFE = "1h"


def item_text(
    columns: tuple[Column, ...], cell: CellKey, name: str = "counter-example"
) -> str:
    """Return the TOML of an item that ``reading`` puts into ``cell``."""
    answers = answers_of(columns, cell)
    lines = [f"{key} = {_toml(key, text)}" for key, text in answers.items()]
    return "\n".join([f"[items.{name}]", *lines])


def answers_of(columns: tuple[Column, ...], cell: CellKey) -> dict[str, str]:
    """Return an answer per input, as a catalogue writes it, quotes aside."""
    pieces = {c.name: c.pieces[p] for c, p in zip(columns, cell, strict=True)}
    answers: dict[str, str] = {}
    for column, piece in zip(columns, cell, strict=True):
        if column.name == "hit_ratio":
            answers |= _heat(_reads(column, piece), pieces)
        elif column.name in NUMERIC:
            answers[column.name] = written(column.name, _number(column, piece))
        else:
            answers[column.name] = column.pieces[piece]
    if answers.get("staleness") == "bounded":
        answers["staleness"] = _LIFE
    return answers


def _toml(name: str, text: str) -> str:
    is_bare = INPUTS[name].kind in {"flag", "rate", "count"}
    return text if is_bare else f'"{text}"'


def _heat(reads: float, pieces: dict[str, str]) -> dict[str, str]:
    """Return how often it is read, and what ends a copy of it after an hour."""
    answers = {"reads_per_hour": written("reads_per_hour", reads)}
    if "staleness" not in pieces:
        answers["staleness"] = _LIFE
    # Where nothing else ends a copy after an hour, a licence does.
    if pieces.get("staleness") == "exact" or pieces.get("immutable") == "true":
        answers["licence_ttl"] = _LIFE
    return answers


def _reads(column: Column, piece: int) -> float:
    for reads in TYPICAL["reads_per_hour"]:
        if column.piece_of(expected_hits(reads, HOUR)) == piece:
            return reads
    ratio = _middle(column, piece)
    return ratio / (1 - ratio) if ratio < 1 else LARGEST_NUMBER


def _number(column: Column, piece: int) -> float:
    for number in TYPICAL[column.name]:
        if column.piece_of(number) == piece:
            return number
    low, is_above = column.edges[piece]
    if column.name in WHOLE:
        return math.floor(low) + 1 if is_above else math.ceil(low)
    return _middle(column, piece)


def _middle(column: Column, piece: int) -> float:
    low, high = column.edges[piece][0], column.edges[piece + 1][0]
    if math.isinf(high):
        high = 1.0 if column.name == "hit_ratio" else low * 2 + 1
    return (low + high) / 2
