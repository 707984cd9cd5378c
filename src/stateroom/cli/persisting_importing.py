"""The command ``persist import``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from stateroom.catalogue.units import format_size
from stateroom.cli.blocks import Block, Column, Line, Span, Table, Words, clean
from stateroom.cli.options import Form
from stateroom.cli.persisting_exporting import As
from stateroom.cli.persisting_incoming import Wish, incoming
from stateroom.cli.persisting_opening import create_storage, open_storage
from stateroom.cli.persisting_options import Place, TableName, whole_number
from stateroom.cli.persisting_steps import Step, refuse, step_for, write
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.errors import UsageError
from stateroom.persist.budgets import SLICE_BUDGET, judge
from stateroom.persist.keys import place_of
from stateroom.persist.records import encode_record
from stateroom.persist.storages import Memory, Storage

__all__ = ("import_",)

File = Annotated[
    str, typer.Argument(metavar="FILE", help="What to import; - for stdin.")
]
Items = Annotated[
    list[str] | None,
    typer.Option(
        "--item",
        metavar="ITEM",
        help="Only this slice, or what a document without a name is.",
        show_default=False,
    ),
]
Root = Annotated[
    str | None,
    typer.Option(
        "--root",
        metavar="KEY",
        help="The fields of this document are slices.",
        show_default=False,
    ),
]
Namespace = Annotated[
    str | None,
    typer.Option(
        "--namespace",
        metavar="NAME",
        help="Of the application; app where not given.",
        show_default=False,
    ),
]
Owner = Annotated[
    str | None,
    typer.Option(
        "--owner",
        metavar="ID",
        help="The user whose the records are to be; else the device's.",
        show_default=False,
    ),
]
Version = Annotated[
    str | None,
    typer.Option(
        "--version",
        metavar="N",
        help="Of the schema; that of the document where not given.",
        show_default=False,
    ),
]
Buster = Annotated[
    str | None,
    typer.Option(
        "--buster",
        metavar="TEXT",
        help="As the slices are declared with.",
        show_default=False,
    ),
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Take the place of what is stored.")
]
Create = Annotated[
    bool, typer.Option("--create", help="Make the directory or file; .db is SQLite's.")
]
Check = Annotated[bool, typer.Option("--check", help="Only say what would be done.")]


class ImportedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the file.

    Attributes:
        key: in the storage.
        version: of the schema.
        revision: that it has, or would have.
        bytes: of the record.
        replaces: the revision that it takes the place of; none for nothing, 0 for
            what cannot be read.
        same: whether it is there already, to the byte, and nothing is to be done.
    """

    key: str
    version: int
    revision: int
    bytes: int
    replaces: int | None
    same: bool


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What was imported.

    Attributes:
        storage: the path.
        written: whether it was; not with ``--check``.
        records: of the file.
    """

    schema_version: str = "1.0"
    storage: str
    written: bool
    records: tuple[ImportedRecord, ...]


def import_(
    path: Place,
    file: File,
    *,
    as_: As = None,
    items: Items = None,
    root: Root = None,
    namespace: Namespace = None,
    owner: Owner = None,
    version: Version = None,
    buster: Buster = None,
    replaces: Replace = False,
    create: Create = False,
    check: Check = False,
    table: TableName = None,
    form: Form = None,
) -> Reply:
    """Bring in a backup, or what redux-persist has stored in a browser.

    Everything is read and looked at before the first record is written, and nothing
    takes the place of a record without --replace; what was there stays as its previous
    generation. Of a browser, FILE is one document, or JSON.stringify(localStorage).

    Examples:
      stateroom persist import careers.db careers.json --check
      stateroom persist import careers.db browser.json --root root
      stateroom persist import new.db careers.json --create
    """
    form = Settings().form(form)
    wish = Wish(
        form=as_,
        items=tuple(items or ()),
        root=root,
        namespace=namespace,
        owner=owner,
        version=whole_number("--version", version, least=1),
        buster=buster,
    )
    records = incoming(file, wish)
    storage = _storage(path, table, create=create, check=check)
    try:
        steps = [step_for(storage, each) for each in records]
        refuse(steps, replaces=replaces)
        if not check:
            write(storage, steps)
    finally:
        storage.close()
    return _reply(_told(path, steps, is_written=not check), form)


def _reply(told: Imported, form: str) -> Reply:
    large = [
        f"{each.key}: {format_size(each.bytes)}, more than a slice may have by default"
        for each in told.records
        if judge(each.bytes, budget=SLICE_BUDGET) == "over"
    ]
    return Reply(
        text=lambda: _text(told), data=lambda: told, form=form, notes=tuple(large)
    )


def _storage(path: str, table: str | None, *, create: bool, check: bool) -> Storage:
    if not create:
        try:
            return open_storage(path, table=table)
        except UsageError as error:
            if Path(path).exists():
                raise
            raise UsageError(str(error), hint="--create makes it") from None
    if check and not Path(path).exists():
        return Memory()  # what is not made yet holds nothing
    return create_storage(path, table=table)


def _told(path: str, steps: list[Step], *, is_written: bool) -> Imported:
    return Imported(
        storage=clean(path),
        written=is_written,
        records=tuple(map(_imported, steps)),
    )


def _imported(step: Step) -> ImportedRecord:
    record, current = step.record, step.holding.current
    there = 0 if current is None or current.record is None else current.record.revision
    return ImportedRecord(
        key=clean(record.key),
        version=record.version,
        revision=record.revision,
        bytes=len(encode_record(record)),
        replaces=None if step.is_free else there,
        same=step.is_same,
    )


def _text(told: Imported) -> Iterator[Block]:
    if told.records:
        titles = ("owner", "version", "revision", "size", "takes the place of")
        yield Table(
            columns=(Column("item", keeps=True), *map(Column, titles)),
            rows=tuple(map(_row, told.records)),
        )
        yield Line()
    count = sum(not each.same for each in told.records)
    doing = "written" if told.written else "would be written"
    records = f"{count:,} record{'s' * (count != 1)}"
    yield Line(Span(f"{told.storage}: {records} {doing}.", "heading"))


def _row(told: ImportedRecord) -> tuple[Words, ...]:
    place = place_of(told.key)
    replaced = "nothing" if told.replaces is None else f"revision {told.replaces}"
    if told.replaces == 0:
        replaced = "what is damaged"
    return (
        Span(place.item if place else told.key, "name"),
        (place.owner if place else "") or "device",
        str(told.version),
        str(told.revision),
        format_size(told.bytes),
        "nothing: it is there" if told.same else replaced,
    )
