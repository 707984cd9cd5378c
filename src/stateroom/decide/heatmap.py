"""Works out where data ends up when two questions are answered and the rest is open.

For every pair of answers the heat map says which share of the possible answers to all
other questions leads to which tiers. Shares are exact: every completion is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from stateroom.catalogue.values import Value, nearest
from stateroom.decide.columns import Column
from stateroom.decide.decision import SCHEMA_VERSION, RulesetRef
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.table import Outcome, compile_table
from stateroom.decide.tally import Tally
from stateroom.errors import InvalidValue, UsageError

__all__ = ("NONE", "SILENT", "HeatCell", "Heatmap", "heatmap", "piece_of")

NONE = "none"
"""Stands for data that is in none of the three tiers."""
SILENT = "silent"
"""Stands for data for which no row decides."""


class HeatCell(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of data with these two answers.

    Attributes:
        down: the answer that the line stands for.
        across: the answer that the column stands for.
        possible: how many completions there are; 0 when the answers exclude each other.
        tiers: for each set of tiers, e.g. ``"redis"``, ``"persist + redis"``,
            ``"none"`` or ``"silent"``, the share of completions that use just these.
            The largest comes first; all add up to 1.
        homes: for each home, e.g. ``"redis/live"``, its share, in the same way.
    """

    down: str
    across: str
    possible: int
    tiers: dict[str, float] = {}
    homes: dict[str, float] = {}

    @property
    def most(self) -> str | None:
        """The tiers with the largest share, or None for an impossible pair."""
        return next(iter(self.tiers), None)


class Heatmap(msgspec.Struct, frozen=True, kw_only=True):
    """The cells for all pairs of answers to two questions.

    Attributes:
        down: the column of the rules that varies from line to line.
        across: the one that varies from column to column.
        given: the answers that are the same everywhere.
        lines: the cells, line by line.
    """

    schema_version: str = SCHEMA_VERSION
    ruleset: RulesetRef
    down: str
    across: str
    given: dict[str, str] = {}
    lines: tuple[tuple[HeatCell, ...], ...]

    @property
    def cells(self) -> tuple[HeatCell, ...]:
        """All cells in one row."""
        return tuple(cell for line in self.lines for cell in line)


def heatmap(
    ruleset: Ruleset,
    *,
    down: str = "horizon",
    across: str = "audience",
    given: Mapping[str, Value] | None = None,
) -> Heatmap:
    """Return where data ends up, for all answers to two questions.

    Args:
        ruleset: the rules.
        down: a column of the rules.
        across: another column.
        given: answers to further columns, as an item holds them, or the piece of a
            column as the rules print it.

    Raises:
        UsageError: the rules do not have such a column, or one is named twice.
        InvalidValue: an answer is not one of its column.
    """
    lines, columns = _column(ruleset, down), _column(ruleset, across)
    fixed = {name: _column(ruleset, name) for name in given or {}}
    if len({down, across, *fixed}) < len(fixed) + 2:
        raise UsageError("a heat map asks each question once", hint="vary another one")
    pieces = {
        name: piece_of(column, (given or {})[name]) for name, column in fixed.items()
    }
    return Heatmap(
        ruleset=RulesetRef(name=ruleset.name, hash=ruleset.hash),
        down=down,
        across=across,
        given={name: fixed[name].pieces[piece] for name, piece in pieces.items()},
        lines=tuple(
            tuple(
                _cell(ruleset, {**pieces, down: line, across: each}, lines, columns)
                for each in range(len(columns.pieces))
            )
            for line in range(len(lines.pieces))
        ),
    )


def piece_of(column: Column, value: Value) -> int:
    """Return the index of the piece of a column that a value falls into.

    Raises:
        InvalidValue: it falls into none.
    """
    if isinstance(value, bool):
        value = str(value).lower()
    if value in column.pieces:
        return column.pieces.index(str(value))
    if not isinstance(value, str):
        if column.is_numeric:
            return column.piece_of(value)
        if column.name == "staleness":
            return column.pieces.index("bounded")
    allowed = ", ".join(column.pieces)
    raise InvalidValue(
        f"not an answer to {column.name}",
        found=str(value),
        allowed=f"{allowed}, or a number" if column.is_numeric else allowed,
        hint=nearest(str(value), column.pieces),
    )


def _cell(
    ruleset: Ruleset, pieces: Mapping[str, int], lines: Column, columns: Column
) -> HeatCell:
    """Count what becomes of the completions of one pair of answers."""
    known = tuple(pieces.get(column.name) for column in ruleset.columns)
    said = Tally(compile_table(ruleset), every=True).count(known)
    possible = sum(number for _, number in said)
    tiers: Counter[str] = Counter()
    homes: Counter[str] = Counter()
    for outcome, number in said:
        tiers[_tiers(outcome)] += number
        homes[SILENT if outcome.home is None else str(outcome.home)] += number
    return HeatCell(
        down=lines.pieces[pieces[lines.name]],
        across=columns.pieces[pieces[columns.name]],
        possible=possible,
        tiers={name: number / possible for name, number in _ranked(tiers)},
        homes={name: number / possible for name, number in _ranked(homes)},
    )


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _tiers(outcome: Outcome) -> str:
    if outcome.home is None:
        return SILENT
    return " + ".join(outcome.tiers) or NONE


def _column(ruleset: Ruleset, name: str) -> Column:
    names = [column.name for column in ruleset.columns]
    if name in names:
        return ruleset.column(name)
    near = nearest(name, names)
    raise UsageError(
        f"the ruleset {ruleset.name} has no column {name}; it has {', '.join(names)}",
        hint=f"did you mean {near}?" if near else "",
    )
