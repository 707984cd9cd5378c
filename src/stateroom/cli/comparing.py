"""The command ``diff``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Annotated

import typer

from stateroom.cli import catalogues
from stateroom.cli.blocks import Block, Branch, Column, Line, Span, Style, Table, Words
from stateroom.cli.options import Form
from stateroom.cli.pinning import change_branches
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.decide.agreement import Agreement, Answer, State, compare_decisions
from stateroom.decide.compare import SpaceDiff, compare_spaces
from stateroom.decide.engine import Engine
from stateroom.decide.lock import Change, Lock, changes
from stateroom.decide.lockfile import read_lock
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.rulesets import load_ruleset
from stateroom.errors import UsageError

__all__ = ("diff",)

Side = Annotated[
    str,
    typer.Argument(metavar="OLD", help="A ruleset by name or file, or a .lock file."),
]
OtherSide = Annotated[
    str,
    typer.Argument(metavar="NEW", help="What to compare it with: of the same kind."),
]
CatalogueFile = Annotated[
    str | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help="The catalogue whose items are compared; ./stateroom.toml where it is.",
    ),
]
LOCK = ".lock"
MOST_CHANGES = 5
"""Groups of cells that are told one by one; all are in the JSON document."""
_STYLES: dict[State, Style] = {"same": "good", "differs": "warning"}


def diff(
    old: Side, new: OtherSide, file: CatalogueFile = None, form: Form = None
) -> Reply:
    """Say what differs between two rulesets or two locks.

    Of two rulesets: how many combinations of answers are placed differently, and which
    items of a catalogue. Of two locks: which items. Exit status 1 when something
    differs.

    Examples:
      stateroom diff seed-flowchart stateroom --file examples/seed.toml
      stateroom diff stateroom my-rules.toml
      stateroom diff main.lock stateroom.lock
    """
    settings = Settings()
    form = settings.form(form)
    kinds = {PurePath(each).suffix == LOCK for each in (old, new)}
    if len(kinds) > 1:
        raise UsageError("compare two rulesets, or two locks: not one with the other")
    if True in kinds:
        return _locks(_lock(old), _lock(new), form)
    before, after = load_ruleset(old), load_ruleset(new)
    items = _items(before, after, file, settings)
    return _rulesets(before, after, items, form)


def _lock(path: str) -> Lock:
    found = read_lock(path)
    if found is None:
        raise UsageError(f"{path}: there is no such lock")
    return found


def _locks(old: Lock, new: Lock, form: str) -> Reply:
    found = changes(old, new)
    return Reply(
        text=lambda: _lock_text(old, new, found),
        data=lambda: {
            "schema_version": "1.0",
            "old": old.ruleset,
            "new": new.ruleset,
            "changes": found,
        },
        form=form,
        status=int(bool(found)),
    )


def _lock_text(old: Lock, new: Lock, found: tuple[Change, ...]) -> Iterator[Block]:
    yield from change_branches(found)
    if old.ruleset != new.ruleset:
        was, now = (f"{each.name} ({each.hash})" for each in (old.ruleset, new.ruleset))
        yield Line(f"ruleset {was} -> {now}")
    yield Line(f"{len(found):,} of {len({*old.items, *new.items}):,} items differ.")


def _items(
    old: Ruleset, new: Ruleset, file: str | None, settings: Settings
) -> Agreement | None:
    """Return how the items of the catalogue compare; None where there is none."""
    if file is None and not catalogues.is_there(settings.value("file")):
        return None
    catalogue = catalogues.read(file, settings)
    every = catalogue.items.values()
    return compare_decisions(
        Engine(old, catalogue.app).decide_all(every),
        Engine(new, catalogue.app).decide_all(every),
    )


def _rulesets(old: Ruleset, new: Ruleset, items: Agreement | None, form: str) -> Reply:
    space = compare_spaces(old, new)
    is_other = space.changed or any(n for s, n in _counts(items).items() if s != "same")
    return Reply(
        text=lambda: _ruleset_text(old, new, space, items),
        data=lambda: {
            "schema_version": "1.0",
            "old": {"name": old.name, "hash": old.hash},
            "new": {"name": new.name, "hash": new.hash},
            "space": space,
            "items": items,
        },
        form=form,
        status=int(bool(is_other)),
    )


def _counts(items: Agreement | None) -> dict[State, int]:
    return items.by_placement if items else {}


def _ruleset_text(
    old: Ruleset, new: Ruleset, space: SpaceDiff, items: Agreement | None
) -> Iterator[Block]:
    share = space.changed / space.possible if space.possible else 0
    yield Line(
        f"{old.name} -> {new.name}: {space.changed:,} of {space.possible:,} possible "
        f"cells ({share:.1%}) are placed differently."
    )
    if space.changes:
        yield Branch("the largest groups", tuple(_groups(space)))
    if items is None:
        return
    yield Line()
    rows = tuple(_rows(items))
    if rows:
        titles = ("item", old.name, new.name, "comparison")
        yield Table(columns=tuple(map(Column, titles)), rows=rows)
        yield Line()
    yield Line(f"By tiers, {items.summary}.")


def _groups(space: SpaceDiff) -> Iterator[Branch]:
    for change in space.changes[:MOST_CHANGES]:
        rows = f"{', '.join(change.old_rows) or 'none'} -> {', '.join(change.new_rows)}"
        example = ", ".join(f"{name} {value}" for name, value in change.example.items())
        head = f"{change.cells:,} cells: {change}"
        yield Branch(head, (Branch(f"rows {rows}"), Branch(f"such as {example}")))
    left = len(space.changes) - MOST_CHANGES
    if left > 0:
        yield Branch(f"{left} smaller groups: --format json has them all")


def _rows(items: Agreement) -> Iterator[tuple[Words, ...]]:
    for each in items.items:
        if each.placement == "same":
            continue
        style = _STYLES.get(each.placement, "error")
        state = each.placement if each.tiers != "same" else "same tiers"
        yield (
            Span(each.item, "name"),
            _answer(each.old),
            _answer(each.new),
            Span(state, style),
        )


def _answer(answer: Answer | None) -> Words:
    if answer is None:
        return "-"
    return "no rule" if answer.is_silent else f"{answer.placement} ({answer.rule})"
