"""What an error of the operating system means for a record, and what to do about it."""

from __future__ import annotations

import errno
import os
from typing import Final

from stateroom.errors import PersistError, StorageFull, StorageUnavailable

__all__ = ("SPACE_HINT", "conflict_text", "refusal")

SPACE_HINT: Final = "make room on that disk; what was stored before is unchanged"

_FULL: Final = frozenset(
    getattr(errno, name) for name in ("EDQUOT", "EFBIG", "ENOSPC") if name in dir(errno)
)

_RIGHTS: Final = "let the user of this process read and write there, or name another"
_HINTS: Final[dict[int, str]] = {
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "it can be read there, not written: name another directory",
    errno.ENOTDIR: "a file is in the place of a directory: move it, or name another",
    errno.EISDIR: "a directory is in the place of a file: move it, or name another",
    errno.ENOENT: "the directory is gone, or cannot be made: name one that can",
    errno.EIO: "the disk reports a fault: look at the system's log, and save the data",
    errno.EMFILE: "this process has too many files open: close some",
    errno.ENFILE: "this machine has too many files open",
    errno.ENOLCK: "files cannot be locked there: name a directory of a local disk",
    errno.ENAMETOOLONG: "the file system has no names of that length: use shorter keys",
    errno.ELOOP: "symbolic links lead in a circle there",
}


def refusal(error: OSError, *, doing: str, path: str, key: str = "") -> PersistError:
    """Return the error to raise from ``error``.

    Args:
        error: what the operating system answered.
        doing: what was tried, e.g. ``"write"``.
        path: where, when the error itself names no place.
        key: of the record; empty when it was about all.
    """
    reason = error.strerror or str(error) or type(error).__name__
    place = os.fsdecode(error.filename) if error.filename else path
    what = f"{doing} {key!r}" if key else doing
    message = f"cannot {what} in {place}: {reason}"
    if error.errno in _FULL:
        return StorageFull(message, key=key, hint=SPACE_HINT)
    hint = _HINTS.get(error.errno or 0, "nothing was changed there; try again later")
    return StorageUnavailable(message, key=key, hint=hint)


def conflict_text(key: str, *, place: str, is_there: bool) -> str:
    """Return the message of a conflict: what the writer did not expect."""
    found = "has other bytes than" if is_there else "is not there any more, unlike"
    return f"{key!r} in {place} {found} what the writer has seen"
