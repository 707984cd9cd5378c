r"""The two forms in which records leave a storage and come into one.

A backup holds records to the byte::

    {"stateroom-backup": 1, "records": {"careers:p:device:roles": "{\"stateroom\":..."}}

The other form is what a browser's storage holds for redux-persist: key -> text. Both
are ASCII, so that nothing in them steers a terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from stateroom.errors import CorruptRecord, InvalidDocument, UsageError
from stateroom.persist.interchange.documents import (
    KEY_PREFIX,
    PERSIST,
    Document,
    document_key,
    dump_document,
    parse_document,
)
from stateroom.persist.interchange.javascript import parse
from stateroom.persist.keys import Place, place_of
from stateroom.persist.records import Record, decode_record
from stateroom.persist.surveying import LARGEST

__all__ = (
    "BACKUP",
    "backup",
    "browser_documents",
    "browser_texts",
    "is_backup",
    "records_of",
)

BACKUP: Final = "stateroom-backup"
"""The field that tells a backup; its value is the number of the form."""
FORMAT: Final = 1


def backup(texts: Mapping[str, str]) -> str:
    """Return the text of a backup.

    Args:
        texts: the key of each record -> its bytes, as text.
    """
    return json.dumps({BACKUP: FORMAT, "records": dict(texts)}, indent=2) + "\n"


def is_backup(text: str) -> bool:
    """Say whether a document is meant to be a backup."""
    return text.lstrip().startswith(f'{{"{BACKUP}"') or f'"{BACKUP}":' in text[:100]


def records_of(text: str) -> tuple[Record, ...]:
    """Return the records of a backup.

    Raises:
        InvalidDocument: it is none, or of a newer release.
        CorruptRecord: a record in it is damaged.
        NewerRecord: a record in it is of a newer release.
    """
    found = parse(text)
    if not isinstance(found, dict) or BACKUP not in found:
        raise InvalidDocument(
            f"there is no field {BACKUP!r}: it is no backup",
            hint="stateroom persist export writes them; for a document of "
            "redux-persist say --as redux-persist",
        )
    records = found.get("records")
    if found[BACKUP] != FORMAT or not isinstance(records, dict):
        raise InvalidDocument(
            f"a backup of the form {found[BACKUP]!r:.20} is not known; {FORMAT} is",
            hint="import it with the release that wrote it",
        )
    return tuple(_record(key, text) for key, text in records.items())


def _record(key: str, text: object) -> Record:
    if not isinstance(text, str):
        raise CorruptRecord(f"{key}: the backup has no text for it", key=key)
    if place_of(key) is None:
        raise CorruptRecord(f"{key}: this is no key of a record", key=key)
    # A lone surrogate is in no record: its bytes fit no checksum.
    return decode_record(text.encode("utf-8", "replace"), key=key, limit=LARGEST)


# ---------------------------------------------------------------- redux-persist


def browser_texts(
    records: Iterable[tuple[Place, Record]], *, root: str | None, version: int | None
) -> str:
    """Return what a browser's storage has to hold, as JSON: key -> text.

    Args:
        records: with what their keys say; each item once.
        root: the key of one document whose fields are the slices; None for a document
            for each slice.
        version: of the documents; that of the records if not given.

    Raises:
        UsageError: a record has no place there.
        InvalidDocument: JavaScript cannot hold what is in a record.
    """
    states = {place.item: record for place, record in records}
    if root is None:
        texts = {
            document_key(item): _dumped(
                record.key,
                _fields(record),
                version=record.version if version is None else version,
            )
            for item, record in states.items()
        }
    else:
        fields = {item: record.state for item, record in states.items()}
        number = _common_version(states.values()) if version is None else version
        texts = {document_key(root): _dumped(root, fields, version=number)}
    return json.dumps(texts, indent=2) + "\n"


def _fields(record: Record) -> dict[str, object]:
    state: object = record.state
    if isinstance(state, dict):
        return state
    raise UsageError(
        f"{record.key}: its state is no object, and a document has fields",
        hint="--root root makes it a field of one document for all slices",
    )


def _common_version(records: Iterable[Record]) -> int:
    versions = {each.key: each.version for each in records}
    if len(set(versions.values())) > 1:
        told = ", ".join(f"{key} has {number}" for key, number in versions.items())
        raise UsageError(
            f"one document has one version, and the records have several: {told}",
            hint="--version N says which",
        )
    return next(iter(versions.values()), -1)


def _dumped(name: str, fields: Mapping[str, object], *, version: int) -> str:
    try:
        return dump_document(fields, version=version)
    except InvalidDocument as error:
        raise InvalidDocument(
            f"{name}: {error}", key=error.key, hint=error.hint
        ) from None


def browser_documents(text: str, *, name: str | None) -> dict[str, Document]:
    """Return the documents in what was copied out of a browser: name -> document.

    Args:
        text: of one document, or of a JSON object of key -> document.
        name: the name of a document that stands there alone.

    Raises:
        InvalidDocument: it is neither.
        UsageError: a document stands there alone, and has no name.
    """
    found = parse(text)
    if not isinstance(found, dict):
        raise InvalidDocument(
            "this is no JSON object",
            hint=f"take the whole value of {KEY_PREFIX}KEY, or all of localStorage: "
            "JSON.stringify(localStorage)",
        )
    texts = {
        key.removeprefix(KEY_PREFIX): each
        for key, each in found.items()
        if key.startswith(KEY_PREFIX) and isinstance(each, str)
    }
    if texts and PERSIST not in found:
        return {each: _parsed(each, text) for each, text in texts.items()}
    if name is None:
        raise UsageError(
            "this is one document, and does not say of what",
            hint="--root NAME if its fields are slices, --item ITEM if it is one slice",
        )
    return {name: _parsed(name, text)}


def _parsed(name: str, text: str) -> Document:
    try:
        return parse_document(text)
    except InvalidDocument as error:
        raise InvalidDocument(
            f"{document_key(name)}: {error}", key=error.key, hint=error.hint
        ) from None
