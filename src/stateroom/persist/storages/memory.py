"""A storage in the memory of this process: for tests, and where nothing may stay.

Two of them can be one place, as two processes on one directory are, so that what
happens between several writers can be tried without a disk.
"""

from __future__ import annotations

import threading

from stateroom.errors import WriteConflict
from stateroom.persist.storages.port import Stored, stamp_of
from stateroom.persist.storages.refusals import conflict_text

__all__ = ("Memory",)


class _Shelf:
    """What several instances share: generations by key, and how often they changed."""

    __slots__ = ("changes", "lock", "records")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.records: dict[str, Stored] = {}
        self.changes = 0


class Memory:
    """Keeps bytes until the process ends.

    Args:
        shared: another instance whose place this one is to be, too.
    """

    def __init__(self, *, shared: Memory | None = None) -> None:
        self._shelf: _Shelf = _Shelf() if shared is None else shared._shelf  # noqa: SLF001

    @property
    def name(self) -> str:
        return "memory of this process"

    @property
    def quota(self) -> int | None:
        return None

    def read(self, key: str, *, limit: int) -> Stored:
        current, previous = self._shelf.records.get(key, Stored(None))
        return Stored(_cut(current, limit=limit), _cut(previous, limit=limit))

    def peek(self, key: str) -> bytes | None:
        return stamp_of(self._shelf.records.get(key, Stored(None)).current)

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,  # noqa: ARG002 - nothing here outlives the power
    ) -> None:
        shelf = self._shelf
        with shelf.lock:
            current, previous = shelf.records.get(key, Stored(None))
            if stamp_of(current) != replaces:
                is_there = current is not None
                text = conflict_text(key, place=self.name, is_there=is_there)
                raise WriteConflict(text, key=key)
            shelf.records[key] = Stored(bytes(data), current if demotes else previous)
            shelf.changes += 1

    def delete(self, key: str) -> None:
        with self._shelf.lock:
            if self._shelf.records.pop(key, None) is not None:
                self._shelf.changes += 1

    def keys(self) -> tuple[str, ...]:
        with self._shelf.lock:
            return tuple(sorted(self._shelf.records))

    def pulse(self) -> object:
        return self._shelf.changes

    def close(self) -> None:
        """Nothing is let go: another instance may be on the same place."""


def _cut(data: bytes | None, *, limit: int) -> bytes | None:
    return None if data is None else data[: limit + 1]
