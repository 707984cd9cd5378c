"""The command ``persist export``."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from stateroom.catalogue.units import format_size
from stateroom.catalogue.values import nearest
from stateroom.cli.blocks import Line
from stateroom.cli.persisting_choosing import choice
from stateroom.cli.persisting_documents import backup, browser_texts
from stateroom.cli.persisting_opening import opened
from stateroom.cli.persisting_options import (
    Items,
    Namespace,
    Owner,
    Place,
    TableName,
    whole_number,
)
from stateroom.cli.reply import Reply
from stateroom.errors import UsageError
from stateroom.persist.keys import Place as RecordPlace
from stateroom.persist.records import Record
from stateroom.persist.surveying import Generation, Holding, Survey

__all__ = ("FORMS", "As", "export", "form_named")

FORMS = ("stateroom", "redux-persist")

As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="FORM",
        help=f"{' or '.join(FORMS)}.",
        show_default=False,
        autocompletion=lambda: list(FORMS),
    ),
]
Root = Annotated[
    str | None,
    typer.Option(
        "--root",
        metavar="KEY",
        help="One document persist:KEY whose fields are the slices.",
        show_default=False,
    ),
]
Version = Annotated[
    str | None,
    typer.Option(
        "--version",
        metavar="N",
        help="Of the documents; that of the records where not given.",
        show_default=False,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="A file, which only you may read; stdout where not given.",
        show_default=False,
    ),
]


def export(
    path: Place,
    *,
    items: Items = None,
    owner: Owner = None,
    namespace: Namespace = None,
    as_: As = None,
    root: Root = None,
    version: Version = None,
    output: Output = None,
    table: TableName = None,
) -> Reply:
    """Write what is stored as a backup, or for an application with redux-persist.

    A backup has every record as it is; import reads it. The other form is JSON of
    key -> text, as a browser's localStorage has to hold it: a document for each slice,
    or with --root one for all. Exit status 1 when a damaged or encrypted record, or a
    newer release's, had to be left out.

    Examples:
      stateroom persist export careers.db -o careers.json
      stateroom persist export careers.db --as redux-persist --root root
      stateroom persist export careers.db --as redux-persist --owner 7
    """
    form = form_named(as_ or FORMS[0])
    if form == FORMS[0] and (root is not None or version is not None):
        raise UsageError(
            "--root and --version are about documents of redux-persist",
            hint="--as redux-persist",
        )
    number = whole_number("--version", version, least=-1)
    wanted = choice(items, owner=owner, namespace=namespace)
    with opened(path, table=table) as storage:
        found = wanted.survey(storage, path)
    text = (
        backup(dict(_texts(found)))
        if form == FORMS[0]
        else browser_texts(_once(found), root=root, version=number)
    )
    return _reply(text, found, output)


def form_named(given: str) -> str:
    """Return the form that ``--as`` names.

    Raises:
        UsageError: there is none of that name.
    """
    if given in FORMS:
        return given
    near = nearest(given, FORMS)
    raise UsageError(
        f"--as: {given!r} is none of {', '.join(FORMS)}",
        hint=f"did you mean {near}?" if near else "",
    )


def _reply(text: str, found: Survey, output: str | None) -> Reply:
    notes = tuple(_left_out(found))
    status = int(bool(notes))
    if output is None:
        return Reply(
            text=tuple, data=lambda: text, form="json", notes=notes, status=status
        )
    _write(Path(output), text)
    size = format_size(len(text))
    told = Line(f"{output} written: {_counted(found)}, {size}.")
    return Reply(text=lambda: (told,), notes=notes, status=status)


def _counted(found: Survey) -> str:
    count = sum(each.newest is not None for each in found.holdings)
    return f"{count:,} record{'s' * (count != 1)}"


def _left_out(found: Survey) -> Iterator[str]:
    """Tell what is not in the document, or not in its newest state."""
    for each in found.holdings:
        reason = each.unread or _unlike(each.current)
        if not reason:
            continue
        newest = each.newest
        instead = f"revision {newest.revision} is there instead" if newest else ""
        yield f"{each.key}: {instead or 'left out'}: {reason}"


def _unlike(current: Generation | None) -> str:
    if current is None:
        return "its newest generation is missing"
    return current.reason


def _texts(found: Survey) -> Iterator[tuple[str, str]]:
    """Tell the key and the text of every record that is whole."""
    for each in found.holdings:
        for generation in (each.current, each.previous):
            if generation is not None and generation.record is not None:
                yield each.key, generation.data.decode()
                break


def _once(found: Survey) -> list[tuple[RecordPlace, Record]]:
    """Return the records, of which no two may be of one item."""
    seen: dict[str, Holding] = {}
    records: list[tuple[RecordPlace, Record]] = []
    for each in found.holdings:
        record, place = each.newest, each.place
        if record is None or place is None or record.is_purged:
            continue
        if place.item in seen:
            raise UsageError(
                f"{place.item} is there more than once: {seen[place.item].key}, "
                f"{each.key}",
                hint='say which: --owner ID, or --owner "" for the device; --namespace',
            )
        seen[place.item] = each
        records.append((place, record))
    return records


def _write(path: Path, text: str) -> None:
    """Replace a file in one step; nobody else may read it, as it has personal data."""
    if path.exists() and not path.is_file():
        raise UsageError(f"--output: {path} is no regular file")
    place = path.resolve()
    if not place.parent.is_dir():
        raise UsageError(f"--output: {path.parent}: there is no such folder")
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
