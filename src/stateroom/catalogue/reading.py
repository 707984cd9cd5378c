"""Reads a parsed document into a catalogue, and says everything that is wrong with it.

A reader notes a fault, takes the default and goes on, so that all faults of a document
are told at once. Reading one item is the work of ``declaring``.
"""

from __future__ import annotations

from collections.abc import Mapping

from stateroom.catalogue.declaring import ITEM_KEYS, declare, read_item
from stateroom.catalogue.document import App, Catalogue, Path, Source, Suppression
from stateroom.catalogue.faults import Faults
from stateroom.catalogue.item import Item
from stateroom.catalogue.texts import read_app_name, read_code, read_day, read_reason
from stateroom.catalogue.units import parse_size
from stateroom.catalogue.wording import nearest, show
from stateroom.errors import InvalidValue

__all__ = (
    "APP_KEYS",
    "MOST_ITEMS",
    "SUPPRESS_KEYS",
    "TOP_KEYS",
    "declare",
    "read_catalogue",
    "read_document",
)

TOP_KEYS = ("app", "items", "suppress")
SCHEMA_KEY = "$schema"
"""What editors read from a JSON file to find its schema; it declares nothing."""
APP_KEYS = ("name", "memory_budget")
SUPPRESS_KEYS = ("code", "reason", "item", "until")

MOST_ITEMS = 100_000
"""Ten times the largest catalogue that is measured; more is surely a slip."""


def read_catalogue(data: object, source: Source | None = None) -> Catalogue:
    """Return the catalogue that a document declares.

    Args:
        data: the document: tables ``app`` and ``items``, and the list ``suppress``.
        source: where it came from; says the lines of what is wrong.

    Raises:
        CatalogueError: with every problem of the document, in the order of its lines.
    """
    source = source or Source()
    faults = Faults()
    catalogue = read_document(data, source, faults)
    faults.stop(source)
    return catalogue


def read_document(data: object, source: Source, faults: Faults) -> Catalogue:
    """Return what can be read of a document, noting the rest in ``faults``."""
    document = faults.table(data, (), "a catalogue")
    for key, raw in document.items():
        if key == SCHEMA_KEY:
            if not isinstance(raw, str):
                message = "where the schema is, for editors"
                faults.add((key,), message, found=show(raw), allowed="text")
        elif key not in TOP_KEYS:
            is_item = isinstance(raw, Mapping) and not raw.keys().isdisjoint(ITEM_KEYS)
            meant = f"items.{key}" if is_item else ""
            faults.unknown((key,), "table", TOP_KEYS, meant=meant)
    tables = faults.table(document.get("items", {}), ("items",), "items")
    return Catalogue(
        app=_app(document.get("app", {}), faults),
        items=_items(tables, faults),
        suppressions=_suppressions(document.get("suppress", ()), tables, faults),
        source=source,
    )


def _app(raw: object, faults: Faults) -> App:
    path, assumed = ("app",), App()
    table = faults.table(raw, path, "app")
    _note_unknown(table, APP_KEYS, path, "key of app", faults)
    budget = faults.take(
        table, "memory_budget", path, parse_size, assumed.memory_budget
    )
    name = faults.take(table, "name", path, read_app_name, assumed.name)
    return App(name=name, memory_budget=budget)


def _items(tables: Mapping[str, object], faults: Faults) -> dict[str, Item]:
    if len(tables) <= MOST_ITEMS:
        return {name: read_item(name, raw, faults) for name, raw in tables.items()}
    found, allowed = f"{len(tables):,}", f"at most {MOST_ITEMS:,}"
    faults.add(("items",), "too many items", found=found, allowed=allowed)
    return {}


def _suppressions(
    raw: object, items: Mapping[str, object], faults: Faults
) -> tuple[Suppression, ...]:
    if isinstance(raw, list | tuple):
        return tuple(
            _suppression(each, ("suppress", index), items, faults)
            for index, each in enumerate(raw)
        )
    message = "suppress must be a list of tables"
    faults.add(("suppress",), message, found=show(raw), allowed="[[suppress]]")
    return ()


def _suppression(
    raw: object, path: Path, items: Mapping[str, object], faults: Faults
) -> Suppression:
    table = faults.table(raw, path, "a suppression")
    _note_unknown(table, SUPPRESS_KEYS, path, "key of a suppression", faults)
    for key in ("code", "reason"):
        if key not in table and isinstance(raw, Mapping):
            faults.add(path, f"a suppression needs a {key}", allowed=f'{key} = "..."')

    def read_member(name: object) -> str:
        return _member(name, items)

    return Suppression(
        code=faults.take(table, "code", path, read_code, ""),
        reason=faults.take(table, "reason", path, read_reason, ""),
        item=faults.take(table, "item", path, read_member, ""),
        until=faults.take(table, "until", path, read_day, ""),
        where=f"suppress[{path[-1]}]",
    )


def _member(name: object, items: Mapping[str, object]) -> str:
    """Return the name of an item that the document declares."""
    if isinstance(name, str) and name in items:
        return name
    raise InvalidValue(
        "no such item",
        found=show(name),
        allowed="the name of an item in this catalogue",
        hint=nearest(name, items) if isinstance(name, str) else "",
    )


def _note_unknown(
    table: Mapping[str, object],
    known: tuple[str, ...],
    path: Path,
    what: str,
    faults: Faults,
) -> None:
    for key in table:
        if key not in known:
            faults.unknown((*path, key), what, known)
