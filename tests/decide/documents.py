"""Rulesets as documents that a test can break, and a plain way to run them.

``naive_placement`` reads rows as a person does: one after the other, condition by
condition. It shares no code with the tables and proofs that it is compared with.
"""

from __future__ import annotations

import copy
import itertools
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import TypeAlias, cast

from stateroom.catalogue.impossible import IMPOSSIBLE
from stateroom.decide.columns import Column, Interval
from stateroom.decide.parsing import read_ruleset
from stateroom.decide.proof import Proof, prove
from stateroom.decide.ruleset import Conditions, Row, Ruleset
from stateroom.decide.stated import Always, Apart, Never, Only, Property, Steps

Document: TypeAlias = dict[str, object]
Table: TypeAlias = dict[str, object]

SILENT: tuple[str, ...] = ()


def document_of(name: str = "stateroom") -> Document:
    """One of our rulesets, as parsed from its file."""
    file = resources.files("stateroom.decide").joinpath(f"rules/{name}.toml")
    return tomllib.loads(file.read_text("utf-8"))


def tables(table: Table, key: str) -> list[Table]:
    return cast("list[Table]", table.get(key, []))


def rows_of(document: Document) -> list[Table]:
    """Rows and overlays, in their order."""
    blocks = tables(document, "blocks")
    rows = [row for block in blocks for row in tables(block, "rows")]
    return [*rows, *tables(document, "overlays")]


def row_of(document: Document, row_id: str) -> Table:
    return next(row for row in rows_of(document) if row["id"] == row_id)


def block_of(document: Document, row_id: str) -> Table:
    return next(
        block
        for block in tables(document, "blocks")
        if any(row["id"] == row_id for row in tables(block, "rows"))
    )


def alternatives_of(row: Table) -> list[Table]:
    when = row["when"]
    return cast("list[Table]", when if isinstance(when, list) else [when])


def deleted(document: Document, row_id: str) -> Document:
    """The document without one row or overlay."""
    changed = copy.deepcopy(document)
    for table in (*tables(changed, "blocks"), changed):
        for key in ("rows", "overlays"):
            if key in table:
                table[key] = [r for r in tables(table, key) if r["id"] != row_id]
    return changed


def dropped(document: Document, row_id: str, number: int, column: str) -> Document:
    """The document without one condition of one alternative of a row."""
    changed = copy.deepcopy(document)
    del alternatives_of(row_of(changed, row_id))[number][column]
    return changed


def every_condition(document: Document) -> Iterator[tuple[str, int, str]]:
    for row in rows_of(document):
        for number, when in enumerate(alternatives_of(row)):
            for column in when:
                yield str(row["id"]), number, column


def proved(document: Document) -> Proof:
    return prove(read_ruleset(document))


def codes(proof: Proof) -> list[tuple[str, str]]:
    """What was found, as code and what it is about."""
    return [(found.code, found.input) for found in proof.findings]


def every_cell(columns: tuple[Column, ...]) -> Iterator[dict[str, int]]:
    """Every possible cell, as a piece per column, by the plain reading."""
    names = [column.name for column in columns]
    for pieces in itertools.product(*(range(len(c.pieces)) for c in columns)):
        cell = dict(zip(names, pieces, strict=True))
        if is_possible(columns, cell):
            yield cell


def is_possible(columns: tuple[Column, ...], cell: dict[str, int]) -> bool:
    words = {c.name: c.pieces[cell[c.name]] for c in columns}
    return not any(
        all(words.get(name) in values for name, values in row.when.items())
        for row in IMPOSSIBLE
    )


def naive_matches(
    columns: tuple[Column, ...], when: Conditions, cell: dict[str, int], home: str = ""
) -> bool:
    met = []
    for name, wanted in when.items():
        if name == "home":
            met.append(home in cast("tuple[str, ...]", wanted))
            continue
        column = next(each for each in columns if each.name == name)
        met.append(naive_accepts(column, wanted, cell[name]))
    return all(met)


def naive_accepts(
    column: Column, wanted: Interval | tuple[str, ...], piece: int
) -> bool:
    if isinstance(wanted, tuple):
        return column.pieces[piece] in wanted
    low, high = column.edges[piece], column.edges[piece + 1]
    return wanted.low <= low and high <= wanted.high


def naive_row(
    ruleset: Ruleset, cell: dict[str, int], columns: tuple[Column, ...] = ()
) -> Row | None:
    for row in ruleset.rows:
        if any(naive_matches(columns or ruleset.columns, w, cell) for w in row.when):
            return row
    return None


def naive_placement(
    ruleset: Ruleset, cell: dict[str, int], columns: tuple[Column, ...] = ()
) -> tuple[str, ...]:
    """The home and the copies of a cell, sorted; empty where no row decides.

    ``columns`` are those of the cell, where they are more or finer than the ruleset's.
    """
    columns = columns or ruleset.columns
    row = naive_row(ruleset, cell, columns)
    if row is None:
        return SILENT
    home = str(row.home)
    copies = {str(slot) for slot in row.copies}
    for overlay in ruleset.overlays:
        if any(naive_matches(columns, w, cell, home) for w in overlay.when):
            copies |= {str(slot) for slot in overlay.copies}
    return (home, *sorted(copies))


def naive_breaks(
    stated: Property,
    columns: tuple[Column, ...],
    cell: dict[str, int],
    placement: tuple[str, ...],
) -> bool:
    """Say whether one cell breaks a property that looks at single cells."""
    assert not isinstance(stated, Steps)
    if placement == SILENT:
        return False
    home, *copies = placement
    if isinstance(stated, Apart):
        return home in stated.places and home in copies
    if not any(naive_matches(columns, when, cell) for when in stated.when):
        return False
    match stated:
        case Never():
            return home in stated.homes or bool(set(copies) & set(stated.copies))
        case Only():
            return home not in stated.homes or not set(copies) <= set(stated.copies)
        case Always():
            return not {home, *copies} & set(stated.places)
