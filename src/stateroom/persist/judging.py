"""Says what a record means to the slice that reads it, and what may be done with it.

Everything here is a function of its arguments: the caller passes the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from stateroom.errors import MigrationFailed, NotPlain, StateroomError
from stateroom.persist.coding import fields_of, outward_of, split
from stateroom.persist.migrating import migrate
from stateroom.persist.persisted import Persisted
from stateroom.persist.records import Record
from stateroom.persist.settings import WHOLE, Settings
from stateroom.persist.status import Phase

__all__ = ("Reading", "judge_record", "nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found of one slice.

    Attributes:
        phase: what it puts the slice into.
        reason: why it is not ready, or what is to be told; may be empty.
        code: of the error behind the reason.
        fields: what is to come into the state; None when nothing is.
        unknown: stored fields that the state does not have.
        gone: fields of the initial state that were deleted before it was stored.
        stamp: of the bytes that were seen.
        before: of the generation before them.
        revision: of the record.
        version: of the schema that it was stored with; None when there is none.
        size: bytes of the record.
        at: when it was written, in ms since 1970; 0 when there is none.
        demotes: whether the next write keeps the bytes it replaces.
        must_write: whether it is to be written though nothing changed.
        is_expired: whether it is to be erased.
        is_purged: whether somebody purged it.
        is_recovered: whether the newest generation is damaged, and this is older.
    """

    phase: Phase
    reason: str = ""
    code: str = ""
    fields: Mapping[str, object] | None = None
    unknown: Mapping[str, object] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    stamp: bytes | None = None
    before: bytes | None = None
    revision: int = 0
    version: int | None = None
    size: int = 0
    at: int = 0
    demotes: bool = True
    must_write: bool = False
    is_expired: bool = False
    is_purged: bool = False
    is_recovered: bool = False


def nothing(phase: Phase = Phase.READY, *, reason: str = "", code: str = "") -> Reading:
    """Return the reading of a record that is not there, or cannot be used."""
    return Reading(phase=phase, reason=reason, code=code)


def judge_record(
    part: Persisted[object],
    record: Record,
    *,
    owner: str,
    now_ms: int,
    is_marked: bool = True,
) -> Reading:
    """Say what a whole record means to a slice.

    Args:
        part: the slice.
        record: what was read under its key.
        owner: whose slices are read; empty for the device's.
        now_ms: the time, in milliseconds since 1970.
        is_marked: whether marks of the plain form may be in the record.
    """
    found = Reading(
        phase=Phase.READY,
        revision=record.revision,
        version=None if record.is_purged else record.version,
        at=record.at,
        is_purged=record.is_purged,
        gone=record.gone,
    )
    if record.is_purged:
        return found
    if record.owner != owner:
        return replace(
            found,
            phase=Phase.READ_ONLY,
            reason=f"{part.key}: the record is another owner's; it is left as it is",
        )
    if record.until is not None and record.until <= now_ms:
        return replace(found, is_expired=True, version=None)
    discarded = _discarded(part.settings, record, now_ms=now_ms)
    if discarded:
        return replace(found, reason=f"{part.key}: {discarded}", version=None)
    return _versioned(part, record, found, is_marked=is_marked)


def _discarded(settings: Settings, record: Record, *, now_ms: int) -> str:
    if record.buster != settings.buster:
        return (
            f"what was stored under the buster {record.buster!r} is not used; "
            f"it is {settings.buster!r} now"
        )
    age = (now_ms - record.at) / 1000
    if settings.max_age is not None and age > settings.max_age:
        return f"what was stored {age:,.0f} s ago is older than max_age, and not used"
    return ""


def _versioned(
    part: Persisted[object], record: Record, found: Reading, *, is_marked: bool
) -> Reading:
    settings, state = part.settings, _fields_in(record)
    is_newer = record.version > settings.version
    can_downgrade = record.version in settings.downgrades
    if is_newer and not can_downgrade:
        return _newer(part, state, found)
    is_same = record.version == settings.version
    try:
        # What a migration works on is what the application had, not what became of
        # it on its way to the storage: so it is with redux-persist, too.
        plain = state if is_same else outward_of(part, state)
        migrated = migrate(
            plain,
            key=part.key,
            stored=record.version,
            wanted=settings.version,
            migrations=settings.migrations,
            downgrades=settings.downgrades,
        )
        if is_same and record.is_whole is not part.shape.is_whole:
            return _unreadable(part, found, _shapeless(part, record))
        kept, unknown = split(part, migrated)
        kept = outward_of(part, kept) if is_same else kept
        left = _as_stored(unknown, plain=plain, stored=state)
        fields = fields_of(part, kept, is_marked=is_marked or not is_same)
    except StateroomError as error:
        return _unreadable(part, found, error)
    except Exception as error:  # a transform of the application's
        return _unreadable(part, found, error)
    if part.shape.is_whole and unknown:
        return _unreadable(part, found, _shapeless(part, record))
    # What became transient does not stay in the storage until something changes.
    must_write = not is_same or not settings.transient.isdisjoint(state)
    return replace(found, fields=fields, unknown=left, must_write=must_write)


def _as_stored(
    unknown: Mapping[str, object],
    *,
    plain: Mapping[str, object],
    stored: Mapping[str, object],
) -> Mapping[str, object]:
    """Return unknown fields as they are stored, but for those a migration changed."""
    return {
        name: stored[name] if name in stored and value == plain.get(name) else value
        for name, value in unknown.items()
    }


def _fields_in(record: Record) -> Mapping[str, object]:
    if record.is_whole:
        return {WHOLE: record.state}
    # Seen to when it was decoded.
    return cast("Mapping[str, object]", record.state)


def _newer(
    part: Persisted[object], state: Mapping[str, object], found: Reading
) -> Reading:
    """Use what a newer release stored, if it fits as it is; never write over it."""
    reason = (
        f"{part.key}: a newer release stored it as version {found.version}; this one "
        f"has {part.version} and only reads it"
    )
    held = replace(found, phase=Phase.READ_ONLY, reason=reason, code="STR-907")
    kept, unknown = split(part, state)
    try:
        fields = fields_of(part, outward_of(part, kept))
        return replace(held, fields=fields, unknown=unknown)
    except Exception:
        told = f"{reason}; it does not fit, so that the slice begins anew in memory"
        return replace(held, reason=told)


def _shapeless(part: Persisted[object], record: Record) -> MigrationFailed:
    return MigrationFailed(
        f"{part.key}: "
        + (
            "fields are stored, and the state is one value now"
            if part.shape.is_whole
            else "one value is stored, and the state has fields now"
        ),
        stored=record.version,
        wanted=part.version,
        key=part.key,
        hint=f"a migration finds and returns {{{WHOLE!r}: ...}} for a state without "
        "fields",
    )


def _unreadable(part: Persisted[object], found: Reading, error: Exception) -> Reading:
    hint = ""
    if isinstance(error, NotPlain):
        hint = "; a migration brings what is stored to the type of the field"
    code = error.code if isinstance(error, StateroomError) else "STR-908"
    text = str(error) if isinstance(error, StateroomError) else repr(error)
    text = text.removeprefix(f"{part.key}: ")
    return replace(
        found,
        phase=Phase.READ_ONLY,
        reason=f"{part.key}: what is stored does not fit and is left as it is: "
        f"{text:.500}{hint}",
        code=code,
    )
