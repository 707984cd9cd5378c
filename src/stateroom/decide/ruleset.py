"""A ruleset: ordered blocks of rows over declared columns, and overlays.

These are values; ``parsing`` reads them from a document, ``table`` runs them and
``proof`` examines them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from stateroom.decide.columns import Column, Interval

__all__ = (
    "HOME_COLUMN",
    "KINDS",
    "NEARNESS",
    "PLACES",
    "TIERS",
    "Block",
    "Cell",
    "Conditions",
    "Home",
    "Kind",
    "Place",
    "Row",
    "Ruleset",
    "Slot",
)

Place: TypeAlias = Literal[
    "redis", "persist", "session", "database", "source", "transport", "computed",
    "cdn", "process", "cookie", "nowhere",
]  # fmt: skip
Kind: TypeAlias = Literal["cache", "auth", "live"]
TierName: TypeAlias = Literal["redis", "persist", "session"]

PLACES: dict[Place, str] = {
    "redis": "Redis, shared by every server",
    "persist": "storage on the user's device",
    "session": "memory of one tab, or of one server-side context",
    "database": "the application's database",
    "source": "wherever it comes from; asked each time",
    "transport": "nowhere: sent from one party to another",
    "computed": "nowhere: computed when it is needed",
    "cdn": "static files at the edge",
    "process": "memory of each server process",
    "cookie": "a cookie of the browser",
    "nowhere": "nowhere: it may not be held",
}
"""Every place an item can live in, in plain words."""
KINDS: dict[Kind, str] = {
    "cache": "rebuildable, may be evicted",
    "auth": "login sessions and one-time tokens, never evicted",
    "live": "counters, rankings, locks, presence; never evicted",
}
TIERS: tuple[TierName, ...] = ("persist", "redis", "session")
"""The three tiers, sorted as decisions print them."""

NEARNESS: tuple[tuple[Place, ...], ...] = (
    ("transport", "cdn"),
    ("session",),
    ("cookie", "persist"),
)
"""Places ever nearer to the browser: passing through, its memory, its storage. Those
not named stay on the server."""

HOME_COLUMN = "home"
"""Pseudo-column of overlays: the home that the blocks gave."""

Cell: TypeAlias = tuple[str, ...] | Interval
Conditions: TypeAlias = dict[str, Cell]
"""Column name to what it must be; columns that are not named may be anything."""


class Home(msgspec.Struct, frozen=True):
    """A place, and for Redis the kind."""

    place: Place
    kind: Kind | None = None

    def __str__(self) -> str:
        return f"{self.place}/{self.kind}" if self.kind else self.place


class Slot(msgspec.Struct, frozen=True):
    """A copy that a row asks for: its tier, and for Redis the kind."""

    tier: TierName
    kind: Kind | None = None

    def __str__(self) -> str:
        return f"{self.tier}/{self.kind}" if self.kind else self.tier


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One rule.

    Attributes:
        id: stable name, e.g. ``"T11"``.
        when: alternatives; the row matches when all conditions of one of them hold.
        home: where the data lives; None in an overlay, which only adds copies.
        copies: what is kept besides the home.
        because: the reason, for people.
    """

    id: str
    when: tuple[Conditions, ...]
    home: Home | None
    copies: tuple[Slot, ...] = ()
    because: str = ""


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under one hit policy.

    Attributes:
        hit: ``unique`` promises that no two rows match the same data; ``first`` lets
            the earlier one win.
    """

    name: str
    hit: Literal["unique", "first"]
    about: str
    rows: tuple[Row, ...]


class Ruleset(msgspec.Struct, frozen=True, kw_only=True):
    """A table of rules.

    Attributes:
        name: what ``--rules`` names.
        columns: what rows may ask, cut for this table.
        blocks: tried from first to last; the first matching row wins.
        overlays: every matching row adds its copies.
        assume: what unknown answers are taken to be within, until somebody says.
        hash: of the meaning of the document, 16 hex digits; layout does not count.
        path: where it was read from, or empty for one of ours.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    overlays: tuple[Row, ...] = ()
    assume: Conditions = {}
    hash: str = ""
    path: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that give homes, in the order in which they are tried."""
        return tuple(row for block in self.blocks for row in block.rows)

    def row(self, row_id: str) -> Row:
        """Return the row or overlay of that id.

        Raises:
            KeyError: there is none.
        """
        for row in (*self.rows, *self.overlays):
            if row.id == row_id:
                return row
        raise KeyError(row_id)

    def column(self, name: str) -> Column:
        """Return the column of that name.

        Raises:
            KeyError: the ruleset does not declare it.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
