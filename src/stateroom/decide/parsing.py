"""Reads a ruleset from a parsed document, listing every problem it has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import cast, get_args

import msgspec

from stateroom.catalogue.values import nearest, show
from stateroom.decide.columns import (
    NUMERIC,
    SETS,
    Column,
    Interval,
    numeric_column,
    parse_interval,
    set_column,
)
from stateroom.decide.ruleset import (
    HOME_COLUMN,
    KINDS,
    TIERS,
    Block,
    Cell,
    Conditions,
    Home,
    Kind,
    Place,
    Row,
    Ruleset,
    Slot,
    TierName,
)
from stateroom.errors import InvalidValue, Problem, RulesetError

__all__ = ("read_ruleset",)

_TOP = ("name", "about", "columns", "blocks", "overlays", "assume")
_BLOCK = ("name", "hit", "about", "rows")
_ROW = ("id", "when", "home", "copies", "because")
_OVERLAY = ("id", "when", "copies", "because")


def read_ruleset(document: Mapping[str, object], path: str = "") -> Ruleset:
    """Return the ruleset that a document describes.

    Args:
        document: as parsed from TOML or JSON.
        path: for messages; empty for a ruleset of ours.

    Raises:
        RulesetError: with every problem of the document.
    """
    reader = _Reader(path)
    ruleset = reader.ruleset(document)
    if reader.problems:
        raise RulesetError(problems=tuple(reader.problems))
    return ruleset


class _Reader:
    """Reads one document; what is wrong is collected, and read as something empty."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.seen: set[str] = set()

    def ruleset(self, document: Mapping[str, object]) -> Ruleset:
        self.keys("", document, _TOP)
        names = self.column_names(document.get("columns"))
        blocks = tuple(
            self.block(f"blocks[{index}]", each, names)
            for index, each in enumerate(self.tables("blocks", document.get("blocks")))
        )
        overlays = tuple(
            self.row(f"overlays[{index}]", each, names, overlay=True)
            for index, each in enumerate(
                self.tables("overlays", document.get("overlays", []))
            )
        )
        rows = [row for block in blocks for row in block.rows] + list(overlays)
        assume = self.assumed(document.get("assume", {}), names)
        return Ruleset(
            name=self.text("", document, "name"),
            about=str(document.get("about", "")),
            columns=tuple(_column(name, rows, assume) for name in names),
            blocks=blocks,
            overlays=overlays,
            assume=assume,
            hash=_hash(names, blocks, overlays, assume),
            path=self.path,
        )

    def block(self, where: str, table: Mapping[str, object], names: list[str]) -> Block:
        self.keys(where, table, _BLOCK)
        hit = table.get("hit", "unique")
        if hit not in ("unique", "first"):
            self.wrong(f"{where}.hit", "not a hit policy", hit, "unique, first")
        return Block(
            name=self.text(where, table, "name"),
            hit="first" if hit == "first" else "unique",
            about=str(table.get("about", "")),
            rows=tuple(
                self.row(f"{where}.rows[{index}]", each, names)
                for index, each in enumerate(
                    self.tables(f"{where}.rows", table.get("rows"))
                )
            ),
        )

    def row(
        self,
        where: str,
        table: Mapping[str, object],
        names: list[str],
        *,
        overlay: bool = False,
    ) -> Row:
        self.keys(where, table, _OVERLAY if overlay else _ROW)
        row_id = self.text(where, table, "id")
        if row_id in self.seen:
            self.wrong(f"{where}.id", "an id is used once only", row_id, "a new id")
        self.seen.add(row_id)
        known = [*names, HOME_COLUMN] if overlay else names
        return Row(
            id=row_id,
            when=tuple(self.alternatives(f"{where}.when", table.get("when"), known)),
            home=None if overlay else self.home(f"{where}.home", table.get("home")),
            copies=tuple(
                self.slots(
                    f"{where}.copies", table.get("copies", None if overlay else [])
                )
            ),
            because=self.text(where, table, "because"),
        )

    def alternatives(
        self, where: str, raw: object, known: list[str]
    ) -> Iterator[Conditions]:
        for table in self.tables(where, [raw] if isinstance(raw, dict) else raw):
            self.keys(where, table, known)
            yield {
                name: self.cell(f"{where}.{name}", name, value)
                for name, value in table.items()
                if name in known
            }

    def assumed(self, raw: object, names: list[str]) -> Conditions:
        if not isinstance(raw, dict):
            self.wrong("assume", "not a table", raw, "columns with a cell each")
            return {}
        return next(self.alternatives("assume", raw, names), {})

    def cell(self, where: str, name: str, raw: object) -> Cell:
        if name in NUMERIC and isinstance(raw, str):
            try:
                return parse_interval(name, raw)
            except InvalidValue as error:
                self.wrong(where, str(error), raw, error.allowed)
                return parse_interval(name, ">= 0")
        allowed = tuple(PLACES_AND_KINDS) if name == HOME_COLUMN else SETS.get(name, ())
        values = raw if isinstance(raw, list) and name not in NUMERIC else None
        if not values or any(value not in allowed for value in values):
            words = ", ".join(allowed) or 'an interval such as "<= 256 KiB"'
            self.wrong(where, "not a cell of this column", raw, words)
            return allowed
        return tuple(value for value in allowed if value in values)

    def home(self, where: str, raw: object) -> Home:
        place, _, kind = str(raw).partition("/")
        if str(raw) not in PLACES_AND_KINDS:
            self.wrong(where, "not a place", raw, ", ".join(PLACES_AND_KINDS))
            return Home("nowhere")
        return Home(cast("Place", place), cast("Kind", kind) if kind else None)

    def slots(self, where: str, raw: object) -> Iterator[Slot]:
        known = [each for each in PLACES_AND_KINDS if each.split("/")[0] in TIERS]
        for each in raw if isinstance(raw, list) else [raw]:
            if each not in known:
                self.wrong(where, "not a copy", each, ", ".join(known))
                continue
            tier, _, kind = str(each).partition("/")
            yield Slot(cast("TierName", tier), cast("Kind", kind) if kind else None)

    def column_names(self, raw: object) -> list[str]:
        known = [*SETS, *NUMERIC]
        names = [each for each in raw if each in known] if isinstance(raw, list) else []
        for each in raw if isinstance(raw, list) and raw else [raw]:
            if each not in known:
                self.wrong("columns", "not a column", each, ", ".join(known))
        for each in sorted({name for name in names if names.count(name) > 1}):
            self.wrong("columns", "a column is declared once only", each, "each once")
        return list(dict.fromkeys(names))

    def tables(self, where: str, raw: object) -> list[Mapping[str, object]]:
        if isinstance(raw, list) and all(isinstance(each, dict) for each in raw):
            return raw
        self.wrong(where, "not a list of tables", raw, "one or more tables")
        return []

    def keys(
        self,
        where: str,
        table: Mapping[str, object],
        known: list[str] | tuple[str, ...],
    ) -> None:
        for key in table:
            if key not in known:
                self.wrong(
                    f"{where}.{key}".lstrip("."),
                    "unknown key",
                    key,
                    ", ".join(known),
                    nearest(key, known),
                )

    def text(self, where: str, table: Mapping[str, object], key: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.wrong(f"{where}.{key}".lstrip("."), "missing, or not text", value, "text")
        return ""

    def wrong(
        self, where: str, message: str, found: object, allowed: str, near: str = ""
    ) -> None:
        self.problems.append(
            Problem(
                where=where,
                message=message,
                found=show(found),
                allowed=allowed,
                nearest=near,
                file=self.path,
            )
        )


PLACES_AND_KINDS = (
    *(f"redis/{kind}" for kind in KINDS),
    *(place for place in get_args(Place) if place != "redis"),
)
"""Homes as a table writes them."""


def _column(name: str, rows: list[Row], assume: Conditions) -> Column:
    if name not in NUMERIC:
        return set_column(name)
    cells = [
        cell
        for row in rows
        for conditions in row.when
        if isinstance(cell := conditions.get(name), Interval)
    ]
    if isinstance(cell := assume.get(name), Interval):
        cells.append(cell)
    return numeric_column(name, cells)


def _hash(
    names: list[str],
    blocks: tuple[Block, ...],
    rows: tuple[Row, ...],
    assume: Conditions,
) -> str:
    # Deterministic: the order of the conditions in a row means nothing.
    meaning = msgspec.json.encode([names, blocks, rows, assume], order="deterministic")
    return hashlib.blake2b(meaning, digest_size=8).hexdigest()
