"""The command ``persist inspect``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from stateroom.catalogue.units import format_size
from stateroom.cli.blocks import Block, Column, Line, Span, Table, Verbatim, Words
from stateroom.cli.options import Form
from stateroom.cli.persisting_choosing import choice
from stateroom.cli.persisting_facts import (
    Inspected,
    InspectedRecord,
    PutAside,
    inspected,
)
from stateroom.cli.persisting_opening import opened
from stateroom.cli.persisting_options import (
    Items,
    Namespace,
    Owner,
    Place,
    TableName,
)
from stateroom.cli.persisting_texts import day, moment, shown
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.persist.surveying import Holding, Survey

__all__ = ("inspect",)

State = Annotated[
    bool, typer.Option("--state", help="Show what is kept: it may be personal data.")
]


def inspect(
    path: Place,
    *,
    items: Items = None,
    owner: Owner = None,
    namespace: Namespace = None,
    state: State = False,
    table: TableName = None,
    form: Form = None,
) -> Reply:
    """Show which slices are stored: versions, sizes, generations, damaged bytes.

    Contents are shown with --state only. Times are UTC.

    Examples:
      stateroom persist inspect ~/.local/share/careers
      stateroom persist inspect careers.db --item roles --state
      stateroom persist inspect careers.db --owner 7 --format json
    """
    form = Settings().form(form)
    wanted = choice(items, owner=owner, namespace=namespace)
    with opened(path, table=table) as storage:
        found = wanted.survey(storage, path)
    told = inspected(found, path, has_state=state)
    damaged = [each for each in told.records if each.condition != "whole"]
    notes = (f"next: stateroom persist verify {path}",)
    return Reply(
        text=lambda: _text(told, found, has_state=state),
        data=lambda: told,
        form=form,
        notes=notes if damaged or told.put_aside else (),
    )


def _text(told: Inspected, found: Survey, *, has_state: bool) -> Iterator[Block]:
    yield Line(_summary(told))
    for namespace in dict.fromkeys(each.namespace for each in told.records):
        rows = [each for each in told.records if each.namespace == namespace]
        yield Line()
        yield Line(Span(namespace or "under keys that are none of ours", "heading"))
        yield _records(rows)
    if told.put_aside:
        yield Line()
        yield Line(Span("Damaged bytes that were put aside", "heading"))
        yield _put_aside(told.put_aside)
    if has_state:
        for each in found.holdings:
            yield from _state(each)
        for aside in told.put_aside:
            yield Line()
            yield Line(Span(aside.key, "name"), is_whole=True)
            yield Verbatim(aside.text or "")


def _summary(told: Inspected) -> str:
    count = len(told.records)
    records = f"{count:,} record{'s' * (count != 1)}"
    share = f"{told.current_bytes / told.budget:.0%} of {format_size(told.budget)}"
    return (
        f"{told.storage}: {records}, {format_size(told.current_bytes)} ({share}); with "
        f"all generations and damaged bytes {format_size(told.bytes)}."
    )


def _records(rows: list[InspectedRecord]) -> Table:
    titles = ("owner", "version", "revision", "size", "written (UTC)", "more")
    return Table(
        columns=(Column("item", keeps=True), *map(Column, titles)),
        rows=tuple(map(_row, rows)),
    )


def _row(told: InspectedRecord) -> tuple[Words, ...]:
    return (
        Span(told.item or told.key, "name"),
        told.owner or "device",
        "-" if told.version is None else str(told.version),
        "-" if told.revision is None else str(told.revision),
        _size(told),
        "-" if told.written_ms is None else moment(told.written_ms),
        tuple(_more(told)),
    )


def _size(told: InspectedRecord) -> Words:
    text = format_size(told.bytes)
    return text if told.budget == "ok" else Span(text, "warning")


def _more(told: InspectedRecord) -> Iterator[str | Span]:
    if told.condition != "whole":
        yield Span(f"{told.condition}; ", "error")
    if told.purged:
        yield "purged; "
    if told.budget != "ok":
        yield Span(f"{told.budget} its budget; ", "warning")
    if told.until_ms is not None:
        yield f"until {day(told.until_ms)}; "
    before = told.previous
    if before is None:
        yield "no previous"
    elif before.revision is None:
        yield Span(f"previous {before.condition}", "error")
    else:
        yield f"previous {before.revision}"
    if told.writer:
        yield f"; by {told.writer}"


def _put_aside(rows: tuple[PutAside, ...]) -> Table:
    return Table(
        columns=tuple(map(Column, ("record", "when", "size", "reason"))),
        rows=tuple(
            (
                Span(each.record, "name"),
                "-" if each.at_ms is None else moment(each.at_ms),
                format_size(each.bytes),
                each.reason,
            )
            for each in rows
        ),
    )


def _state(holding: Holding) -> Iterator[Block]:
    newest = holding.newest
    yield Line()
    if newest is None:
        yield Line((Span(holding.key, "name"), ": it cannot be read"), is_whole=True)
        return
    about = f" revision {newest.revision}, version {newest.version}"
    yield Line((Span(holding.key, "name"), about), is_whole=True)
    if newest.is_purged:
        yield Line("purged", indent=2)
    else:
        yield Verbatim(shown(newest.state))
