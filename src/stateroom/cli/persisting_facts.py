"""What ``persist inspect`` tells, as the document that programs get."""

from __future__ import annotations

import msgspec

from stateroom.cli.blocks import clean
from stateroom.cli.persisting_texts import json_of
from stateroom.persist.budgets import SLICE_BUDGET, TOTAL_BUDGET, Judgement, judge
from stateroom.persist.surveying import (
    Condition,
    Generation,
    Held,
    Holding,
    Survey,
)

__all__ = ("Before", "Inspected", "InspectedRecord", "PutAside", "inspected")


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """A previous generation.

    Attributes:
        condition: whole, damaged, or of a newer release.
        revision: its number; none where it is not whole.
        bytes: of the record.
    """

    condition: Condition
    revision: int | None
    bytes: int


class InspectedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record: what is none cannot be told, because the bytes are not whole.

    Attributes:
        key: in the storage.
        namespace: of the application; empty where the key is no key of a record.
        owner: the user; none for the device.
        item: the key of the slice; empty as ``namespace``.
        condition: of the newest generation; ``missing`` and ``unread`` as well.
        reason: why it is not whole.
        version: of the schema.
        revision: goes up by one with every write.
        bytes: of the newest generation.
        budget: whether that is near, or over, what a slice may have by default.
        written_ms: when, in milliseconds since 1970.
        writer: the process or tab.
        until_ms: when it is to be erased, in milliseconds since 1970.
        buster: discards records that were written with another one.
        purged: whether it says that there is nothing any more.
        previous: the generation before it.
        state: what is kept, where that was asked for.
    """

    key: str
    namespace: str
    owner: str | None
    item: str
    condition: str
    reason: str
    version: int | None
    revision: int | None
    bytes: int
    budget: Judgement
    written_ms: int | None
    writer: str
    until_ms: int | None
    buster: str
    purged: bool
    previous: Before | None
    state: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class PutAside(msgspec.Struct, frozen=True, kw_only=True):
    """Damaged bytes that were put aside.

    Attributes:
        key: in the storage.
        record: the key of the record that they were.
        at_ms: when, in milliseconds since 1970; none where that cannot be read.
        bytes: how many.
        reason: why.
        text: the bytes as text, with marks for what is none, where that was asked for.
    """

    key: str
    record: str
    at_ms: int | None
    bytes: int
    reason: str
    text: str | msgspec.UnsetType = msgspec.UNSET


class Inspected(msgspec.Struct, frozen=True, kw_only=True):
    """What a storage holds.

    Attributes:
        storage: the path.
        bytes: of all that was looked at: both generations, and what was put aside.
        current_bytes: of the newest generations, which the budget counts.
        budget: bytes that an application may have by default.
        slice_budget: bytes that a slice may have by default.
        records: in the order of their keys.
        put_aside: damaged bytes.
    """

    schema_version: str = "1.0"
    storage: str
    bytes: int
    current_bytes: int
    budget: int = TOTAL_BUDGET
    slice_budget: int = SLICE_BUDGET
    records: tuple[InspectedRecord, ...]
    put_aside: tuple[PutAside, ...]


def inspected(found: Survey, path: str, *, has_state: bool) -> Inspected:
    """Return what was found as a document, with contents or without."""
    return Inspected(
        storage=clean(path),
        bytes=found.size,
        current_bytes=found.current_size,
        records=tuple(_record(each, has_state=has_state) for each in found.holdings),
        put_aside=tuple(_held(each, has_state=has_state) for each in found.held),
    )


def _record(holding: Holding, *, has_state: bool) -> InspectedRecord:
    place, current = holding.place, holding.current
    record = current.record if current else None
    size = current.size if current else 0
    return InspectedRecord(
        key=clean(holding.key),
        namespace=place.namespace if place else "",
        owner=clean(place.owner) if place and place.owner else None,
        item=place.item if place else "",
        condition=_condition(holding),
        reason=clean(holding.unread or (current.reason if current else "")),
        version=record.version if record else None,
        revision=record.revision if record else None,
        bytes=size,
        budget=judge(size, budget=SLICE_BUDGET),
        written_ms=record.at if record else None,
        writer=clean(record.writer) if record else "",
        until_ms=record.until if record else None,
        buster=clean(record.buster) if record else "",
        purged=record.is_purged if record else False,
        previous=_before(holding.previous),
        state=_state(holding) if has_state else msgspec.UNSET,
    )


def _state(holding: Holding) -> msgspec.Raw:
    newest = holding.newest
    return json_of(newest.state if newest else None)


def _condition(holding: Holding) -> str:
    if holding.unread:
        return "unread"
    return holding.current.condition if holding.current else "missing"


def _before(found: Generation | None) -> Before | None:
    if found is None:
        return None
    revision = found.record.revision if found.record else None
    return Before(condition=found.condition, revision=revision, bytes=found.size)


def _held(found: Held, *, has_state: bool) -> PutAside:
    aside = found.aside
    text = aside.data.decode("utf-8", "backslashreplace") if aside else ""
    return PutAside(
        key=clean(found.key),
        record=clean(found.of),
        at_ms=aside.at if aside else None,
        bytes=len(aside.data) if aside else found.size,
        reason=clean(aside.reason if aside else found.reason),
        text=clean(text) if has_state else msgspec.UNSET,
    )
