"""Says why: the rule that fired with the answers it read, and what ruled the rest out."""

from __future__ import annotations

from collections.abc import Iterable

from stateroom.catalogue.item import Item
from stateroom.catalogue.units import format_duration
from stateroom.decide.answers import text_of
from stateroom.decide.columns import Column, label
from stateroom.decide.decision import Copy
from stateroom.decide.heat import DEFAULT_TTL, ttl_of
from stateroom.decide.ruleset import HOME_COLUMN, TIERS, Cell, Conditions, Row
from stateroom.decide.table import CellKey, Outcome, Table

__all__ = ("accepted", "answers_read", "reasons", "ruled_out")


def answers_read(item: Item, cell: CellKey, row: Row, table: Table) -> dict[str, str]:
    """Return the answers that the fired row read, as a catalogue writes them."""
    conditions = min(
        (when for when in row.when if not _failing(when, cell, table)), key=len
    )
    return {
        column.name: text_of(item, column.name) or column.pieces[piece]
        for column, piece in zip(table.columns, cell, strict=True)
        if column.name in conditions
    }


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


def ruled_out(cell: CellKey, outcome: Outcome, table: Table) -> dict[str, str]:
    """Return, for every tier not used, the conditions that ruled it out."""
    return {
        tier: _nearest_miss(tier, cell, outcome, table)
        for tier in TIERS
        if tier not in outcome.tiers
    }


def accepted(column: Column, cell: Cell) -> str:
    """Print what a cell of a row accepts, e.g. ``user or group``."""
    if not isinstance(cell, tuple):
        return label(column.name, cell)
    return " or ".join(cell)


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


def _nearest_miss(tier: str, cell: CellKey, outcome: Outcome, table: Table) -> str:
    misses = [
        (_failing(when, cell, table, outcome), row, when)
        for row, when in table.alternatives()
        if _gives(row, tier)
    ]
    if not misses:
        return f"no row of this table uses {tier}"
    failing, row, when = min(misses, key=lambda miss: len(miss[0]))
    if not failing:
        fired = outcome.row.id if outcome.row else "none"
        return f"{row.id} would match, but {fired} is tried first"
    needs = [_need(name, when, cell, table, outcome) for name in failing]
    return f"{row.id} needs {' and '.join(needs)}"


def _need(
    name: str, when: Conditions, cell: CellKey, table: Table, outcome: Outcome
) -> str:
    if name == HOME_COLUMN:
        return f"another home (it is {outcome.home})"
    for column, piece in zip(table.columns, cell, strict=True):
        if column.name == name:
            wanted = accepted(column, when[name])
            return f"{name} {wanted} (it is {column.pieces[piece]})"
    raise KeyError(name)


def _failing(
    when: Conditions, cell: CellKey, table: Table, outcome: Outcome | None = None
) -> list[str]:
    """Return the names of the conditions that a cell does not meet."""
    failing = [
        column.name
        for column, piece in zip(table.columns, cell, strict=True)
        if column.name in when and piece not in column.pieces_in(when[column.name])
    ]
    homes = when.get(HOME_COLUMN)
    if outcome is not None and isinstance(homes, tuple):
        if str(outcome.home) not in homes:
            failing.append(HOME_COLUMN)
    return failing


def _gives(row: Row, tier: str) -> bool:
    is_home = row.home is not None and row.home.place == tier
    return is_home or any(slot.tier == tier for slot in row.copies)
