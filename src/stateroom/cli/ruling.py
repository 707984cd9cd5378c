"""The command ``rules``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from stateroom.catalogue.codes import CODES, FAMILIES
from stateroom.catalogue.values import nearest
from stateroom.cli.blocks import Block, Branch, Column, Line, Span, Table, Verbatim
from stateroom.cli.options import Form, Rules
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.decide.explaining import accepted
from stateroom.decide.ruleset import HOME_COLUMN, Conditions, Row, Ruleset
from stateroom.decide.rulesets import load_ruleset
from stateroom.errors import UsageError

__all__ = ("rules",)

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="CODE",
        help="The id of a row, such as T11, or a code, such as SEC001.",
        show_default=False,
    ),
]


def rules(code: Name = None, ruleset: Rules = None, form: Form = None) -> Reply:
    """List the rules and the codes of findings, or explain one of them.

    Examples:
      stateroom rules
      stateroom rules T11
      stateroom rules SEC001
      stateroom rules --rules seed-flowchart
    """
    settings = Settings()
    form = settings.form(form)
    found = load_ruleset(settings.value("rules", ruleset))
    if code is None:
        return Reply(text=lambda: _list(found), data=lambda: _data(found), form=form)
    name = code.upper()
    if name in CODES:
        return _code(name, form)
    row = _row_named(found, name)
    return Reply(
        text=lambda: (_row(row, found),),
        data=lambda: {"schema_version": "1.0", "ruleset": found.name, "row": row},
        form=form,
    )


def _row_named(ruleset: Ruleset, name: str) -> Row:
    known = {row.id.upper(): row for row in (*ruleset.rows, *ruleset.overlays)}
    if name in known:
        return known[name]
    near = nearest(name, [*known, *CODES])
    raise UsageError(
        f"there is no rule or code {name!r} in {ruleset.name}",
        hint=f"did you mean {near}?" if near else "stateroom rules lists them",
    )


def _code(name: str, form: str) -> Reply:
    from stateroom.check.pages import page  # noqa: PLC0415 - on request

    found = page(name)
    return Reply(
        text=lambda: (Verbatim(found.text),),
        data=lambda: {"schema_version": "1.0", "page": found},
        form=form,
    )


def _list(ruleset: Ruleset) -> Iterator[Block]:
    yield Line((Span(f"Rules of {ruleset.name}", "heading"), f": {ruleset.about}"))
    for block in ruleset.blocks:
        yield Line()
        yield Line((Span(block.name, "heading"), f" ({block.hit}): {block.about}"))
        yield _rows(block.rows)
    if ruleset.overlays:
        yield Line()
        yield Line((Span("copies", "heading"), ": added to whatever home was found"))
        yield _rows(ruleset.overlays)
    yield Line()
    yield from _codes()
    yield Line()
    yield Line("stateroom rules CODE explains one.")


def _codes() -> Iterator[Block]:
    yield Line((Span("Codes of findings", "heading"), ", by family"))
    columns = (Column("code", keeps=True), Column("level", keeps=True), Column("means"))
    yield Table(
        columns=columns,
        rows=tuple(
            (Span(each.code, "name"), each.level,
             f"{FAMILIES[each.family]}: {each.title}")
            for each in CODES.values()
        ),
    )  # fmt: skip


def _rows(rows: tuple[Row, ...]) -> Table:
    columns = (
        Column("row", keeps=True),
        Column("gives", keeps=True),
        Column("because"),
    )
    cells = tuple((Span(row.id, "name"), _gives(row), row.because) for row in rows)
    return Table(columns=columns, rows=cells)


def _gives(row: Row) -> str:
    return " + ".join([*([str(row.home)] if row.home else []), *map(str, row.copies)])


def _row(row: Row, ruleset: Ruleset) -> Branch:
    whens = [Branch(_conditions(when, ruleset)) for when in row.when]
    title = "when one of these holds" if len(whens) > 1 else "when"
    return Branch(
        (Span(row.id, "name"), f" of {ruleset.name}"),
        (
            Branch(("gives: ", Span(_gives(row), "place"))),
            Branch(("because: ", row.because)),
            Branch(title, tuple(whens)),
        ),
    )


def _conditions(when: Conditions, ruleset: Ruleset) -> str:
    parts = []
    for name, cell in when.items():
        if name == HOME_COLUMN:
            parts.append(f"home {' or '.join(map(str, cell))}")  # type: ignore[arg-type]
        else:
            parts.append(f"{name} {accepted(ruleset.column(name), cell)}")
    return ", ".join(parts) or "always"


def _data(ruleset: Ruleset) -> object:
    return {
        "schema_version": "1.0",
        "ruleset": {"name": ruleset.name, "hash": ruleset.hash},
        "blocks": ruleset.blocks,
        "overlays": ruleset.overlays,
        "codes": tuple(CODES.values()),
    }
