"""Reads the records of a file that is to be imported, before anything is written."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stateroom.cli.persisting_documents import (
    browser_documents,
    is_backup,
    records_of,
)
from stateroom.cli.persisting_exporting import FORMS, form_named
from stateroom.cli.persisting_writing import now_ms, writer_name
from stateroom.errors import (
    CorruptRecord,
    InvalidDocument,
    NewerRecord,
    UsageError,
)
from stateroom.persist.interchange.documents import KEY_PREFIX, PERSIST, Document
from stateroom.persist.keys import check_item, check_namespace, record_key
from stateroom.persist.records import Record, encode_record
from stateroom.persist.surveying import LARGEST

__all__ = ("Wish", "incoming")

STDIN = "-"
NAMESPACE = "app"
"""That of a ``Persistor`` which is given none."""
USUAL_ROOT = "root"
"""What redux-persist's own examples call the document of all slices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How documents of redux-persist become records.

    Attributes:
        form: of the file; None for what it looks like.
        items: which slices; none for all.
        root: the document whose fields are the slices.
        namespace: of the application; None for ``NAMESPACE``.
        owner: whose the records are to be; empty for the device's.
        version: of the schema; None for that of the document.
        buster: as the slices are declared with.
    """

    form: str | None = None
    items: tuple[str, ...] = ()
    root: str | None = None
    namespace: str | None = None
    owner: str | None = None
    version: int | None = None
    buster: str | None = None


def incoming(file: str, wish: Wish) -> tuple[Record, ...]:
    """Return the records of a file, or of the standard input.

    Raises:
        UsageError: it cannot be read, or the options do not fit it.
        InvalidDocument: it is no document.
        CorruptRecord: a record in it is damaged.
    """
    text = _read(file)
    try:
        return _parsed(text, wish)
    except (CorruptRecord, InvalidDocument, NewerRecord) as error:
        kind = type(error)
        raise kind(f"{file}: {error}", key=error.key, hint=error.hint) from error


def _parsed(text: str, wish: Wish) -> tuple[Record, ...]:
    form = form_named(wish.form) if wish.form else FORMS[not is_backup(text)]
    if form == FORMS[0]:
        _refuse_wishes(wish)
        return records_of(text)
    records = tuple(_records(text, wish))
    for each in records:
        _check(each)
    return records


def _read(file: str) -> str:
    try:
        if file == STDIN:
            data = sys.stdin.buffer.read(LARGEST + 1) if sys.stdin else b""
        else:
            data = _bytes_of(Path(file))
        if len(data) > LARGEST:
            raise UsageError(f"{file}: larger than {LARGEST:,} bytes")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is no text in UTF-8: {error}") from error


def _bytes_of(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: is no regular file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _refuse_wishes(wish: Wish) -> None:
    given = {
        "--item": wish.items,
        "--root": wish.root,
        "--namespace": wish.namespace,
        "--owner": wish.owner,
        "--version": wish.version,
        "--buster": wish.buster,
    }
    named = [name for name, value in given.items() if value not in {None, ()}]
    if named:
        raise UsageError(
            f"{', '.join(named)}: a backup says that itself, of each record",
            hint="leave it out; or --as redux-persist for documents of redux-persist",
        )


def _records(text: str, wish: Wish) -> Iterator[Record]:
    alone = wish.root if wish.root is not None else _only(wish.items)
    documents = browser_documents(text, name=alone)
    _check_root(documents, wish)
    found: set[str] = set()
    for item, (state, version) in _slices(documents, wish.root).items():
        if wish.items and item not in wish.items:
            continue
        found.add(item)
        yield _record(item, state, version, wish)
    missing = [each for each in wish.items if each not in found]
    if missing:
        raise UsageError(
            f"there is nothing of {', '.join(missing)} in these documents",
            hint=f"there is {', '.join(_slices(documents, wish.root)) or 'nothing'}",
        )


def _only(items: tuple[str, ...]) -> str | None:
    return items[0] if len(items) == 1 else None


def _check_root(documents: Mapping[str, Document], wish: Wish) -> None:
    """Refuse to guess what a document is that is called as that of all slices is."""
    if wish.root is not None and wish.root not in documents:
        raise UsageError(
            f"there is no {KEY_PREFIX}{wish.root}",
            hint=f"there is {', '.join(KEY_PREFIX + each for each in documents)}",
        )
    if USUAL_ROOT in documents and wish.root is None and not wish.items:
        raise UsageError(
            f"{KEY_PREFIX}{USUAL_ROOT}: are its fields slices, or is it one slice?",
            hint=f"--root {USUAL_ROOT} if its fields are slices, else "
            f"--item {USUAL_ROOT}",
        )


def _slices(
    documents: Mapping[str, Document], root: str | None
) -> dict[str, tuple[object, int]]:
    """Return what each slice is to hold, and its version."""
    found: dict[str, tuple[object, int]] = {}
    for name, document in documents.items():
        if name != root:
            found[name] = (document.fields, document.version)
    if root is not None:
        whole = documents[root]
        found |= {item: (state, whole.version) for item, state in whole.fields.items()}
    return found


def _record(item: str, state: object, version: int, wish: Wish) -> Record:
    namespace = check_namespace(wish.namespace or NAMESPACE)
    owner = wish.owner or ""
    if isinstance(state, dict):
        # A nested redux-persist leaves its own mark within what an outer one writes.
        state = {name: each for name, each in state.items() if name != PERSIST}
    return Record(
        key=record_key(namespace, check_item(item), owner=owner),
        # Without a version redux-persist says -1; ours are counted from 1.
        version=max(version, 1) if wish.version is None else wish.version,
        revision=1,
        writer=writer_name(),
        at=now_ms(),
        state=state,
        owner=owner,
        buster=wish.buster or "",
        is_whole=not isinstance(state, dict),
    )


def _check(record: Record) -> None:
    try:
        encode_record(record)
    except ValueError as error:
        raise InvalidDocument(
            f"{record.key}: it has a number that is infinite, or is none: {error}",
            key=record.key,
            hint="JSON has no such number: mend the document",
        ) from error
