"""The commands ``tiers`` and ``schema``: what there is to know before one begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from stateroom.cli.blocks import Block, Branch, Column, Line, Span, Style, Table, Words
from stateroom.cli.options import Form
from stateroom.cli.reply import Reply, verbatim
from stateroom.cli.settings import Settings
from stateroom.decide.tiers import EVENTS, READERS, SOURCES, TierFacts, tiers_table

__all__ = ("schema", "tiers")

_STYLES: dict[str, Style] = {"yes": "good", "no": "faint", "part": "warning"}
_FIRST = Column("place", keeps=True)


def tiers(form: Form = None) -> Reply:
    """Show what each tier, and every other place, survives, shows and holds.

    Examples:
      stateroom tiers
      stateroom tiers --format json
    """
    table = tiers_table()
    return Reply(
        text=lambda: _text(table),
        data=lambda: {
            "schema_version": "1.0",
            "events": EVENTS,
            "readers": READERS,
            "sources": SOURCES,
            "places": table,
        },
        form=Settings().form(form),
    )


def schema() -> Reply:
    """Print the JSON Schema of a catalogue, for editors and for other programs.

    Examples:
      stateroom schema > stateroom.schema.json
    """
    from stateroom.catalogue.schema import json_schema  # noqa: PLC0415 - this one only

    return Reply(text=verbatim(""), data=json_schema, form="json")


def _text(table: tuple[TierFacts, ...]) -> Iterator[Block]:
    yield Line(Span("What it survives", "heading"))
    yield _marked(table, EVENTS, _survives)
    yield Line()
    yield Line(Span("Who sees one and the same value", "heading"))
    yield _marked(table, READERS, _seen)
    yield Line()
    yield Line(Span("How large, how fast", "heading"))
    titles = ("limit", "read by a server", "read by a browser")
    yield Table(
        columns=(_FIRST, *map(Column, titles)),
        rows=tuple(
            (_name(each), each.limit, each.from_server, each.from_browser)
            for each in table
        ),
    )
    yield Line()
    yield Line(Span("What it is for", "heading"))
    for each in table:
        head: Words = (_name(each), f": {each.used_for}")
        yield Branch(head, (Branch(f"in {each.where}"), *map(Branch, each.notes)))


def _marked(
    table: tuple[TierFacts, ...],
    columns: Iterable[str],
    says: Callable[[TierFacts, str], str],
) -> Table:
    names = tuple(columns)
    rows = [
        (_name(each), *(_mark(says(each, name)) for name in names)) for each in table
    ]
    titles = [Column(name.replace("_", " ")) for name in names]
    return Table(columns=(_FIRST, *titles), rows=tuple(rows))


def _survives(facts: TierFacts, event: str) -> str:
    return next(said for name, said in facts.survives.items() if name == event)


def _seen(facts: TierFacts, reader: str) -> str:
    return "yes" if reader in facts.seen_by else "no"


def _mark(said: str) -> Span:
    return Span(said, _STYLES[said])


def _name(facts: TierFacts) -> Span:
    return Span(facts.name, "name")
