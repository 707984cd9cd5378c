"""A disk in memory that loses power: what may be left, in every legal case.

Model: what was written to a file is on the medium after ``sync`` of that file; before,
any part of it may be there. A name that was given, changed or taken is on the medium
after ``sync_directory``; before, any of those changes may be there without the others
(or, on a disk that keeps order, the first so many of them). A change of one name is
there or not, and a rename is one change of two names.
"""

# ruff: noqa: PTH119, PTH120 - paths are texts, as the port of disks has them

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from stateroom.persist.storages.disk import Disk

Names = frozenset[tuple[str, int]]
"""Names of files, each with the number of its file."""

Left = tuple[bytes | None, ...]
"""What is under some names after a loss of power."""


class Change(NamedTuple):
    """Of names: ``given`` is that of a file from now on, and ``freed`` of none."""

    given: str | None
    number: int
    freed: str | None = None

    def upon(self, names: Names) -> Names:
        touched = (self.given, self.freed)
        kept = {(name, number) for name, number in names if name not in touched}
        if self.given is not None:
            kept.add((self.given, self.number))
        return frozenset(kept)


@dataclass
class Inode:
    """A file: what processes see, and what is on the medium for certain."""

    number: int
    data: bytearray = field(default_factory=bytearray)
    synced: bytes | None = None

    def outcomes(self) -> set[bytes]:
        """Return what may be in it after a loss of power."""
        data, half = bytes(self.data), len(self.data) // 2
        if self.synced == data:
            return {data}
        torn = {data, data[:half], bytes(len(data)), data[:half] + bytes(half)}
        return torn | {self.synced or b""}


@dataclass
class Handle:
    """A file that is open, and where in it the next byte is."""

    inode: Inode
    at: int = 0


class PowerDisk(Disk):
    """All files of a machine, and what of them survives.

    Args:
        is_ordered: whether changes of names reach the medium in their order.
        ignores: calls that are left out, to see that they are needed.
        watch: is called after each call that changes something.
    """

    def __init__(
        self,
        *,
        is_ordered: bool = False,
        ignores: frozenset[str] = frozenset(),
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        self.watch = watch
        self._is_ordered = is_ordered
        self._ignores = ignores
        self._names: dict[str, Inode] = {}
        self._inodes: dict[int, Inode] = {}
        self._directories: dict[str, bool] = {"/": True}  # whether each is synced
        self._synced: Names = frozenset()
        self._pending: list[Change] = []
        self._handles: dict[int, Handle] = {}

    def outcomes(self, *paths: str) -> set[Left]:
        """Return what may be under ``paths`` if power is lost now."""
        found: set[Left] = set()
        if not self._directories.get(os.path.dirname(paths[0]), False):
            found.add((None,) * len(paths))
        for names in self._name_outcomes(frozenset(paths)):
            numbers = dict(names)
            found |= set(self._contents([numbers.get(path) for path in paths]))
        return found

    def _name_outcomes(self, paths: frozenset[str]) -> set[Names]:
        """Return which file may have which of these names; no others matter."""
        last: Names = frozenset(each for each in self._synced if each[0] in paths)
        found = {last}
        for change in self._pending:
            given = change.given if change.given in paths else None
            here = change._replace(given=given)
            last = here.upon(last)
            found |= {last} if self._is_ordered else {here.upon(each) for each in found}
        return found

    def _contents(self, numbers: list[int | None]) -> Iterator[Left]:
        if not numbers:
            yield ()
            return
        first = numbers[0]
        found = {None} if first is None else self._inodes[first].outcomes()
        for rest in self._contents(numbers[1:]):
            yield from ((data, *rest) for data in found)

    def _change(self, change: Change) -> None:
        self._pending.append(change)
        self.watch()

    # What the storage asks for

    def open_read(self, path: str) -> int:
        return self._opened(self._found(path))

    def open_new(self, path: str) -> int:
        self._require_directory(path)
        number = len(self._inodes) + 1
        inode = self._inodes[number] = self._names[path] = Inode(number)
        self._change(Change(path, number))
        return self._opened(inode)

    def open_lock(self, path: str) -> int:
        return self.open_read(path) if path in self._names else self.open_new(path)

    def _opened(self, inode: Inode) -> int:
        descriptor = max(self._handles, default=2) + 1
        self._handles[descriptor] = Handle(inode)
        return descriptor

    def read(self, descriptor: int, size: int) -> bytes:
        handle = self._handles[descriptor]
        data = bytes(handle.inode.data[handle.at : handle.at + size])
        handle.at += len(data)
        return data

    def write(self, descriptor: int, data: memoryview) -> int:
        handle = self._handles[descriptor]
        handle.inode.data[handle.at : handle.at + len(data)] = data
        handle.at += len(data)
        self.watch()
        return len(data)

    def rewind(self, descriptor: int) -> None:
        self._handles[descriptor].at = 0

    def sync(self, descriptor: int) -> None:
        if "sync" not in self._ignores:
            inode = self._handles[descriptor].inode
            inode.synced = bytes(inode.data)
        self.watch()

    def sync_directory(self, path: str) -> None:
        self._found_directory(path)
        if "sync_directory" in self._ignores:
            return
        for each in self._directories:
            if os.path.dirname(each) == path:
                self._directories[each] = True
        for change in self._pending:
            self._synced = change.upon(self._synced)
        self._pending.clear()
        self.watch()

    def close(self, descriptor: int) -> None:
        del self._handles[descriptor]

    def link(self, source: str, target: str) -> None:
        inode = self._names[target] = self._found(source)
        self._change(Change(target, inode.number))

    def replace(self, source: str, target: str) -> None:
        inode = self._names[target] = self._found(source)
        del self._names[source]
        self._change(Change(target, inode.number, source))

    def remove(self, path: str) -> None:
        inode = self._found(path)
        del self._names[path]
        self._change(Change(None, inode.number, path))

    def make_directory(self, path: str) -> None:
        if path in self._directories:
            raise FileExistsError(errno.EEXIST, "it is there", path)
        self._require_directory(path)
        self._directories[path] = False
        self.watch()

    def names(self, path: str) -> list[str]:
        self._found_directory(path)
        return [os.path.basename(each) for each in self._names]

    def facts(self, path: str) -> os.stat_result:
        if path in self._directories:
            return _facts(stat.S_IFDIR, 0)
        return _facts(stat.S_IFREG, self._found(path).number)

    def facts_of(self, descriptor: int) -> os.stat_result:
        return _facts(stat.S_IFREG, self._handles[descriptor].inode.number)

    def lock(self, descriptor: int) -> bool:
        return True

    def unlock(self, descriptor: int) -> None:
        """Nobody else is there."""

    def _found(self, path: str) -> Inode:
        if path not in self._names:
            raise FileNotFoundError(errno.ENOENT, "it is not there", path)
        return self._names[path]

    def _found_directory(self, path: str) -> None:
        if path not in self._directories:
            raise FileNotFoundError(errno.ENOENT, "it is not there", path)

    def _require_directory(self, path: str) -> None:
        self._found_directory(os.path.dirname(path))


def _facts(kind: int, number: int) -> os.stat_result:
    return os.stat_result((kind, number, 1, 1, 0, 0, 0, 0, 0, 0))
