"""Says why: the rule that fired, the answers it read, and what ruled the rest out."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.item import Item
from stateroom.catalogue.units import format_duration
from stateroom.decide.answers import text_of
from stateroom.decide.columns import Column, Interval, in_words
from stateroom.decide.decision import Copy
from stateroom.decide.heat import DEFAULT_TTL, ttl_of
from stateroom.decide.ruleset import HOME_COLUMN, TIERS, Cell, Conditions, Row
from stateroom.decide.table import CellKey, Outcome, Table

__all__ = ("Explainer", "accepted", "reasons")


class _Alternative(msgspec.Struct, frozen=True):
    """One alternative of a row, with what it accepts.

    Attributes:
        needs: index and name of a column with the pieces accepted, in their order.
        homes: for an overlay the homes accepted, or None for any.
    """

    row: Row
    when: Conditions
    needs: tuple[tuple[int, str, frozenset[int]], ...]
    homes: Cell | None

    def failing(self, cell: CellKey, home: str) -> list[str]:
        """Return the names of the conditions that a cell does not meet."""
        names = [name for i, name, pieces in self.needs if cell[i] not in pieces]
        if isinstance(self.homes, tuple) and home not in self.homes:
            names.append(HOME_COLUMN)
        return names


class Explainer:
    """Explains what one table says; what depends on the cell alone, once per cell."""

    def __init__(self, table: Table) -> None:
        self._columns = table.columns
        self._alternatives = [self._read(*each) for each in table.alternatives()]
        self._giving: dict[str, list[_Alternative]] = {
            tier: [each for each in self._alternatives if _gives(each.row, tier)]
            for tier in TIERS
        }
        self._labels: dict[CellKey, dict[str, str]] = {}
        self._ruled_out: dict[CellKey, dict[str, str]] = {}

    def answers_read(
        self, item: Item, cell: CellKey, outcome: Outcome
    ) -> dict[str, str]:
        """Return the answers that the fired row read, as a catalogue writes them."""
        labels = self._labels.get(cell)
        if labels is None:
            labels = self._labels[cell] = self._labels_read(cell, outcome)
        return {
            name: label if name in CHOICES else text_of(item, name) or label
            for name, label in labels.items()
        }

    def ruled_out(self, cell: CellKey, outcome: Outcome) -> dict[str, str]:
        """Return, for every tier not used, the conditions that ruled it out."""
        found = self._ruled_out.get(cell)
        if found is None:
            found = self._ruled_out[cell] = {
                tier: self._nearest_miss(tier, cell, outcome)
                for tier in TIERS
                if tier not in outcome.tiers
            }
        return found

    def _read(self, row: Row, when: Conditions) -> _Alternative:
        needs = [
            (index, column.name, frozenset(column.pieces_in(when[column.name])))
            for index, column in enumerate(self._columns)
            if column.name in when
        ]
        return _Alternative(row, when, tuple(needs), when.get(HOME_COLUMN))

    def _labels_read(self, cell: CellKey, outcome: Outcome) -> dict[str, str]:
        met = [
            each
            for each in self._alternatives
            if each.row is outcome.row and not each.failing(cell, outcome.home_name)
        ]
        needs = min(met, key=lambda each: len(each.when)).needs if met else ()
        return {name: self._columns[i].pieces[cell[i]] for i, name, _ in needs}

    def _nearest_miss(self, tier: str, cell: CellKey, outcome: Outcome) -> str:
        misses = [
            (each.failing(cell, outcome.home_name), each) for each in self._giving[tier]
        ]
        if not misses:
            return f"no row of this table uses {tier}"
        failing, nearest = min(misses, key=lambda miss: len(miss[0]))
        if not failing:
            fired = outcome.row.id if outcome.row else "none"
            return f"{nearest.row.id} would match, but {fired} is tried first"
        needs = [self._need(name, nearest.when, cell, outcome) for name in failing]
        return f"{nearest.row.id} needs {' and '.join(needs)}"

    def _need(
        self, name: str, when: Conditions, cell: CellKey, outcome: Outcome
    ) -> str:
        if name == HOME_COLUMN:
            return f"another home (it is {outcome.home})"
        for column, piece in zip(self._columns, cell, strict=True):
            if column.name == name:
                wanted = accepted(column, when[name])
                return f"{name} {wanted} (it is {_found(column, piece)})"
        raise KeyError(name)


def reasons(item: Item, outcome: Outcome, copies: Iterable[Copy]) -> list[str]:
    """Return why the item is placed so: the rule's reason, then one line per copy."""
    if outcome.row is None:
        return ["no row of this table decides for these answers"]
    lines = [outcome.row.because]
    for copy in copies:
        if copy.tier == "session":
            continue
        life = _life(item, copy.ttl_seconds)
        lines.append(f"the {copy.tier} copy lives {life}")
    return lines


def accepted(column: Column, cell: Cell) -> str:
    """Print what a cell of a row accepts, e.g. ``user or group``."""
    if not isinstance(cell, tuple):
        return in_words(column.name, cell)
    return " or ".join(cell)


def _found(column: Column, piece: int) -> str:
    """Print the piece of an answer as people say it."""
    if not column.is_numeric:
        return column.pieces[piece]
    low, high = column.edges[piece : piece + 2]
    return in_words(column.name, Interval(low, high))


def _life(item: Item, ttl: float | None) -> str:
    if ttl is None:
        return "until it is invalidated"
    text = format_duration(ttl)
    if item.override and item.override.ttl == ttl:
        return f"{text}: the override says so"
    bounds = {
        f"preset {item.like}": item.preset_ttl,
        "staleness": None if item.staleness == "exact" else item.staleness,
        "licence_ttl": item.licence_ttl,
    }
    known = [f"{n} {format_duration(v)}" for n, v in bounds.items() if v is not None]
    if ttl_of(item) is None:
        return f"{text}: nothing bounds it, so the default of {_hour()} holds"
    if len(known) == 1:
        return f"at most {text}: {known[0]}"
    return f"at most {text}: the smallest of {', '.join(known)}"


def _hour() -> str:
    return format_duration(DEFAULT_TTL)


def _gives(row: Row, tier: str) -> bool:
    is_home = row.home is not None and row.home.place == tier
    return is_home or any(slot.tier == tier for slot in row.copies)
