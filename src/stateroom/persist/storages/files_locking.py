"""The lock of a directory, and the mark in it that changes with every write.

One lock for all keys: a write takes it before it looks at what it replaces, and keeps
it until the new bytes have their name. Readers do not need it. It is the operating
system's lock on an open file, so that it ends with its process, however that ends.

The file holds a mark of 17 bytes, 16 random hex digits and whether a write is under
way. A write sets a new one before it changes anything and settles it afterwards. Times
of files would not do for noticing: they tick every 4 ms on Linux, every 2 s on some
media, and several writes fall into one tick; numbers of files are used again at once.
A writer that is killed between the two leaves its mark unsettled, and then each look
at it counts as a change, until the next writer settles it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Final

from stateroom.errors import StorageUnavailable
from stateroom.persist.storages.disk import Disk, is_absent
from stateroom.persist.storages.tokens import TOKEN_DIGITS, token

__all__ = ("MARK_SIZE", "Held", "held", "is_settled")

MARK_SIZE: Final = TOKEN_DIGITS + 1
"""Bytes."""

_SETTLED: Final = b"."
_UNSETTLED: Final = b"?"

_SHORTEST_PAUSE: Final = 0.001
_LONGEST_PAUSE: Final = 0.016
"""Seconds between two tries. A write takes one to ten milliseconds with its syncs."""


class Held:
    """The lock of a directory, which this thread holds."""

    def __init__(self, disk: Disk, descriptor: int) -> None:
        self._disk = disk
        self._descriptor = descriptor

    def is_settled(self) -> bool:
        """Say whether the last writer has come to its end."""
        self._disk.rewind(self._descriptor)
        return is_settled(self._disk.read(self._descriptor, MARK_SIZE))

    @contextlib.contextmanager
    def changing(self, *, must_tell: bool = True) -> Iterator[None]:
        """Set another mark, and settle it when what is done inside has ended.

        Args:
            must_tell: whether an error is raised where no mark can be set. A deletion
                goes on: it is what makes room on a full disk.
        """
        fresh = token().encode()
        try:
            self._set(fresh + _UNSETTLED)
        except OSError:
            if must_tell:
                raise
        try:
            yield
        finally:
            # An unsettled mark is safe, and the write is done: no reason to fail.
            with contextlib.suppress(OSError):
                self._set(fresh + _SETTLED)

    def settle(self) -> None:
        """Set another mark, because a writer has died or the storage was repaired."""
        self._set(token().encode() + _SETTLED)

    def _set(self, mark: bytes) -> None:
        self._disk.rewind(self._descriptor)
        written = self._disk.write(self._descriptor, memoryview(mark))
        if written < MARK_SIZE:
            self._disk.write(self._descriptor, memoryview(mark)[written:])


def is_settled(mark: bytes) -> bool:
    """Say whether no write was under way when ``mark`` was read; b"" when none was."""
    return not mark or (len(mark) == MARK_SIZE and mark.endswith(_SETTLED))


@contextlib.contextmanager
def held(disk: Disk, path: str, *, timeout: float) -> Iterator[Held]:
    """Hold the lock at ``path``, which is made when it is not there.

    Args:
        disk: whose file it is.
        path: of the file; its directory exists.
        timeout: seconds to wait at most; 0 to try once.

    Raises:
        StorageUnavailable: another has held it for as long as that.
        OSError: the file cannot be opened or locked.
    """
    descriptor = _taken(disk, path, timeout=timeout)
    try:
        yield Held(disk, descriptor)
    finally:
        # What was done is done, and the lock ends with its last descriptor anyway.
        try:
            with contextlib.suppress(OSError):
                disk.unlock(descriptor)
        finally:
            with contextlib.suppress(OSError):
                disk.close(descriptor)


def _taken(disk: Disk, path: str, *, timeout: float) -> int:
    """Wait for the lock in growing pauses: the system's own wait has no end."""
    deadline = disk.now() + timeout
    pause = _SHORTEST_PAUSE
    while True:
        descriptor = _try(disk, path)
        if descriptor is not None:
            return descriptor
        left = deadline - disk.now()
        if left <= 0:
            raise StorageUnavailable(
                f"another process has held {path} for more than {timeout:g} s",
                hint="look for one that is stopped; the lock ends with its process",
            )
        disk.pause(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE)


def _try(disk: Disk, path: str) -> int | None:
    """Open and lock the file that has the name now; None when another holds it."""
    descriptor = disk.open_lock(path)
    is_ours = False
    try:
        # Whoever deletes the directory leaves us with the lock of a file without name.
        is_ours = disk.lock(descriptor) and _has_name(disk, descriptor, path=path)
    finally:
        if not is_ours:
            disk.close(descriptor)
    return descriptor if is_ours else None


def _has_name(disk: Disk, descriptor: int, *, path: str) -> bool:
    try:
        return os.path.samestat(disk.facts_of(descriptor), disk.facts(path))
    except OSError as error:
        if is_absent(error):
            return False
        raise
