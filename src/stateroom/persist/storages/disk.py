"""What storages ask of the operating system, one method for each call.

Tests put another in its place: one that is full, that fails between any two steps, or
that loses power. Whatever goes wrong is an ``OSError``, and nothing is tried again
here: Python itself repeats a call that a signal interrupted (PEP 475).
"""

# Each method is one system call, and os has these.
# ruff: noqa: PTH102, PTH105, PTH107, PTH116, PTH208

from __future__ import annotations

import errno
import os
import sys
import time
from typing import Final

__all__ = ("ABSENT", "Disk", "is_absent")

ABSENT: Final = (errno.ENOENT,)
"""Errors that say: nothing has this name."""

_DIRECTORY_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
"""For the user alone: what is persisted may be personal."""

_BINARY: Final = getattr(os, "O_BINARY", 0)  # Windows would change line ends
_PROMPT: Final = getattr(os, "O_NONBLOCK", 0)  # a pipe in the way must not hang us

_NO_SYNC: Final = (errno.EINVAL, errno.ENOTSUP)
"""A file system says so that cannot sync a directory; then there is nothing to do."""

_HELD: Final = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


def is_absent(error: OSError) -> bool:
    """Say whether ``error`` means that there is nothing of that name."""
    return error.errno in ABSENT


if sys.platform == "win32":
    import msvcrt

    # A locked byte cannot be read by others there, so one that nobody reads is locked.
    _FAR = 1 << 30

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _give(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

elif sys.platform in {"emscripten", "wasi"}:
    # The file system is in the memory of the one process that there is, and it has no
    # threads: nobody can come between the steps of a write.

    def _take(descriptor: int) -> None:
        """Nobody else is there."""

    def _give(descriptor: int) -> None:
        """Nobody else is there."""

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give(descriptor: int) -> None:
        # In words: a child forked meanwhile has the descriptor too, and closing ours
        # would leave the lock with it.
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class Disk:
    """The real one. Paths are absolute; descriptors are those of the process."""

    def open_read(self, path: str) -> int:
        return os.open(path, os.O_RDONLY | _BINARY | _PROMPT)

    def open_new(self, path: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
        return os.open(path, flags, _FILE_MODE)

    def open_lock(self, path: str) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | _BINARY | _PROMPT, _FILE_MODE)

    def read(self, descriptor: int, size: int) -> bytes:
        return os.read(descriptor, size)

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write some of ``data``, and return how many bytes."""
        return os.write(descriptor, data)

    def rewind(self, descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)

    def sync(self, descriptor: int) -> None:
        """Return when what was written is on the medium."""
        if sys.platform == "darwin":
            # There fsync hands the bytes to the drive, which may keep them in memory.
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fsync(descriptor)

    def sync_directory(self, path: str) -> None:
        """Return when every name given in a directory so far is on the medium."""
        if sys.platform == "win32":
            return  # has no such call; renames are journalled in order
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise
        finally:
            os.close(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def link(self, source: str, target: str) -> None:
        """Give a file a second name."""
        if not hasattr(os, "link"):
            raise OSError(errno.ENOSYS, "no second names here", target)
        os.link(source, target)

    def replace(self, source: str, target: str) -> None:
        """Give a file another name, whoever has it; nobody sees the name free."""
        os.replace(source, target)

    def remove(self, path: str) -> None:
        os.remove(path)

    def make_directory(self, path: str) -> None:
        os.mkdir(path, _DIRECTORY_MODE)

    def names(self, path: str) -> list[str]:
        return os.listdir(path)

    def facts(self, path: str) -> os.stat_result:
        return os.stat(path)

    def facts_of(self, descriptor: int) -> os.stat_result:
        return os.fstat(descriptor)

    def lock(self, descriptor: int) -> bool:
        """Take the lock of an open file, and say whether it was free."""
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno not in _HELD:
                raise
            return False
        return True

    def unlock(self, descriptor: int) -> None:
        _give(descriptor)

    def now(self) -> float:
        """Return the seconds of a clock that nobody sets."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)
