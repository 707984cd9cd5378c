"""The twins of the scripts of mutexes."""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.live.mutex_scripts import RELEASE, RENEW, TAKE, TOKEN_CHARS
from stateroom.live.twins import script_twin
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]


@script_twin(TAKE)
def _take(table: Table, keys: Words, words: Words) -> object:
    token, lease_ms, fence_ms, since, label, woken = words
    mutex, fence_key, wake, after = keys
    holder = table.get(mutex, bytes)
    if _is_mine(holder, token):
        table.end_in(mutex, int(lease_ms))
        return [1, _words(holder)[1]]
    if holder is not None:
        return [0, table.left_ms(mutex), holder]
    if not woken and table.get(wake, list) is None and table.left_ms(after) > 0:
        return [0, table.left_ms(after), b""]
    table.delete(wake)
    table.delete(after)
    number = table.clock.now_ms() * 1000
    last = _words(table.get(fence_key, bytes))[0]
    if last:
        number = max(number, int(last) + 1)
    fence = str(number).encode()
    table.put(fence_key, fence, int(fence_ms))
    table.put(mutex, b" ".join((token, fence, since, label)), int(lease_ms))
    return [1, fence]


@script_twin(RELEASE)
def _release(table: Table, keys: Words, words: Words) -> object:
    token, fence_ms, wake_ms, next_ms = words
    mutex, fence_key, wake, after = keys
    holder = table.get(mutex, bytes)
    last = table.get(fence_key, bytes) or b""
    is_done = int(token in last)
    if holder is not None and not _is_mine(holder, token):
        return is_done
    table.delete(mutex)
    table.put(wake, [b"1"], int(wake_ms))
    table.put(after, b"1", int(next_ms))
    if holder is None:
        return is_done
    fence = _words(last)[0] or _words(holder)[1]
    table.put(fence_key, fence + b" " + token, int(fence_ms))
    return 1


@script_twin(RENEW)
def _renew(table: Table, keys: Words, words: Words) -> object:
    if not _is_mine(table.get(keys[0], bytes), words[0]):
        return 0
    return table.end_in(keys[0], int(words[1]))


def _is_mine(holder: bytes | None, token: bytes) -> bool:
    return holder is not None and holder[:TOKEN_CHARS] == token


def _words(value: bytes | None) -> list[bytes]:
    return (value or b"").split(b" ", 3)
