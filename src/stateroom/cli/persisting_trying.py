"""Tries an application's migrations on stored records, and writes nothing."""

from __future__ import annotations

import contextlib
import difflib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

from stateroom.cli.persisting_texts import shown
from stateroom.cli.persisting_writing import next_revision, now_ms, writer_name
from stateroom.persist.coding import inward_of, outward_of
from stateroom.persist.judging import Reading, judge_record
from stateroom.persist.keys import Place
from stateroom.persist.migrating import migrate
from stateroom.persist.persisted import Persisted
from stateroom.persist.records import Record, encode_record
from stateroom.persist.settings import WHOLE
from stateroom.persist.surveying import Holding, Survey

__all__ = ("Outcome", "Trial", "tried")

Outcome: TypeAlias = Literal["same", "migrated", "unused", "problem"]
"""``unused`` is what the application would not read: purged, expired or discarded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the migrations of a slice make of one record.

    Attributes:
        holding: what is there.
        stored: the version of the record; None where it cannot be read.
        wanted: the version of the slice.
        outcome: what came of it.
        reason: why it is unused, or a problem.
        diff: the lines of a unified diff of the state.
        record: what is to be written; None for nothing.
    """

    holding: Holding
    stored: int | None
    wanted: int
    outcome: Outcome
    reason: str = ""
    diff: tuple[str, ...] = ()
    record: Record | None = None


def tried(found: Survey, parts: Iterable[Persisted[object]]) -> Iterator[Trial]:
    """Try the migrations on every record of the declared slices."""
    by_key = {each.key: each for each in parts}
    for holding in found.holdings:
        place = holding.place
        part = by_key.get(place.item) if place else None
        if place is None or part is None or not _is_of(part, place):
            continue
        # What a migration prints is no part of the answer.
        with contextlib.redirect_stdout(sys.stderr):
            yield _trial(part, holding, place)


def _is_of(part: Persisted[object], place: Place) -> bool:
    return (part.settings.scope == "user") == bool(place.owner)


def _trial(part: Persisted[object], holding: Holding, place: Place) -> Trial:
    current = holding.current
    record = current.record if current else None
    if record is None:
        reason = holding.unread or (current.reason if current else "it is missing")
        text = f"its newest generation: {reason}"
        return _ended(part, holding, None, "problem", text)
    reading = judge_record(part, record, owner=place.owner, now_ms=now_ms())
    unused = _unused(reading)
    if unused:
        return _ended(part, holding, record, "unused", unused)
    if reading.reason:
        return _ended(part, holding, record, "problem", reading.reason)
    if record.version == part.version:
        return _ended(part, holding, record, "same", "")
    return _migrated(part, holding, record)


def _unused(reading: Reading) -> str:
    if reading.is_purged:
        return "it is purged"
    if reading.is_expired:
        return "it is past its retention"
    return reading.reason if reading.version is None else ""


def _ended(
    part: Persisted[object],
    holding: Holding,
    record: Record | None,
    outcome: Outcome,
    reason: str,
) -> Trial:
    return Trial(
        holding=holding,
        stored=record.version if record else None,
        wanted=part.version,
        outcome=outcome,
        reason=reason,
    )


def _migrated(part: Persisted[object], holding: Holding, record: Record) -> Trial:
    plain = migrate(
        outward_of(part, _fields_of(record)),
        key=part.key,
        stored=record.version,
        wanted=part.version,
        migrations=part.settings.migrations,
        downgrades=part.settings.downgrades,
    )
    made = inward_of(part, plain)
    is_whole = part.shape.is_whole
    new = replace(
        record,
        version=part.version,
        revision=next_revision(holding),
        writer=writer_name(),
        # ``at`` stays: the data is as old as it was, for whatever asks for its age.
        state=made[WHOLE] if is_whole else made,
        is_whole=is_whole,
    )
    size, budget = len(encode_record(new)), part.settings.budget
    if size > budget:
        text = f"it would have {size:,} bytes, and may have {budget:,}"
        return _ended(part, holding, record, "problem", text)
    ended = _ended(part, holding, record, "migrated", "")
    return replace(ended, record=new, diff=_diff(record, new))


def _fields_of(record: Record) -> dict[str, object]:
    """Return the state as migrations take it."""
    if record.is_whole:
        return {WHOLE: record.state}
    return dict(cast("dict[str, object]", record.state))


def _diff(before: Record, after: Record) -> tuple[str, ...]:
    return tuple(
        difflib.unified_diff(
            shown(before.state).splitlines(),
            shown(after.state).splitlines(),
            f"version {before.version}",
            f"version {after.version}",
            lineterm="",
        )
    )
