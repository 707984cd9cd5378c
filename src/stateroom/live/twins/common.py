"""The twins of commands that several kinds use."""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.live.twins import command_twin
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]


@command_twin("GET")
def _get(table: Table, words: Words) -> object:
    return table.get(words[0], bytes)


@command_twin("DEL")
def _delete(table: Table, words: Words) -> object:
    return sum(map(table.delete, words))


@command_twin("PTTL")
def _left_ms(table: Table, words: Words) -> object:
    return table.left_ms(words[0])


@command_twin("PEXPIRE")
def _end_in(table: Table, words: Words) -> object:
    return table.end_in(words[0], int(words[1]))


@command_twin("HGET")
def _hash_get(table: Table, words: Words) -> object:
    found: dict[bytes, bytes] | None = table.get(words[0], dict)
    return None if found is None else found.get(words[1])


@command_twin("HGETALL")
def _hash_all(table: Table, words: Words) -> object:
    found: dict[bytes, bytes] = table.get(words[0], dict) or {}
    return [each for pair in found.items() for each in pair]


@command_twin("HMGET")
def _hash_some(table: Table, words: Words) -> object:
    found: dict[bytes, bytes] = table.get(words[0], dict) or {}
    return [found.get(each) for each in words[1:]]
