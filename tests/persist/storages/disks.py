"""Disks for tests: without links, with one fault, or in a process that dies."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import TypeVar

from stateroom.persist.storages.disk import Disk

R = TypeVar("R")


class LinklessDisk(Disk):
    """A file system without second names, such as FAT or that of a browser."""

    def link(self, source: str, target: str) -> None:
        raise OSError(errno.EMLINK, os.strerror(errno.EMLINK), source, None, target)


class DiedError(BaseException):
    """The process has ended; nothing that it does after that has any effect."""


class SteppingDisk(Disk):
    """Calls ``_step`` before each call to the system, with the name of that call."""

    def __init__(self, *, has_links: bool = True) -> None:
        self.calls: list[str] = []
        self.opened: set[int] = set()
        self._has_links = has_links

    def _step(self, call: str, path: str = "") -> None:
        self.calls.append(call)

    def reap(self) -> None:
        """Close what is open, as the system does when a process ends."""
        while self.opened:
            os.close(self.opened.pop())

    def _open(self, call: str, path: str, opening: Callable[[str], int]) -> int:
        self._step(call, path)
        descriptor = opening(path)
        self.opened.add(descriptor)
        return descriptor

    def open_read(self, path: str) -> int:
        return self._open("open_read", path, super().open_read)

    def open_new(self, path: str) -> int:
        return self._open("open_new", path, super().open_new)

    def open_lock(self, path: str) -> int:
        return self._open("open_lock", path, super().open_lock)

    def close(self, descriptor: int) -> None:
        try:
            self._step("close")
        finally:  # it is closed, whatever is answered
            self.opened.discard(descriptor)
            super().close(descriptor)

    def read(self, descriptor: int, size: int) -> bytes:
        self._step("read")
        return super().read(descriptor, size)

    def write(self, descriptor: int, data: memoryview) -> int:
        self._step("write")
        return super().write(descriptor, data)

    def rewind(self, descriptor: int) -> None:
        self._step("rewind")
        super().rewind(descriptor)

    def sync(self, descriptor: int) -> None:
        self._step("sync")
        super().sync(descriptor)

    def sync_directory(self, path: str) -> None:
        self._step("sync_directory", path)
        super().sync_directory(path)

    def link(self, source: str, target: str) -> None:
        self._step("link", target)
        if not self._has_links:
            raise OSError(errno.EMLINK, os.strerror(errno.EMLINK), target)
        super().link(source, target)

    def replace(self, source: str, target: str) -> None:
        self._step("replace", target)
        super().replace(source, target)

    def remove(self, path: str) -> None:
        self._step("remove", path)
        super().remove(path)

    def make_directory(self, path: str) -> None:
        self._step("make_directory", path)
        super().make_directory(path)

    def names(self, path: str) -> list[str]:
        self._step("names", path)
        return super().names(path)

    def facts(self, path: str) -> os.stat_result:
        self._step("facts", path)
        return super().facts(path)

    def facts_of(self, descriptor: int) -> os.stat_result:
        self._step("facts_of")
        return super().facts_of(descriptor)

    def lock(self, descriptor: int) -> bool:
        self._step("lock")
        return super().lock(descriptor)

    def unlock(self, descriptor: int) -> None:
        self._step("unlock")
        super().unlock(descriptor)


class FaultyDisk(SteppingDisk):
    """Fails once, at one call; or from there on, whatever needs room or all.

    Args:
        error: of the system, as of ``errno``.
        lasts: the calls that fail from then on, too.
    """

    def __init__(
        self, error: int, *, lasts: frozenset[str] = frozenset(), has_links: bool = True
    ) -> None:
        super().__init__(has_links=has_links)
        self.error = error
        self.fails_at: int | None = None
        self.has_failed = False
        self._lasts = lasts

    def _step(self, call: str, path: str = "") -> None:
        super()._step(call, path)
        if self.fails_at is None:
            return
        is_now = len(self.calls) > self.fails_at and not self.has_failed
        if is_now or (self.has_failed and call in self._lasts):
            self.has_failed = True
            raise OSError(self.error, os.strerror(self.error), path or None)

    def fail_at(self, step: int) -> None:
        """Fail at the call after so many others from now."""
        self.calls.clear()
        self.fails_at = step


class ShortDisk(SteppingDisk):
    """Takes a few bytes at a time, as a system may at any time."""

    def write(self, descriptor: int, data: memoryview) -> int:
        return super().write(descriptor, data[: max(1, len(data) // 3)])


class DyingDisk(SteppingDisk):
    """Ends its process before one call, or half-way through it where it writes."""

    def __init__(self, *, has_links: bool = True) -> None:
        super().__init__(has_links=has_links)
        self.dies_at: int | None = None

    @property
    def is_dead(self) -> bool:
        return self.dies_at is not None and len(self.calls) > self.dies_at

    def _step(self, call: str, path: str = "") -> None:
        super()._step(call, path)
        if self.is_dead:
            raise DiedError

    def write(self, descriptor: int, data: memoryview) -> int:
        was_dead = self.is_dead
        try:
            return super().write(descriptor, data)
        except DiedError:
            if not was_dead:
                os.write(descriptor, data[: len(data) // 2])
            raise

    def die_at(self, step: int) -> None:
        """End the process at the call after so many others from now."""
        self.calls.clear()
        self.dies_at = step
