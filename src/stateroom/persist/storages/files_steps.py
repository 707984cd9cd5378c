"""The steps of a change to a directory, each undone where a later one fails.

A name is given to whole files only, and nothing is let go of before what replaces it
has its name. ``with Steps(...)`` leaves the directory as it was, without a temporary
file, whatever ends it, unless the process itself ends: then a temporary file is left,
and whoever takes the lock next removes it.
"""

# ruff: noqa: PTH118 - names are joined, nothing more

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Final, Self

from stateroom.persist.storages.disk import Disk, is_absent
from stateroom.persist.storages.files_names import temporary_name
from stateroom.persist.storages.tokens import token

__all__ = ("Steps",)

_CHUNK: Final = 1 << 18
"""Bytes that are read at a time."""

_LINKS_REFUSED: Final = frozenset(
    {errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
    | {errno.EACCES, errno.EXDEV}
)
"""File systems without second names (FAT, those of browsers) answer one of these."""


class Steps:
    """What was done in a directory so far, and how to undo it.

    Args:
        disk: whose directory it is.
        directory: its path; the caller holds its lock.
        is_durable: whether files and names must be on the medium.
    """

    def __init__(self, disk: Disk, directory: str, *, is_durable: bool) -> None:
        self._disk = disk
        self._directory = directory
        self._is_durable = is_durable
        self._undoing: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while error is not None and self._undoing:
            try:
                self._undoing.pop()()
            except OSError as second:
                error.add_note(f"and then, putting things back: {second}")

    def create(self, chunks: Iterable[bytes]) -> str:
        """Make a temporary file of some bytes, and return its path."""
        path = self._fresh_path()
        descriptor = self._disk.open_new(path)
        self._undoing.append(lambda: self._remove_if_there(path))
        try:
            for chunk in chunks:
                self._fill(descriptor, chunk)
            if self._is_durable:
                self._disk.sync(descriptor)
        except BaseException as error:
            _close_after(error, self._disk, descriptor)
            raise
        self._disk.close(descriptor)
        return path

    def keep(self, source: str) -> str | None:
        """Give a file a temporary name beside its own; None when there is no file."""
        path = self._fresh_path()
        try:
            self._disk.link(source, path)
        except OSError as error:
            if is_absent(error):
                return None
            if error.errno not in _LINKS_REFUSED:
                raise
            return self._copy(source)
        self._undoing.append(lambda: self._remove_if_there(path))
        return path

    def place(self, source: str, target: str, *, back: str | None) -> None:
        """Give a file another's name; undone by giving that to ``back``, or nobody."""
        self._disk.replace(source, target)
        if back is None:
            self._undoing.append(lambda: self._remove_if_there(target))
        else:
            self._undoing.append(lambda: self._disk.replace(back, target))

    def withdraw(self, target: str) -> str | None:
        """Put a file aside under a temporary name; None when there is no file."""
        path = self._fresh_path()
        try:
            self._disk.replace(target, path)
        except OSError as error:
            if is_absent(error):
                return None
            raise
        self._undoing.append(lambda: self._return(path, target))
        return path

    def drop(self, *paths: str | None) -> None:
        """Remove temporary files that are needed no more."""
        for path in paths:
            if path is not None:
                self._disk.remove(path)

    def sync(self) -> None:
        """Wait until the names given so far are on the medium."""
        if self._is_durable:
            self._disk.sync_directory(self._directory)

    def _fresh_path(self) -> str:
        return os.path.join(self._directory, temporary_name(token()))

    def _copy(self, source: str) -> str | None:
        try:
            descriptor = self._disk.open_read(source)
        except OSError as error:
            if is_absent(error):
                return None
            raise
        try:
            return self.create(_chunks(self._disk, descriptor))
        finally:
            self._disk.close(descriptor)

    def _fill(self, descriptor: int, data: bytes) -> None:
        """Write all of it: a call may write less, before a disk is full or at will."""
        rest = memoryview(data)
        while rest:
            written = self._disk.write(descriptor, rest)
            if written <= 0:
                raise OSError(errno.EIO, "the disk takes no bytes, and says no reason")
            rest = rest[written:]

    def _remove_if_there(self, path: str) -> None:
        with _accepting_absence():
            self._disk.remove(path)

    def _return(self, source: str, target: str) -> None:
        with _accepting_absence():  # dropped already
            self._disk.replace(source, target)


@contextlib.contextmanager
def _accepting_absence() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if not is_absent(error):
            raise


def _chunks(disk: Disk, descriptor: int) -> Iterator[bytes]:
    while chunk := disk.read(descriptor, _CHUNK):
        yield chunk


def _close_after(error: BaseException, disk: Disk, descriptor: int) -> None:
    """Close what an error left open; the first error is the one to tell."""
    try:
        disk.close(descriptor)
    except OSError as second:
        error.add_note(f"and then, closing the file: {second}")
