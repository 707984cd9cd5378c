"""The table behind ``Cache.memory()``, and what the cache's scripts do to it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from stateroom.cache import scripts
from stateroom.cache.changes import Changes
from stateroom.cache.envelope import SOFT_AT, VERSION_BYTES, stamp_of
from stateroom.flows.clocks import Clock
from stateroom.link import Script

__all__ = ("Table", "run_script")

MOST_FINGERPRINTS_BYTES = VERSION_BYTES + 17 * 16
"""As in the script ``SNAPSHOT``."""

Words = Sequence[bytes]


class Table:
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


def run_script(script: Script, table: Table, keys: Words, words: Words) -> object:
    """Do to the table what a script does to Redis; return the same reply."""
    return _SCRIPTS[script.name](table, keys, words)


def _acquire(table: Table, keys: Words, words: Words) -> object:
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


def _abandon(table: Table, keys: Words, words: Words) -> object:
    if table.get(keys[0]) != words[0]:
        return 0
    return table.delete(keys[0]) + table.delete(keys[1])


def _publish(table: Table, keys: Words, words: Words) -> object:
    if table.get(keys[2]) != words[0]:
        return 0
    table.put(keys[0], words[1], int(words[2]))
    table.delete(keys[1])
    table.delete(keys[2])
    return 1


def _store(table: Table, keys: Words, words: Words) -> object:
    table.delete(keys[1])
    table.delete(keys[2])
    table.put(keys[0], words[0], int(words[1]))
    return 1


def _renew(table: Table, keys: Words, words: Words) -> object:
    if table.get(keys[1]) != words[1]:
        return 0
    table.extend(keys[1], int(words[3]))
    if table.get(keys[0]) != words[0]:
        return 0
    table.extend(keys[0], int(words[2]))
    return 1


def _announce_failure(table: Table, keys: Words, words: Words) -> object:
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


def _snapshot(table: Table, keys: Words, words: Words) -> object:
    ms, fingerprint, item, *seeds = words
    return [
        _version(table, key, int(ms), seed, fingerprint if at == int(item) else b"")
        for at, (key, seed) in enumerate(zip(keys, seeds, strict=True), 1)
    ]


def _version(table: Table, key: bytes, ms: int, seed: bytes, mark: bytes) -> bytes:
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


_SCRIPTS: dict[str, Callable[[Table, Words, Words], object]] = {
    scripts.ABANDON.name: _abandon,
    scripts.ACQUIRE.name: _acquire,
    scripts.PUBLISH.name: _publish,
    scripts.STORE.name: _store,
    scripts.RENEW.name: _renew,
    scripts.ANNOUNCE_FAILURE.name: _announce_failure,
    scripts.SNAPSHOT.name: _snapshot,
}
