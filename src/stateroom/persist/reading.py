"""Reads one slice: the newest generation that is whole, and nothing destroyed by it.

read ── nothing ───────────────────────────► ready
  │ ╲── no answer ─────────────────────────► degraded: not written, tried again
current ── newer form ─────────────────────► read only
  │    ╲── damaged, twice alike ─ put aside ► quarantined, from the previous one
judged ── newer version, no migration ─────► read only
  ╰───────────────────────────────────────► ready
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Final

from stateroom.errors import (
    CorruptRecord,
    NewerRecord,
    PersistError,
    StorageFull,
    WriteConflict,
)
from stateroom.flows import Flow
from stateroom.persist import effects
from stateroom.persist.freezing import has_marks, loads_frozen, uncollected
from stateroom.persist.judging import Reading, judge_record, nothing
from stateroom.persist.persisted import Persisted
from stateroom.persist.quarantine import Aside, aside_key, encode_aside
from stateroom.persist.records import decode_record
from stateroom.persist.sealing import refuse_sealed
from stateroom.persist.status import Phase
from stateroom.persist.storages.port import AnyStorage, Stored, stamp_of

__all__ = ("LARGEST", "Reader", "read_slice", "set_aside")

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a record that are read at most: no storage may fill the memory."""


def read_slice(
    part: Persisted[object],
    storage: AnyStorage,
    *,
    record: str,
    owner: str,
    now_ms: int,
) -> Flow[Reading]:
    """Return what is stored of a slice. Raises nothing: what failed is in the phase.

    Args:
        part: the slice.
        storage: where it is kept.
        record: the key of its record.
        owner: whose slices are read; empty for the device's.
        now_ms: the time, in milliseconds since 1970.
    """
    reader = Reader(part, storage, record=record, owner=owner, now_ms=now_ms)
    yield from reader.fetch()
    return (yield from reader.finish())


