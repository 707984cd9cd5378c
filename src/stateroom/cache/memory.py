"""A stand-in for Redis inside one process: the same promises, and no server.

It does what the cache's scripts and commands do, one at a time, on a table of bytes
with expiry; so everything above it is the same code as with Redis, and the tests that
a Redis passes are passed by it too. Bounded in bytes: the oldest goes first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from stateroom.cache import scripts
from stateroom.cache.changes import Changes
from stateroom.cache.clocks import Clock
from stateroom.cache.envelope import SOFT_AT, VERSION_BYTES, stamp_of
from stateroom.cache.hearing import Hearing
from stateroom.cache.local import Local
from stateroom.link import Call, Command

__all__ = ("MemoryServer",)

MOST_BYTES = 64 * 1024 * 1024
MOST_FINGERPRINTS_BYTES = VERSION_BYTES + 17 * 16
"""As in the script ``SNAPSHOT``."""

Words = Sequence[bytes]


class _Table:
    """Bytes by key, each with the moment at which it is gone."""

    def __init__(self, clock: Clock, most_bytes: int) -> None:
        self.clock = clock
        self.ears: list[Changes] = []
        self._most_bytes = most_bytes
        self._used = 0
        self._data: OrderedDict[bytes, tuple[bytes, int]] = OrderedDict()

    def get(self, key: bytes) -> bytes | None:
        found = self._data.get(key)
        if found is None:
            return None
        if found[1] <= self.clock.now_ms():
            self.delete(key)
            return None
        return found[0]

    def put(self, key: bytes, value: bytes, ms: int) -> None:
        self._take(key)
        self._data[key] = (value, self.clock.now_ms() + ms)
        self._used += len(key) + len(value)
        while self._used > self._most_bytes and len(self._data) > 1:
            self.delete(next(iter(self._data)))
        self._tell(key)

    def delete(self, key: bytes) -> int:
        was_there = self._take(key)
        if was_there:
            self._tell(key)
        return int(was_there)

    def left_ms(self, key: bytes) -> int:
        found = self._data.get(key)
        return -2 if found is None else found[1] - self.clock.now_ms()

    def extend(self, key: bytes, ms: int) -> None:
        value = self.get(key)
        if value is not None:
            self._data[key] = (value, self.clock.now_ms() + ms)

    def keys(self) -> list[bytes]:
        return list(self._data)

    def _take(self, key: bytes) -> bool:
        found = self._data.pop(key, None)
        if found is not None:
            self._used -= len(key) + len(found[0])
        return found is not None

    def _tell(self, key: bytes) -> None:
        for each in self.ears:
            each.changed((key,))


class MemoryServer:
    """What ``Cache.memory()`` talks to."""

    shown = "memory"
    channel = b""

    def __init__(self, clock: Clock, *, most_bytes: int = MOST_BYTES) -> None:
        self.table = _Table(clock, most_bytes)
        self._lock = threading.RLock()

    def open(self) -> _MemoryLink:
        return _MemoryLink(self.table, self._lock)

    def open_async(self) -> _AsyncMemoryLink:
        return _AsyncMemoryLink(_MemoryLink(self.table, self._lock))

    def hearing(self, local: Local | None) -> Hearing:
        return Hearing(self._ear, local)

    def close(self) -> None:
        """Nothing is open."""

    def _ear(self, hearing: Hearing) -> _MemoryEar:
        self.table.ears.append(hearing.changes)
        return _MemoryEar(self.table, hearing.changes)


class _MemoryEar:
    """Hears everything, always."""

    trusted_until = float("inf")
    is_tracking = True

    def __init__(self, table: _Table, changes: Changes) -> None:
        self._table = table
        self._changes = changes

    def stop(self) -> None:
        if self._changes in self._table.ears:
            self._table.ears.remove(self._changes)


class _MemoryLink:
    """Runs commands and scripts on the table, one exchange at a time."""

    is_cluster = False

    def __init__(self, table: _Table, lock: threading.RLock) -> None:
        self._table = table
        self._lock = lock

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        with self._lock:
            return [self._table.get(key) for key in keys]

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        with self._lock:
            return [self._one(each) for each in calls]

    def nodes(self) -> list[str]:
        return [""]

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        del node, cursor, count  # all in one step
        with self._lock:
            keys = self._table.keys()
        return 0, [key for key in keys if fnmatchcase(key.decode(), pattern)]

    def close(self) -> None:
        """Nothing is open."""

    def _one(self, call: Call | Command) -> object:
        if isinstance(call, Call):
            words = [_as_bytes(each) for each in call.arguments]
            return _SCRIPTS[call.script.name](self._table, call.keys, words)
        name, *rest = (_as_bytes(each) for each in call)
        match name:
            case b"DEL" | b"UNLINK":
                return sum(self._table.delete(key) for key in rest)
            case b"GET":
                return self._table.get(rest[0])
            case b"PUBLISH":
                return 0
        raise NotImplementedError(f"{name.decode()} in memory")


class _AsyncMemoryLink:
    """The same for an event loop; it never waits."""

    is_cluster = False

    def __init__(self, link: _MemoryLink) -> None:
        self._link = link

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return self._link.get_many(keys)

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        return self._link.run(calls)

    async def nodes(self) -> list[str]:
        return self._link.nodes()

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        return self._link.scan(node, cursor, pattern, count)

    async def aclose(self) -> None:
        """Nothing is open."""


def _as_bytes(word: bytes | str | int) -> bytes:
    return word if isinstance(word, bytes) else str(word).encode()


def _acquire(table: _Table, keys: Words, words: Words) -> object:
    value, (seen, token, lease_ms, fence_ms, mode) = table.get(keys[0]), words
    is_other = value is not None and (not seen or stamp_of(value) != seen)
    if is_other and mode != b"force":
        return [b"value", value]
    holder = table.get(keys[1])
    if holder is not None and holder != token:
        return [b"busy", table.left_ms(keys[1])]
    number = table.clock.now_ms() * 1000
    last = table.get(keys[2])
    if last is not None:
        number = max(number, int(last.partition(b":")[0]) + 1)
    mine = b"%d:%b" % (number, token)
    table.put(keys[2], mine, int(fence_ms))
    table.put(keys[1], token, int(lease_ms))
    return [b"lease", mine]


def _abandon(table: _Table, keys: Words, words: Words) -> object:
    if table.get(keys[0]) != words[0]:
        return 0
    return table.delete(keys[0]) + table.delete(keys[1])


def _publish(table: _Table, keys: Words, words: Words) -> object:
    if table.get(keys[2]) != words[0]:
        return 0
    table.put(keys[0], words[1], int(words[2]))
    table.delete(keys[1])
    table.delete(keys[2])
    return 1


def _store(table: _Table, keys: Words, words: Words) -> object:
    table.delete(keys[1])
    table.delete(keys[2])
    table.put(keys[0], words[0], int(words[1]))
    return 1


def _renew(table: _Table, keys: Words, words: Words) -> object:
    if table.get(keys[1]) != words[1]:
        return 0
    table.extend(keys[1], int(words[3]))
    if table.get(keys[0]) != words[0]:
        return 0
    table.extend(keys[0], int(words[2]))
    return 1


def _announce_failure(table: _Table, keys: Words, words: Words) -> object:
    fence, marker, marker_ms, seen, soft = words
    if table.get(keys[2]) != fence:
        return 0
    table.delete(keys[1])
    table.delete(keys[2])
    value = table.get(keys[0])
    if value is None:
        if marker:
            table.put(keys[0], marker, int(marker_ms))
    elif soft and stamp_of(value) == seen:
        end = SOFT_AT + len(soft)
        rested = value[:SOFT_AT] + soft + value[end:]
        table.put(keys[0], rested, table.left_ms(keys[0]))
    return 1


def _snapshot(table: _Table, keys: Words, words: Words) -> object:
    ms, fingerprint, item, *seeds = words
    return [
        _version(table, key, int(ms), seed, fingerprint if at == int(item) else b"")
        for at, (key, seed) in enumerate(zip(keys, seeds, strict=True), 1)
    ]


def _version(table: _Table, key: bytes, ms: int, seed: bytes, mark: bytes) -> bytes:
    old = table.get(key)
    version = seed if old is None else old
    if mark:
        if len(version) > MOST_FINGERPRINTS_BYTES:
            version = seed
        if len(version) == VERSION_BYTES:
            version += b","
        if b",%b," % mark not in version[VERSION_BYTES:]:
            version += mark + b","
    if version != old:
        table.put(key, version, ms)
    elif table.left_ms(key) < ms / 2:
        table.extend(key, ms)
    return version


_SCRIPTS: dict[str, Callable[[_Table, Words, Words], object]] = {
    scripts.ABANDON.name: _abandon,
    scripts.ACQUIRE.name: _acquire,
    scripts.PUBLISH.name: _publish,
    scripts.STORE.name: _store,
    scripts.RENEW.name: _renew,
    scripts.ANNOUNCE_FAILURE.name: _announce_failure,
    scripts.SNAPSHOT.name: _snapshot,
}
