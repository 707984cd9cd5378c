"""Reads the two files of a key as they were at one moment, without a lock."""

from __future__ import annotations

import os
import stat
from typing import Final

from stateroom.errors import StorageUnavailable
from stateroom.persist.storages.disk import Disk, is_absent
from stateroom.persist.storages.port import Stored

__all__ = ("read_both", "read_start")

_TRIES: Final = 100
"""Writers need to fall into a window of some 50 us as many times in a row."""

_CHUNK: Final = 1 << 18
"""Bytes that are asked for at a time, whatever the limit."""


def read_both(disk: Disk, *, current: str, previous: str, size: int) -> Stored:
    """Return at most ``size`` bytes of each file, both of one moment.

    Raises:
        StorageUnavailable: writers replaced the file during every try.
        OSError: there is a file that cannot be read.
    """
    for _ in range(_TRIES):
        found = _read_once(disk, current=current, previous=previous, size=size)
        if found is not None:
            return found
    raise StorageUnavailable(
        f"{current} changed during each of {_TRIES} tries to read it"
    )


def read_start(disk: Disk, path: str, *, size: int) -> bytes | None:
    """Return at most ``size`` bytes of a file; None when there is none."""
    descriptor = _open(disk, path)
    if descriptor is None:
        return None
    try:
        return _take(disk, descriptor, size=size)
    finally:
        disk.close(descriptor)


def _read_once(disk: Disk, *, current: str, previous: str, size: int) -> Stored | None:
    """Read both files, or nothing when the first one has been replaced meanwhile.

    Its number is not used again before it is closed, so that the same number under the
    same name means: nobody has replaced it.
    """
    descriptor = _open(disk, current)
    try:
        data = None if descriptor is None else _take(disk, descriptor, size=size)
        older = read_start(disk, previous, size=size)
        if _is_still(disk, descriptor, path=current):
            return Stored(data, older)
    finally:
        if descriptor is not None:
            disk.close(descriptor)
    return None


def _open(disk: Disk, path: str) -> int | None:
    try:
        descriptor = disk.open_read(path)
    except OSError as error:
        if is_absent(error):
            return None
        raise
    try:
        _require_file(disk, descriptor, path=path)
    except BaseException:
        disk.close(descriptor)
        raise
    return descriptor


def _require_file(disk: Disk, descriptor: int, *, path: str) -> None:
    """Refuse a pipe or a device, which may have no end."""
    if not stat.S_ISREG(disk.facts_of(descriptor).st_mode):
        raise StorageUnavailable(f"{path} is no file", hint="remove what is there")


def _take(disk: Disk, descriptor: int, *, size: int) -> bytes:
    chunks: list[bytes] = []
    while size > 0 and (chunk := disk.read(descriptor, min(size, _CHUNK))):
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def _is_still(disk: Disk, descriptor: int | None, *, path: str) -> bool:
    try:
        now = disk.facts(path)
    except OSError as error:
        if is_absent(error):
            return descriptor is None
        raise
    return descriptor is not None and os.path.samestat(now, disk.facts_of(descriptor))
