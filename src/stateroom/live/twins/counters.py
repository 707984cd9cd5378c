"""The twin of the script of counters."""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.errors import Refused
from stateroom.live.counters import ADD, MOST
from stateroom.live.twins import script_twin
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]


@script_twin(ADD)
def _add(table: Table, keys: Words, words: Words) -> object:
    by, window, least, most, ms = words
    found: dict[bytes, bytes] = table.make(keys[0], dict, dict)
    before = int(found[b"n"]) if found.get(b"w") == window else 0
    value = before + int(by)
    if not -MOST - 1 <= value <= MOST:
        raise Refused("increment or decrement would overflow")
    if least:
        value = max(value, int(least))
    if most:
        value = min(value, int(most))
    found |= {b"w": window, b"n": str(value).encode()}
    if ms:
        table.end_in(keys[0], int(ms))
    return found[b"n"]
