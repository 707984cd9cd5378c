"""Local copies to try things on."""

from __future__ import annotations

from stateroom.cache.hits import local_hits
from stateroom.cache.local import COPY_BYTES, Copy, Local
from stateroom.cache.places import Namer, Place
from stateroom.cache.tally import Tally
from stateroom.catalogue.keys import PUBLIC

__all__ = (
    "NAMER",
    "copy_of",
    "found_by",
    "holding",
    "is_counted",
    "room_for",
    "served_by",
)

NAMER = Namer(namespace="t", item="x", fingerprint="s1")


def copy_of(
    value: object = "value",
    *,
    size: int = 100,
    tags: tuple[bytes, ...] = (),
    is_shared: bool = True,
) -> Copy:
    return Copy(
        value, is_shared=is_shared, fresh_until=100.0, created_ms=0, soft_ms=0,
        tags=tags, size=size,
    )  # fmt: skip


def room_for(copies: int, *, size: int = 100) -> Local:
    return Local(most_bytes=copies * (size + COPY_BYTES), most_age_s=60.0)


def holding(*keys: bytes, tags: tuple[bytes, ...] = ()) -> Local:
    local = room_for(10)
    for key in keys:
        local.keep(key, copy_of(key, tags=tags), mark=local.mark)
    return local


def is_counted(local: Local) -> bool:
    return local.used_bytes == sum(each.size for each in local.copies.values())


def found_by(local: Local, place: Place, *, now: float = 1.0) -> object:
    return local_hits(local, Tally(), bytes.decode, lambda: now)(place)


def served_by(copy: Copy) -> tuple[Local, Place]:
    local, place = room_for(10), NAMER.place(PUBLIC, b"")
    local.trusted_until = 200.0
    local.keep(place.value, copy, mark=local.mark)
    return local, place
