"""What an error of SQLite means for a record, and what to do about it."""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

from stateroom.errors import PersistError, StorageFull, StorageUnavailable
from stateroom.persist.storages.refusals import SPACE_HINT

__all__ = ("LOCKED", "code_of", "is_fatal", "sqlite_refusal")

LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

_FATAL: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""After these a connection is not used again: another file may be there by then."""

_DAMAGED: Final = "it is left as it is: move it away, or put a copy of it back"
_READ_ONLY: Final = "let the user of this process write it and its directory"


class _Meaning(NamedTuple):
    reason: str
    hint: str


_MEANINGS: Final[dict[int, _Meaning]] = {
    sqlite3.SQLITE_BUSY: _Meaning(
        "another process is writing to it all the time",
        "look for one that is stopped; its lock ends with it",
    ),
    sqlite3.SQLITE_CANTOPEN: _Meaning("it cannot be opened", _READ_ONLY),
    sqlite3.SQLITE_CORRUPT: _Meaning("the file is damaged", _DAMAGED),
    sqlite3.SQLITE_IOERR: _Meaning(
        "the disk reports a fault", "look at the system's log, and save the data"
    ),
    sqlite3.SQLITE_NOTADB: _Meaning("the file is no database of SQLite", _DAMAGED),
    sqlite3.SQLITE_PERM: _Meaning("it may not be used", _READ_ONLY),
    sqlite3.SQLITE_READONLY: _Meaning("it can be read, not written", _READ_ONLY),
}

_OTHER: Final = _Meaning("", "nothing was changed in it; try again later")


def code_of(error: sqlite3.Error) -> int:
    """Return the primary code of an error; 0 when it has none."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return 0 if code is None else code & 0xFF


def is_fatal(error: sqlite3.Error) -> bool:
    """Say whether the connection should not be used again."""
    return code_of(error) in _FATAL


def sqlite_refusal(
    error: sqlite3.Error, *, doing: str, path: str, key: str = ""
) -> PersistError:
    """Return the error to raise from ``error``; arguments as of ``refusal``."""
    what = f"{doing} {key!r}" if key else doing
    if code_of(error) == sqlite3.SQLITE_FULL:
        return StorageFull(
            f"cannot {what} in {path}: {error}", key=key, hint=SPACE_HINT
        )
    meaning = _MEANINGS.get(code_of(error), _OTHER)
    reason = f"{meaning.reason} ({error})" if meaning.reason else str(error)
    return StorageUnavailable(
        f"cannot {what} in {path}: {reason}", key=key, hint=meaning.hint
    )
