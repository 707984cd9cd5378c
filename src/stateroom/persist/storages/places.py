"""Where on a disk a storage is: from what its user names to a directory that exists."""

# Paths are texts here, as the calls of the disk take them.
# ruff: noqa: PTH100, PTH111, PTH120

from __future__ import annotations

import contextlib
import os

from stateroom.errors import InvalidPersist
from stateroom.persist.storages.disk import Disk

__all__ = ("absolute", "make_directories")


def absolute(path: str | os.PathLike[str]) -> str:
    """Return the path that is meant, whatever directory is current later.

    Raises:
        InvalidPersist: it is empty, has a NUL, or begins with an unknown user's home.
    """
    given: object = path
    text = os.fspath(given) if isinstance(given, str | os.PathLike) else given
    if not isinstance(text, str) or not text or "\0" in text:
        raise InvalidPersist(f"{text!r} is no path", hint="name a directory or file")
    expanded = os.path.expanduser(text)
    if expanded.startswith("~"):
        raise InvalidPersist(
            f"nobody knows the home directory in {text!r}",
            hint=f"name it in full, or write ./{text} for a name that begins with ~",
        )
    return os.path.abspath(expanded)


def make_directories(disk: Disk, path: str) -> None:
    """Make a directory, and those above it that are not there, for this user alone.

    Its name is synced even when it was there, as whoever made it may have ended in
    between: a durable write is not, in a directory that is lost.

    Raises:
        OSError: it cannot be made, or another than a directory has its name.
    """
    parent = os.path.dirname(path)
    try:
        _make(disk, path)
    except FileNotFoundError:
        if parent == path:
            raise
        make_directories(disk, parent)
        _make(disk, path)
    with contextlib.suppress(PermissionError):  # it may be entered, but not opened
        disk.sync_directory(parent)


def _make(disk: Disk, path: str) -> None:
    with contextlib.suppress(FileExistsError):
        disk.make_directory(path)
