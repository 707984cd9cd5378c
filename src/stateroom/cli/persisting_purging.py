"""The command ``persist purge``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, TypeAlias

import msgspec
import typer

from stateroom.cli.blocks import Block, Line, Span, clean
from stateroom.cli.options import Form
from stateroom.cli.persisting_choosing import choice
from stateroom.cli.persisting_opening import opened
from stateroom.cli.persisting_options import Namespace, Place, TableName
from stateroom.cli.persisting_writing import bury, writer_name
from stateroom.cli.reply import Reply, note
from stateroom.cli.settings import Settings
from stateroom.errors import UsageError, WriteConflict
from stateroom.persist.storages import Storage
from stateroom.persist.surveying import Generation, Holding, Survey

__all__ = ("purge",)

Owner: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--owner",
        metavar="ID",
        help='All that is kept of this user; "" for the device.',
        show_default=False,
    ),
]
Items: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--item",
        metavar="ITEM",
        help="All that is kept of this slice; may be given several times.",
        show_default=False,
    ),
]
All = Annotated[bool, typer.Option("--all", help="All that is kept.")]
Damaged = Annotated[
    bool, typer.Option("--damaged", help="Only damaged bytes that were put aside.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


class Purged(msgspec.Struct, frozen=True, kw_only=True):
    """What went.

    Attributes:
        storage: the path.
        records: the keys of the records that are purged now.
        put_aside: the keys of damaged bytes that are deleted now.
        kept: the key of each record that could not be purged -> why.
    """

    schema_version: str = "1.0"
    storage: str
    records: tuple[str, ...]
    put_aside: tuple[str, ...]
    kept: dict[str, str]


def purge(
    path: Place,
    *,
    owner: Owner = None,
    items: Items = None,
    every: All = False,
    damaged: Damaged = False,
    namespace: Namespace = None,
    yes: Yes = False,
    table: TableName = None,
    form: Form = None,
) -> Reply:
    """Make stored data go for good: of a user, of a slice, or all.

    A tombstone takes the place of each record and of its previous generation, so that
    a running process cannot bring back what it still had to write. Damaged bytes that
    were put aside are deleted. It asks first; off a terminal it needs --yes. Exit
    status 1 when something is left.

    Examples:
      stateroom persist purge careers.db --owner 7
      stateroom persist purge ~/.local/share/careers --item drafts --yes
      stateroom persist purge careers.db --all --namespace careers --yes
      stateroom persist purge careers.db --damaged --yes
    """
    form = Settings().form(form)
    is_named = bool(items) or owner is not None
    if (every and is_named) or not (every or is_named or damaged):
        raise UsageError(
            "--all is all of it" if every else "nothing to purge is named",
            hint="give --owner or --item, or both; or --all; or --damaged",
        )
    wanted = choice(items, owner=owner, namespace=namespace)
    with opened(path, table=table) as storage:
        found = wanted.survey(storage, path)
        if damaged:
            found = replace(found, holdings=())
        if not yes and not _is_certain(found, path):
            return _reply(_nothing(path), form, status=1)
        done = _carry_out(storage, found, path)
    return _reply(done, form, status=int(bool(done.kept)))


def _reply(done: Purged, form: str, *, status: int) -> Reply:
    return Reply(text=lambda: _text(done), data=lambda: done, form=form, status=status)


def _nothing(path: str) -> Purged:
    return Purged(storage=clean(path), records=(), put_aside=(), kept={})


def _is_certain(found: Survey, path: str) -> bool:
    """Ask whether to purge what was found; nothing need be asked about nothing."""
    names = [each.key for each in found.holdings if not _is_gone(each)]
    names += [each.key for each in found.held]
    if not names:
        return True
    if not sys.stdin or not sys.stdin.isatty():
        raise UsageError(
            f"{path}: {_counted(names)} would be purged, and nobody can be asked",
            hint="--yes purges without asking; inspect shows what there is",
        )
    for each in names:
        note(f"  {each}")
    sys.stderr.write(clean(f"Purge {_counted(names)} of {path} for good? [y/N] "))
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in {"y", "yes"}


def _counted(names: list[str]) -> str:
    return f"{len(names):,} record{'s' * (len(names) != 1)}"


def _carry_out(storage: Storage, found: Survey, path: str) -> Purged:
    writer = writer_name()
    gone: list[str] = []
    kept: dict[str, str] = {}
    for each in found.holdings:
        if _is_gone(each):
            continue
        reason = _obstacle(each) or _buried(storage, each, writer)
        if reason:
            kept[clean(each.key)] = clean(reason)
        else:
            gone.append(clean(each.key))
    held = [each.key for each in found.held if clean(each.of) not in kept]
    for key in held:
        storage.delete(key)
    return Purged(
        storage=clean(path),
        records=tuple(gone),
        put_aside=tuple(map(clean, held)),
        kept=kept,
    )


def _is_gone(holding: Holding) -> bool:
    """Say whether a tombstone is all that there is."""
    if holding.current is None or holding.unread:
        return False
    return all(map(_is_tombstone, (holding.current, holding.previous)))


def _is_tombstone(found: Generation | None) -> bool:
    return found is None or (found.record is not None and found.record.is_purged)


def _obstacle(holding: Holding) -> str:
    """Say why no tombstone can be written there; nothing when one can."""
    if holding.unread:
        return holding.unread
    if holding.place is None:
        return "this is no key of a record: another program keeps it there"
    for each in (holding.current, holding.previous):
        if each is not None and each.condition in {"newer", "sealed"}:
            return f"{each.reason}: purge it from within the application"
    return ""


def _buried(storage: Storage, holding: Holding, writer: str) -> str:
    """Purge one record; return why that could not be done."""
    try:
        bury(storage, holding, writer=writer)
    except WriteConflict as error:
        return str(error)
    return ""


def _text(done: Purged) -> Iterator[Block]:
    for key in done.records:
        yield Line((Span(key, "name"), ": purged"), is_whole=True)
    for key in done.put_aside:
        yield Line((Span(key, "name"), ": deleted"), is_whole=True)
    for key, reason in done.kept.items():
        yield Line((Span(key, "name"), ": ", Span(f"left: {reason}", "error")))
    total = len(done.records) + len(done.put_aside)
    told = f"{total:,} purged" if total else "nothing was purged"
    left = f", {len(done.kept):,} left" if done.kept else ""
    yield Line(Span(f"{done.storage}: {told}{left}.", "heading"))
