"""Tells what a storage holds. It changes nothing there; ``faults`` says what is wrong.

Whatever the bytes are, they end as a fact: whole, damaged, encrypted, or of a newer
release. What a storage does not hand out at all is a fact as well, about one key, so
that the others are still told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stateroom.errors import CorruptRecord, NewerRecord, StorageUnavailable
from stateroom.persist.keys import Place, place_of
from stateroom.persist.quarantine import Aside, decode_aside, is_aside, record_of
from stateroom.persist.reading import LARGEST
from stateroom.persist.records import Record, decode_record
from stateroom.persist.sealed import FORMAT as SEALED_FORMAT
from stateroom.persist.sealed import form_of, unpack
from stateroom.persist.storages.port import Storage

__all__ = (
    "LARGEST",
    "Condition",
    "Generation",
    "Held",
    "Holding",
    "Survey",
    "look",
    "record_of",
    "survey",
)

Condition: TypeAlias = Literal["whole", "damaged", "newer", "sealed"]
"""What the bytes of a record are.

``newer`` is a form that this release does not know; ``sealed`` is encrypted, so that
nothing can be said about what is inside.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One of the two generations under a key.

    Attributes:
        data: the bytes, one more than ``LARGEST`` where there are more.
        record: what they are; None where they are not whole.
        reason: why they are not; empty where they are.
        condition: whole, or what else they are.
    """

    data: bytes
    record: Record | None
    reason: str = ""
    condition: Condition = "whole"

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is under the key of a record.

    Attributes:
        key: in the storage.
        place: what the key says; None when it is no key of a record.
        current: the newest generation; None where there is none.
        previous: the one before; None where there is none.
        unread: why the storage did not hand it out; empty when it did.
    """

    key: str
    place: Place | None
    current: Generation | None = None
    previous: Generation | None = None
    unread: str = ""

    @property
    def size(self) -> int:
        """The bytes of both generations."""
        return sum(each.size for each in (self.current, self.previous) if each)

    @property
    def newest(self) -> Record | None:
        """The newest whole record: an application begins with this one."""
        for each in (self.current, self.previous):
            if each is not None and each.record is not None:
                return each.record
        return None

    @property
    def revision(self) -> int:
        """The greatest revision that is known here; 0 where none is."""
        found = (each.record for each in (self.current, self.previous) if each)
        return max((each.revision for each in found if each is not None), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Damaged bytes that were put aside.

    Attributes:
        key: under which the storage has them.
        of: the key of the record that they were.
        size: bytes that the storage has for them, the first line too.
        aside: what they are; None where that cannot be read.
        reason: why that cannot be read; empty when it can.
    """

    key: str
    of: str
    size: int
    aside: Aside | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a storage holds.

    Attributes:
        name: of the storage.
        holdings: the records, in the order of their keys.
        held: damaged bytes that were put aside.
    """

    name: str
    holdings: tuple[Holding, ...]
    held: tuple[Held, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of all."""
        records = sum(each.size for each in self.holdings)
        return records + sum(each.size for each in self.held)

    @property
    def current_size(self) -> int:
        """The bytes of the newest generations: what a budget counts."""
        return sum(each.current.size for each in self.holdings if each.current)


def survey(
    storage: Storage,
    *,
    wants: Callable[[str], bool] | None = None,
    limit: int = LARGEST,
) -> Survey:
    """Return what a storage holds.

    Args:
        storage: only read.
        wants: says by the key of a record whether it is to be looked at, and what was
            put aside of it; all are if not given.
        limit: bytes that a record may have; a larger one is told as damaged.

    Raises:
        StorageUnavailable: the storage does not say what is there.
    """
    holdings: list[Holding] = []
    held: list[Held] = []
    for key in storage.keys():  # noqa: SIM118 - a port's method, and no dict
        if wants is not None and not wants(record_of(key)):
            continue
        if is_aside(key):
            held.append(_held(storage, key, limit=limit))
        else:
            holdings.append(look(storage, key, limit=limit))
    return Survey(name=storage.name, holdings=tuple(holdings), held=tuple(held))


def look(storage: Storage, key: str, *, limit: int = LARGEST) -> Holding:
    """Return what is under the key of a record; see ``survey``."""
    place = place_of(key)
    try:
        stored = storage.read(key, limit=limit)
    except StorageUnavailable as error:
        return Holding(key=key, place=place, unread=str(error))
    return Holding(
        key=key,
        place=place,
        current=_generation(stored.current, key, limit=limit),
        previous=_generation(stored.previous, key, limit=limit),
    )


def _generation(data: bytes | None, key: str, *, limit: int) -> Generation | None:
    if data is None:
        return None
    reason = _sealed(data)
    if reason:
        return Generation(data=data, record=None, reason=reason, condition="sealed")
    try:
        record = decode_record(data, key=key, limit=limit)
    except CorruptRecord as error:
        reason = _reason(error, key)
        return Generation(data=data, record=None, reason=reason, condition="damaged")
    except NewerRecord as error:
        reason = _reason(error, key)
        return Generation(data=data, record=None, reason=reason, condition="newer")
    return Generation(data=data, record=record)


def _sealed(data: bytes) -> str:
    """Say that bytes are encrypted; nothing when they are not, or not any more."""
    form = form_of(data)
    sealed = unpack(data) if form is not None else None
    if sealed is not None:
        return f"it is encrypted with the key {sealed.key_id!r}"
    is_newer = form is not None and form > SEALED_FORMAT
    return "it is encrypted by a newer release" if is_newer else ""


def _held(storage: Storage, key: str, *, limit: int) -> Held:
    of = record_of(key)
    try:
        data = storage.read(key, limit=limit).current or b""
    except StorageUnavailable as error:
        return Held(key=key, of=of, size=0, aside=None, reason=str(error))
    try:
        return Held(key=key, of=of, size=len(data), aside=decode_aside(data))
    except CorruptRecord as error:
        reason = _sealed(data) or str(error)
        return Held(key=key, of=of, size=len(data), aside=None, reason=reason)


def _reason(error: Exception, key: str) -> str:
    return str(error).removeprefix(f"{key}: ")
