"""Opens the storage that a command was pointed at, and creates none.

A file of somebody else's is told from ours before it is opened for writing: looking at
it must not leave a table in it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from stateroom.errors import StorageUnavailable, UsageError
from stateroom.persist.faults import Fault
from stateroom.persist.storages import Files, SQLite, Storage

__all__ = ("TABLE", "create_storage", "open_storage", "opened", "unsound")

MAGIC = b"SQLite format 3\0"
"""How such a file begins; https://sqlite.org/fileformat.html, section 1.3."""
TABLE = "stateroom_records"
"""The table that ``SQLite`` takes if nothing is said."""
MOST_FAULTS = 20
"""What SQLite tells of a damaged file at most."""
SUFFIXES = (".db", ".sqlite", ".sqlite3")
"""What a file is called where a new one is to be SQLite's."""


@contextlib.contextmanager
def opened(path: str, *, table: str | None = None) -> Iterator[Storage]:
    """Give the storage of an existing directory or file, and close it."""
    storage = open_storage(path, table=table)
    try:
        yield storage
    finally:
        storage.close()


def open_storage(path: str, *, table: str | None = None) -> Storage:
    """Return the storage of an existing directory or file.

    Args:
        path: of the directory that ``Files`` was given, or the file of ``SQLite``.
        table: of the SQLite file; ``TABLE`` if not given.

    Raises:
        UsageError: there is none of these under that path.
        StorageUnavailable: it cannot be opened.
    """
    place = Path(path)
    if place.is_dir():
        _refuse_table(path, table)
        return Files(place.absolute())
    if not place.exists():
        raise UsageError(
            f"{path}: there is nothing",
            hint="name the directory that Files was given, or the file of SQLite",
        )
    if not _is_sqlite(place):
        raise UsageError(
            f"{path}: is neither a directory nor a SQLite file",
            hint="name the directory that Files was given, or the file of SQLite",
        )
    _check_table(place, table or TABLE)
    return SQLite(place.absolute(), table=table or TABLE)


def create_storage(path: str, *, table: str | None = None) -> Storage:
    """Return the storage of a directory or file that does not exist yet.

    A name that ends with one of ``SUFFIXES`` becomes a SQLite file.
    """
    place = Path(path)
    if place.exists():
        return open_storage(path, table=table)
    if place.suffix in SUFFIXES:
        return SQLite(place.absolute(), table=table or TABLE)
    _refuse_table(path, table)
    return Files(place.absolute())


def _is_sqlite(place: Path) -> bool:
    """Say whether a file is one of SQLite's."""
    if not place.is_file():  # opening a pipe would wait for its other end
        return False
    with place.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _refuse_table(path: str, table: str | None) -> None:
    if table is not None:
        raise UsageError(
            f"--table: {path} is a directory, and has no tables",
            hint="leave it out, or name a SQLite file",
        )


def _check_table(place: Path, table: str) -> None:
    tables = _tables(place)
    if table in tables:
        return
    raise UsageError(
        f"{place}: has no table {table!r}",
        hint=f"--table, one of: {', '.join(tables)}" if tables else "it has no tables",
    )


def unsound(path: str) -> tuple[Fault, ...]:
    """Return what SQLite itself finds wrong with a file; nothing of a directory.

    Raises:
        StorageUnavailable: it is locked, or may not be read.
    """
    place = Path(path)
    if not _is_sqlite(place):
        return ()
    try:
        rows = _asked(place, f"PRAGMA quick_check({MOST_FAULTS})")
    except sqlite3.OperationalError as error:
        raise _unavailable(place, error) from error
    except sqlite3.DatabaseError as error:
        rows = [str(error)]
    mend = "copy what can be read with export, and import it into a new file"
    return tuple(Fault(key="", text=each, mend=mend) for each in rows if each != "ok")


def _tables(place: Path) -> list[str]:
    try:
        return _asked(place, "SELECT name FROM sqlite_master WHERE type = 'table'")
    except sqlite3.OperationalError as error:
        raise _unavailable(place, error) from error
    except sqlite3.DatabaseError as error:
        raise StorageUnavailable(
            f"{place}: the file is damaged: {error}",
            hint="stateroom persist verify tells more; sqlite3 may recover the rest",
        ) from error


def _asked(place: Path, query: str) -> list[str]:
    """Return the first column of what a question answers, having changed nothing."""
    address = f"file:{quote(os.fsencode(place.absolute()))}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as link:
        return sorted(str(row[0]) for row in link.execute(query))


def _unavailable(place: Path, error: sqlite3.Error) -> StorageUnavailable:
    return StorageUnavailable(
        f"{place}: cannot be read: {error}",
        hint="see that no other program has locked it, and who may read it",
    )
