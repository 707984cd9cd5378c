"""The twins of what records do."""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.errors import Refused
from stateroom.live.records import INCREMENT, PUT, UPDATE
from stateroom.live.twins import command_twin, script_twin
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]
Hash = dict[bytes, bytes]
MOST = 2**63 - 1


@script_twin(PUT)
def _put(table: Table, keys: Words, words: Words) -> object:
    revision, wanted, ms, *fields = words
    found: Hash = table.get(keys[0], dict) or {}
    if wanted and found.get(revision, b"0") != wanted:
        return -1
    return _stored(table, keys[0], revision, ms=ms, fields=fields)


@script_twin(UPDATE)
def _update(table: Table, keys: Words, words: Words) -> object:
    revision, ms, *fields = words
    if table.get(keys[0], dict) is None:
        return 0
    return _stored(table, keys[0], revision, ms=ms, fields=fields)


@script_twin(INCREMENT)
def _increment(table: Table, keys: Words, words: Words) -> object:
    revision, ms, name, by, start, how = words
    found: Hash = table.make(keys[0], dict, dict)
    before = found.setdefault(name, start)
    if how == b"HINCRBY":
        value = int(before) + int(by)
        if not -MOST - 1 <= value <= MOST:
            raise Refused("increment or decrement would overflow")
        found[name] = str(value).encode()
    else:
        found[name] = f"{float(before) + float(by):.17g}".encode()
    _stored(table, keys[0], revision, ms=ms, fields=())
    return found[name]


@command_twin("EXISTS")
def _is_there(table: Table, words: Words) -> object:
    return int(table.left_ms(words[0]) != -2)  # noqa: PLR2004 - as PTTL says it


def _stored(
    table: Table, key: bytes, revision: bytes, *, ms: bytes, fields: Words
) -> int:
    found: Hash = table.make(key, dict, dict)
    found.update(zip(fields[::2], fields[1::2], strict=True))
    number = int(found.get(revision, b"0")) + 1
    found[revision] = str(number).encode()
    if ms:
        table.end_in(key, int(ms))
    return number
