"""Opens a database of records, or says why a file is none of ours.

The file is one of its own: its header carries our mark (``application_id``) and the
version of its tables (``user_version``). A file without the mark is used only when it
is empty, and one of a newer version not at all. Nothing is ever deleted or repaired.
"""

# Paths are texts here, as sqlite3 takes them.
# ruff: noqa: PTH120

from __future__ import annotations

import contextlib
import os
import pathlib
import sqlite3
import stat
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeVar

from stateroom.errors import StorageUnavailable
from stateroom.persist.storages.disk import Disk
from stateroom.persist.storages.places import make_directories
from stateroom.persist.storages.sqlite_refusals import LOCKED, code_of
from stateroom.persist.storages.sqlite_statements import Statements

__all__ = ("Opened", "open_database", "transaction")

_MARK: Final = 0x5354524D
"""``STRM``; SQLite keeps it in the header, where ``file`` finds it."""

_VERSION: Final = 1
"""Of the tables. Raised when an older release could not read them any more."""

_SHORTEST_PAUSE: Final = 0.001
_LONGEST_PAUSE: Final = 0.016
"""Seconds between two tries."""

R = TypeVar("R")


class Opened(NamedTuple):
    """A connection, and what it was opened on.

    Attributes:
        connection: commits by itself unless a transaction is begun.
        identity: device and number of the file; another under its name is not it.
        relaxed: the level of ``synchronous`` for writes that need not wait.
    """

    connection: sqlite3.Connection
    identity: tuple[int, int]
    relaxed: str


def open_database(disk: Disk, path: str, *, sql: Statements, timeout: float) -> Opened:
    """Open the database at ``path``, which is made when it is not there.

    Raises:
        StorageUnavailable: it is another application's, or a newer release's.
        sqlite3.Error: it cannot be opened.
        OSError: it cannot be made.
    """
    _make_file(disk, path)
    facts = disk.facts(path)
    if not stat.S_ISREG(facts.st_mode):
        raise StorageUnavailable(f"{path} is no file", hint="name one that is, or none")
    connection = sqlite3.connect(
        f"{pathlib.Path(path).as_uri()}?mode=rw",
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        relaxed = _patiently(
            disk,
            lambda: _prepare(disk, connection, path=path, sql=sql),
            timeout=timeout,
        )
    except BaseException:
        connection.close()
        raise
    return Opened(connection, (facts.st_dev, facts.st_ino), relaxed)


def _patiently(disk: Disk, step: Callable[[], R], *, timeout: float) -> R:
    """Repeat ``step`` while another has the database locked, for ``timeout`` seconds.

    SQLite waits by itself nearly everywhere, but not where a database becomes one with
    a log, nor where two connections would wait for each other.
    """
    deadline = disk.now() + timeout
    pause = _SHORTEST_PAUSE
    while True:
        try:
            return step()
        except sqlite3.OperationalError as error:
            left = deadline - disk.now()
            if code_of(error) not in LOCKED or left <= 0:
                raise
        disk.pause(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, *, is_writing: bool) -> Iterator[None]:
    """Commit what is done inside, or take it back when it raises."""
    connection.execute("BEGIN IMMEDIATE" if is_writing else "BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some errors SQLite has taken it back itself.
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _make_file(disk: Disk, path: str) -> None:
    """Make an empty file for this user alone; SQLite gives its log the same mode."""
    try:
        disk.facts(path)
    except FileNotFoundError:
        make_directories(disk, os.path.dirname(path))
        with contextlib.suppress(FileExistsError):
            disk.close(disk.open_new(path))


def _prepare(
    disk: Disk, connection: sqlite3.Connection, *, path: str, sql: Statements
) -> str:
    """Make the table if it is not there; return the level of a relaxed write."""
    is_made = _is_ours(connection, path) and _has_table(connection, sql)
    asked = "PRAGMA journal_mode" if is_made else "PRAGMA journal_mode=WAL"
    (mode,) = connection.execute(asked).fetchone()
    connection.execute("PRAGMA fullfsync=1")  # on macOS; elsewhere it says nothing
    connection.execute("PRAGMA checkpoint_fullfsync=1")
    if not is_made:
        # SQLite does so for its log, not for the name of the database itself.
        disk.sync_directory(os.path.dirname(path))
        with transaction(connection, is_writing=True):
            connection.execute(sql.make)
            connection.execute(f"PRAGMA application_id={_MARK}")
            connection.execute(f"PRAGMA user_version={_VERSION}")
    # With a log, NORMAL leaves out the sync of each commit and nothing else: after a
    # loss of power the last commits may be missing, and what is there is whole. Where
    # there can be no log (some network drives) it may damage the file.
    return "NORMAL" if mode == "wal" else "FULL"


def _has_table(connection: sqlite3.Connection, sql: Statements) -> bool:
    return connection.execute(sql.exists).fetchone() is not None


def _is_ours(connection: sqlite3.Connection, path: str) -> bool:
    """Say whether the file is one of ours already; otherwise it is empty.

    All is read at one moment: another process may be making the tables.
    """
    with transaction(connection, is_writing=False):
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if mark == _MARK and version <= _VERSION:
        return True
    if mark == _MARK:
        raise StorageUnavailable(
            f"{path} has tables of version {version}; this release reads {_VERSION} "
            "at most",
            hint="use the release that wrote it, or a newer one; nothing was changed",
        )
    if mark or version or tables:
        raise StorageUnavailable(
            f"{path} is the database of another application",
            hint="name a file for Stateroom alone; nothing was changed in this one",
        )
    return False
