"""Carries a state from a document of theirs into a record of ours, and back.

As ``stateroom persist import`` and ``export`` do it; versions are shifted, see
``applications``.
"""

from __future__ import annotations

from typing import Final, cast

from stateroom.errors import InvalidDocument
from stateroom.persist.interchange import PERSIST, dump_document, parse_document
from stateroom.persist.records import Record, decode_record, encode_record
from stateroom.persist.storages import Memory
from stateroom.store.plain import from_plain
from tests.oracle.persist.applications import SHIFT, config_of, version_of
from tests.oracle.real import Json

__all__ = ("LIMIT", "RECORD", "exported", "import_document", "record_of")

Program = dict[str, Json]
State = dict[str, object]

RECORD: Final = "app:p:device:root"
"""Under which the record of the whole state stands."""
LIMIT: Final = 1 << 20
"""Bytes that are read at most."""


def import_document(text: str, program: Program) -> bytes:
    """The record of a document, as ``stateroom persist import`` writes it.

    What is no document is stored as it is: damaged there, and damaged here.
    """
    try:
        found = parse_document(text)
    except InvalidDocument:
        return text.encode("utf-8", "replace")
    # Without migrations nobody looks at the version there.
    is_blind = "migrations" not in config_of(program)
    version = version_of(program) if is_blind else found.version + SHIFT
    return encode_record(
        Record(
            key=RECORD,
            version=version,
            revision=1,
            writer="0" * 12,
            at=1,
            state=found.fields,
        )
    )


def record_of(storage: Memory) -> Record | None:
    """What is stored of the state; None for nothing that is whole."""
    data = storage.read(RECORD, limit=LIMIT).current
    return None if data is None else decode_record(data, key=RECORD, limit=LIMIT)


def fields_of(record: Record) -> State:
    """The values of a record's fields, without the marks of our own form."""
    state = cast("State", record.state)
    return {name: from_plain(object, each) for name, each in state.items()}


def exported(
    record: Record, *, only: list[str] | None = None, order: list[str] | None = None
) -> str:
    """The document of a record, as ``stateroom persist export`` writes it.

    Args:
        record: whose fields it has.
        only: the fields that it may have; None for all.
        order: the keys of another document, ``_persist`` among them, to follow.
    """
    fields = fields_of(record)
    if only is not None:
        fields = {name: each for name, each in fields.items() if name in only}
    names = [name for name in order or [] if name != PERSIST]
    if order is not None and sorted(names) == sorted(fields):
        fields = {name: fields[name] for name in names}
    return dump_document(
        fields,
        version=record.version - SHIFT,
        position=order.index(PERSIST) if order and PERSIST in order else None,
    )
