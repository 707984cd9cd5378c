"""The command ``persist migrate``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from stateroom.cli.blocks import Block, Line, Span, Style, clean
from stateroom.cli.options import Form
from stateroom.cli.persisting_choosing import choice
from stateroom.cli.persisting_opening import opened
from stateroom.cli.persisting_options import (
    Items,
    Namespace,
    Owner,
    Place,
    TableName,
)
from stateroom.cli.persisting_writing import put
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.errors import PersistError
from stateroom.persist.storages import Storage

if TYPE_CHECKING:
    from stateroom.cli.persisting_trying import Trial

__all__ = ("migrate",)

App = Annotated[
    str,
    typer.Option(
        "--app",
        metavar="MODULE:NAME",
        help="What persist(...) returned, a tuple or list of these, or the store.",
    ),
]
Write = Annotated[
    bool, typer.Option("--write", help="Store what the migrations made of it.")
]
_DIFF: dict[str, Style] = {"+": "good", "-": "error", "@": "info"}


class MigratedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the migrations make of one record.

    Attributes:
        key: in the storage.
        stored: its version; none where it cannot be read.
        wanted: the version of the slice.
        outcome: same, migrated, unused or problem.
        reason: why it is unused, or a problem.
        diff: a unified diff of the state.
    """

    key: str
    stored: int | None
    wanted: int
    outcome: str
    reason: str
    diff: tuple[str, ...]


class Migrated(msgspec.Struct, frozen=True, kw_only=True):
    """What the migrations make of what is stored.

    Attributes:
        storage: the path.
        written: whether it is stored now; only with ``--write``.
        records: of the slices that were named.
        others: how many records are of other slices.
    """

    schema_version: str = "1.0"
    storage: str
    written: bool
    records: tuple[MigratedRecord, ...]
    others: int


def migrate(
    path: Place,
    *,
    app: App,
    items: Items = None,
    owner: Owner = None,
    namespace: Namespace = None,
    write: Write = False,
    table: TableName = None,
    form: Form = None,
) -> Reply:
    """Try your migrations on what is stored, and show what they change.

    Nothing is written without --write. With it, what was there stays as the previous
    generation, and records with a problem stay as they are. Your module is imported
    from this folder. Exit status 1 for a problem, and for changes that are not written.

    Examples:
      stateroom persist migrate careers.db --app careers.state:store
      stateroom persist migrate careers.db --app careers.state:kept --write
    """
    from stateroom.cli.persisting_declared import declared  # noqa: PLC0415 - on use
    from stateroom.cli.persisting_trying import tried  # noqa: PLC0415

    form = Settings().form(form)
    wanted = choice(items, owner=owner, namespace=namespace)
    parts = declared(app)
    with opened(path, table=table) as storage:
        found = wanted.survey(storage, path)
        trials = list(tried(found, parts))
        if write:
            trials = [_written(storage, each) for each in trials]
    told = Migrated(
        storage=clean(path),
        written=write,
        records=tuple(map(_told, trials)),
        others=len(found.holdings) - len(trials),
    )
    outcomes = [each.outcome for each in trials]
    return Reply(
        text=lambda: _text(told),
        data=lambda: told,
        form=form,
        status=int("problem" in outcomes or ("migrated" in outcomes and not write)),
    )


def _written(storage: Storage, trial: Trial) -> Trial:
    if trial.record is None:
        return trial
    try:
        put(storage, trial.holding, trial.record)
    except PersistError as error:
        return replace(trial, outcome="problem", reason=f"it is not written: {error}")
    return trial


def _told(trial: Trial) -> MigratedRecord:
    return MigratedRecord(
        key=clean(trial.holding.key),
        stored=trial.stored,
        wanted=trial.wanted,
        outcome=trial.outcome,
        reason=clean(trial.reason),
        diff=trial.diff,
    )


def _text(told: Migrated) -> Iterator[Block]:
    for each in told.records:
        if each.outcome != "same":
            yield from _record(each)
    for line in _summary(told):
        yield Line(Span(line, "heading"))


def _record(each: MigratedRecord) -> Iterator[Block]:
    name = Span(each.key, "name")
    if each.outcome == "migrated":
        yield Line((name, f": version {each.stored} -> {each.wanted}"), is_whole=True)
        for line in each.diff[2:]:
            yield Line(Span(line, _DIFF.get(line[:1], "")), is_whole=True)
    else:
        style: Style = "error" if each.outcome == "problem" else "faint"
        yield Line((name, ": ", Span(each.reason, style)))
    yield Line()


def _summary(told: Migrated) -> Iterator[str]:
    counts = {
        outcome: sum(each.outcome == outcome for each in told.records)
        for outcome in ("migrated", "same", "unused", "problem")
    }
    done = "migrated" if told.written else "would be migrated"
    words = {
        "migrated": done,
        "same": "of this version already",
        "unused": "not used",
        "problem": "with a problem, as it was",
    }
    parts = [f"{count:,} {words[name]}" for name, count in counts.items() if count]
    yield f"{told.storage}: {', '.join(parts) or 'nothing of these slices'}."
    if told.others:
        yield f"{told.others:,} of other slices."