class Reader:
    """One record while it is read: first its bytes, then what they mean.

    Whoever reads many fetches them all before the first is judged: what is held back
    meanwhile (see ``uncollected``) is held back once then, and over no wait.

    Args:
        part: the slice.
        storage: where it is kept.
        record: the key of its record.
        owner: whose slices are read; empty for the device's.
        now_ms: the time, in milliseconds since 1970.

    Attributes:
        reading: what was found; None until it is known.
    """

    def __init__(
        self,
        part: Persisted[object],
        storage: AnyStorage,
        *,
        record: str,
        owner: str,
        now_ms: int,
    ) -> None:
        self.reading: Reading | None = None
        self._part = part
        self._storage = storage
        self._record = record
        self._owner = owner
        self._now_ms = now_ms
        self._fetched: Stored | None = None

    def fetch(self) -> Flow[None]:
        """Fetch the bytes. Raises nothing: what failed is in the reading."""
        try:
            self._fetched = yield from effects.read(
                self._storage, self._record, limit=LARGEST
            )
        except PersistError as error:
            self.reading = nothing(Phase.DEGRADED, reason=str(error), code=error.code)

    def judge(self) -> None:
        """Read bytes that are whole, as most are; the rest is for ``finish``."""
        stored = self._fetched
        if self.reading is None and stored is not None and stored.current is not None:
            with suppress(PersistError):
                self.reading = self._judged(stored.current, stored)

    def finish(self) -> Flow[Reading]:
        """Return what was found, whatever the bytes are like. Raises nothing."""
        if self.reading is None and self._fetched is not None:
            try:
                self.reading = yield from self._read(self._fetched, None)
            except PersistError as error:
                self.reading = nothing(
                    Phase.DEGRADED, reason=str(error), code=error.code
                )
        return self.reading or nothing()

    def _read(self, stored: Stored, seen: Stored | None) -> Flow[Reading]:
        """Return the reading of what is there.

        Args:
            stored: what is there.
            seen: what was read just before, and is damaged; None for nothing.

        Raises:
            PersistError: the storage does not answer, or gives other bytes each time.
        """
        if stored.current is not None:
            return (yield from self._read_current(stored, stored.current, seen))
        if stored.previous is None:
            return nothing()
        return (yield from self._fall_back(stored, "its newest generation is gone"))

    def _read_current(
        self, stored: Stored, data: bytes, seen: Stored | None
    ) -> Flow[Reading]:
        """Return the reading of the newest generation, or of the one before."""
        try:
            return self._judged(data, stored)
        except NewerRecord as error:
            found = nothing(Phase.READ_ONLY, reason=str(error), code=error.code)
            return replace(found, stamp=stamp_of(data), size=len(data))
        except CorruptRecord as error:
            reason = str(error)
        if seen is None:
            # What was damaged on its way here, and not in its place, is whole now.
            again = yield from effects.read(self._storage, self._record, limit=LARGEST)
            return (yield from self._read(again, stored))
        if seen != stored:
            told = f"{reason}; it is read as other bytes each time"
            raise CorruptRecord(told, key=self._part.key)
        try:
            yield from self._aside(data, reason)
        except PersistError as error:
            reading = yield from self._fall_back(stored, reason)
            told = f"{reason}; it could not be put aside: {error}"
            return replace(reading, phase=Phase.DEGRADED, reason=told)
        return (yield from self._fall_back(stored, reason))

    def _fall_back(self, stored: Stored, reason: str) -> Flow[Reading]:
        """Return the reading of the previous generation, as a recovery."""
        if stored.previous is not None:
            try:
                reading = self._judged(stored.previous, stored)
                return self._recovered(reading, stored, reason)
            except NewerRecord as error:
                found = nothing(Phase.READ_ONLY, reason=str(error), code=error.code)
                return replace(found, stamp=stamp_of(stored.current))
            except CorruptRecord as error:
                reason = f"{reason}; the previous generation: {error}"
            try:
                yield from self._aside(stored.previous, reason)
            except PersistError as error:
                return nothing(Phase.DEGRADED, reason=f"{reason}; {error}")
        return Reading(
            phase=Phase.QUARANTINED,
            reason=reason,
            code=CorruptRecord.code,
            stamp=stamp_of(stored.current),
            before=stamp_of(stored.previous),
            must_write=True,
            is_recovered=True,
        )

    def _judged(self, data: bytes, stored: Stored) -> Reading:
        # Sealed bytes are whole, as far as anybody can tell without the key.
        refuse_sealed(data, key=self._record, storage=self._storage)
        with uncollected():
            is_marked = has_marks(data)
            is_json = self._part.is_json and not is_marked
            record = decode_record(
                data,
                key=self._record,
                limit=LARGEST,
                loads=loads_frozen if is_json else json.loads,
            )
            reading = judge_record(
                self._part,
                record,
                owner=self._owner,
                now_ms=self._now_ms,
                is_marked=is_marked,
            )
        stamp, before = stamp_of(stored.current), stamp_of(stored.previous)
        return replace(reading, stamp=stamp, before=before, size=len(data))

    def _recovered(self, reading: Reading, stored: Stored, reason: str) -> Reading:
        is_writable = reading.phase is Phase.READY
        return replace(
            reading,
            phase=Phase.QUARANTINED if is_writable else reading.phase,
            reason=f"{reason}; the previous generation is used",
            code=CorruptRecord.code,
            must_write=is_writable,
            is_recovered=True,
            # The good bytes stay where they are until newer ones are stored.
            demotes=stored.current is None,
        )

    def _aside(self, data: bytes, reason: str) -> Flow[None]:
        if len(data) > LARGEST:
            raise StorageFull(
                f"{self._record}: more than {LARGEST:,} bytes are not copied",
                key=self._part.key,
            )
        yield from set_aside(
            self._storage, Aside(self._record, self._now_ms, reason, data)
        )


MOST_ASIDE: Final = 100
"""Keys that are tried for bytes that are put aside within one millisecond."""


def set_aside(storage: AnyStorage, aside: Aside) -> Flow[None]:
    """Keep damaged bytes, unless the very same ones are kept already."""
    content = encode_aside(aside)
    for key in (yield from effects.keys(storage)):
        if not key.startswith(aside_key(aside.key, 0)[:-1]):
            continue
        held = (yield from effects.read(storage, key, limit=LARGEST)).current
        if held is not None and held.endswith(b"\n" + aside.data):
            return
    for later in range(MOST_ASIDE):
        key = aside_key(aside.key, aside.at + later)
        try:
            yield from effects.write(storage, key, data=content, replaces=None)
        except WriteConflict:  # other bytes were put aside at this moment
            continue
        return
    raise WriteConflict(
        f"{aside.key}: {MOST_ASIDE} damaged records were put aside at one moment",
        key=aside.key,
    )
