"""A storage of files: one to a key, in a directory, and one for what was there before.

They can be looked at, copied and saved like any files. Nothing stays open between two
calls, so that neither a fork nor a directory that is made anew does any harm.
"""

# ruff: noqa: PTH118 - names are joined, nothing more

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from typing import Final

from stateroom.errors import InvalidPersist, StorageUnavailable, WriteConflict
from stateroom.persist.storages.disk import Disk, is_absent
from stateroom.persist.storages.files_locking import MARK_SIZE, Held, held, is_settled
from stateroom.persist.storages.files_names import (
    LOCK_NAME,
    file_names,
    is_temporary,
    key_of,
)
from stateroom.persist.storages.files_reading import read_both, read_start
from stateroom.persist.storages.files_steps import Steps
from stateroom.persist.storages.files_writing import Change, make, withdraw
from stateroom.persist.storages.places import absolute, make_directories
from stateroom.persist.storages.port import LONGEST_STAMP, Stored
from stateroom.persist.storages.refusals import conflict_text, refusal

__all__ = ("Files",)

_ABSENT: Final = "no directory"


class Files:
    """Keeps each key in a file of its own.

    Args:
        directory: where; ``~`` is the user's home. It is made with the first write, for
            this user alone (0700), and so are the files in it (0600).
        lock_timeout: seconds that a write waits for another process's at most.
        disk: what is asked of the operating system; for tests.

    Raises:
        InvalidPersist: the directory or the time cannot be meant.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        *,
        lock_timeout: float = 5.0,
        disk: Disk | None = None,
    ) -> None:
        if not (math.isfinite(lock_timeout) and lock_timeout >= 0):
            raise InvalidPersist(
                f"lock_timeout is {lock_timeout!r}, no time in seconds"
            )
        self._directory = absolute(directory)
        self._lock_path = os.path.join(self._directory, LOCK_NAME)
        self._lock_timeout = lock_timeout
        self._disk = Disk() if disk is None else disk
        self._is_swept = False
        self._sweep_on_opening()

    @property
    def name(self) -> str:
        return f"files in {self._directory}"

    @property
    def quota(self) -> int | None:
        return None

    def read(self, key: str, *, limit: int) -> Stored:
        current, previous = self._paths(key)
        with self._refusing("read", key=key):
            return read_both(
                self._disk, current=current, previous=previous, size=limit + 1
            )

    def peek(self, key: str) -> bytes | None:
        current, _ = self._paths(key)
        with self._refusing("read", key=key):
            return read_start(self._disk, current, size=LONGEST_STAMP)

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        change = Change(*self._paths(key), data, demotes=demotes, durable=durable)
        with self._refusing("write", key=key), self._locked() as lock:
            found = read_start(self._disk, change.current, size=LONGEST_STAMP)
            if found != replaces:
                text = conflict_text(
                    key, place=self._directory, is_there=found is not None
                )
                raise WriteConflict(text, key=key)
            with lock.changing(), self._steps(is_durable=durable) as steps:
                make(change, steps)

    def delete(self, key: str) -> None:
        current, previous = self._paths(key)
        with self._refusing("delete", key=key):
            if not (self._is_there(current) or self._is_there(previous)):
                return  # also where nothing may be written, or no directory is
            with (
                self._locked() as lock,
                lock.changing(must_tell=False),
                self._steps(is_durable=True) as steps,
            ):
                withdraw(current, previous, steps)

    def keys(self) -> tuple[str, ...]:
        with self._refusing("list what is stored"):
            found = {key_of(name) for name in self._names()}
        return tuple(sorted(key for key in found if key is not None))

    def pulse(self) -> object:
        with self._refusing("look for changes"):
            try:
                facts = self._disk.facts(self._directory)
            except OSError as error:
                if is_absent(error):
                    return _ABSENT
                raise
            mark = read_start(self._disk, self._lock_path, size=MARK_SIZE) or b""
        if not is_settled(mark):
            return object()
        # The mark is changed by whoever writes through this class. The directory's
        # number and time tell what others do: a copy put back, a directory made anew.
        return (facts.st_ino, facts.st_mtime_ns, mark)

    def close(self) -> None:
        """Nothing is open between two calls."""

    def _paths(self, key: str) -> tuple[str, str]:
        current, previous = file_names(key)
        return (
            os.path.join(self._directory, current),
            os.path.join(self._directory, previous),
        )

    def _names(self) -> list[str]:
        try:
            return self._disk.names(self._directory)
        except OSError as error:
            if is_absent(error):
                return []
            raise

    def _is_there(self, path: str) -> bool:
        return read_start(self._disk, path, size=0) is not None

    def _steps(self, *, is_durable: bool) -> Steps:
        return Steps(self._disk, self._directory, is_durable=is_durable)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[Held]:
        """Hold the lock of the directory, which is made when it is not there.

        The lock's file is made last, so that it tells whether the rest was done.
        """
        try:
            self._disk.facts(self._lock_path)
        except OSError as error:
            if not is_absent(error):
                raise
            make_directories(self._disk, self._directory)
        with held(self._disk, self._lock_path, timeout=self._lock_timeout) as lock:
            if not (self._is_swept and lock.is_settled()):
                self._sweep()
            self._is_swept = False  # putting things back can fail, too
            yield lock
            self._is_swept = True

    def _sweep(self) -> None:
        """Remove what dead writers left: a living one would hold the lock.

        What cannot be removed is in nobody's way, and no reason to refuse a write.
        """
        for name in filter(is_temporary, self._names()):
            with contextlib.suppress(OSError):
                self._disk.remove(os.path.join(self._directory, name))

    def _sweep_on_opening(self) -> None:
        """Tidy up where something is left and nobody writes; otherwise change nothing.

        It is no error when that cannot be done: a writer tries again, and a reader has
        no need of it.
        """
        with contextlib.suppress(OSError, StorageUnavailable):
            mark = read_start(self._disk, self._lock_path, size=MARK_SIZE) or b""
            if is_settled(mark) and not any(map(is_temporary, self._names())):
                return
            with held(self._disk, self._lock_path, timeout=0) as lock:
                self._sweep()
                lock.settle()

    @contextlib.contextmanager
    def _refusing(self, doing: str, *, key: str = "") -> Iterator[None]:
        """Raise the errors of the port for those of the operating system."""
        try:
            yield
        except OSError as error:
            raise refusal(error, doing=doing, path=self._directory, key=key) from error
