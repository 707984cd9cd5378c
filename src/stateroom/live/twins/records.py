"""The twins of what records do."""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.errors import Refused
from stateroom.live.changes import CHANGES, noted
from stateroom.live.records import INCREMENT, PUT, UPDATE
from stateroom.live.twins import command_twin, script_twin
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]
Hash = dict[bytes, bytes]
MOST = 2**63 - 1


@script_twin(PUT)
def _put(table: Table, keys: Words, words: Words) -> object:
    revision, wanted, ms, change, *fields = words
    found: Hash = table.get(keys[0], dict) or {}
    done = found.get(CHANGES, b"")
    if change and change in done:
        return found.get(revision, b"0")
    if wanted and found.get(revision, b"0") != wanted:
        return -1
    if change:
        fields += (CHANGES, noted(change, done))
    return _stored(table, keys[0], revision, ms=ms, fields=fields)


@script_twin(UPDATE)
def _update(table: Table, keys: Words, words: Words) -> object:
    revision, ms, *fields = words
    if table.get(keys[0], dict) is None:
        return 0
    return _stored(table, keys[0], revision, ms=ms, fields=fields)


@script_twin(INCREMENT)
def _increment(table: Table, keys: Words, words: Words) -> object:
    revision, ms, name, by, start, how, once_ms = words
    before = (table.get(keys[0], dict) or {}).get(name, start)
    if _is_done(table, keys):
        return before
    value = _sum(before, by, is_whole=how == b"HINCRBY")
    _stored(table, keys[0], revision, ms=ms, fields=(name, value))
    _remember(table, keys, once_ms)
    return value


@command_twin("EXISTS")
def _is_there(table: Table, words: Words) -> object:
    return int(table.left_ms(words[0]) != -2)  # noqa: PLR2004 - as PTTL says it


def _sum(before: bytes, by: bytes, *, is_whole: bool) -> bytes:
    if is_whole:
        total = int(before) + int(by)
        if not -MOST - 1 <= total <= MOST:
            raise Refused("increment or decrement would overflow")
        return str(total).encode()
    return f"{float(before) + float(by):.17g}".encode()


def _is_done(table: Table, keys: Words) -> bool:
    """Say whether this was done before, where it has a name."""
    return any(table.get(each, bytes) is not None for each in keys[1:])


def _remember(table: Table, keys: Words, once_ms: bytes) -> None:
    for each in keys[1:]:
        table.put(each, b"", int(once_ms))


def _stored(
    table: Table, key: bytes, revision: bytes, *, ms: bytes, fields: Words
) -> int:
    found: Hash = table.make(key, dict, dict)
    found.update(zip(fields[::2], fields[1::2], strict=True))
    number = int(found.get(revision, b"0")) + 1
    found[revision] = str(number).encode()
    table.put(key, found, int(ms or 0) or None)
    return number
