"""``decide --write``: pins decisions in the lock beside the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stateroom.catalogue.document import Catalogue
from stateroom.cli.blocks import Block, Branch, Line, Span, Style
from stateroom.cli.reply import Reply
from stateroom.cli.status import status_of
from stateroom.decide.decision import Decisions
from stateroom.decide.lock import Change, lock_of
from stateroom.decide.lockfile import LOCK_NAME, lock_path, read_plan, write_lock

__all__ = ("beside", "change_branches", "pin")

_STYLES: dict[str, Style] = {
    "added": "good",
    "removed": "error",
    "moved": "warning",
    "changed": "info",
}


def pin(catalogue: Catalogue, found: Decisions, plan: str | None, form: str) -> Reply:
    """Write the lock, and return what changed in it."""
    path = beside(catalogue)
    changed = write_lock(
        path, lock_of(catalogue, found), read_plan(plan) if plan else None
    )
    return Reply(
        text=lambda: _text(path, found, changed),
        data=lambda: {
            "schema_version": found.schema_version,
            "ruleset": found.ruleset,
            "decisions": found.decisions,
            "lock": {"path": str(path), "changes": changed},
        },
        form=form,
        status=status_of(found),
        notes=("next: review the lock and commit it beside the catalogue",),
    )


def beside(catalogue: Catalogue) -> Path:
    """Return where the lock of a catalogue lies."""
    file = catalogue.source.path
    # Read from a pipe or made in Python, it lies in no folder but the one we are in.
    return lock_path(file) if Path(file).is_file() else Path(LOCK_NAME)


def change_branches(changed: tuple[Change, ...]) -> Iterator[Branch]:
    """Return a branch per item that a lock has otherwise."""
    for each in changed:
        places = " -> ".join(part for part in (each.before, each.after) if part)
        if each.before == each.after:
            places = each.after
        detail = tuple(Branch(part) for part in each.detail.split("; ") if part)
        head = (Span(each.kind, _STYLES[each.kind]), " ", Span(each.item, "name"))
        yield Branch((*head, f": {places}"), detail)


def _text(path: Path, found: Decisions, changed: tuple[Change, ...]) -> Iterator[Block]:
    yield from change_branches(changed)
    number, items = len(changed), len(found.decisions)
    told = f"{number:,} changed" if number else "nothing changed"
    yield Line(f"{path}: {items:,} items pinned, {told}.")
