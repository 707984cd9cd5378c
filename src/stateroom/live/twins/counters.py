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
    by, window, least, most, ms, once_ms = words
    found: dict[bytes, bytes] = table.get(keys[0], dict) or {}
    theirs = found.get(b"w", b"")
    is_later = bool(theirs and window) and int(theirs) > int(window)
    before = int(found[b"n"]) if found and (is_later or theirs == window) else 0
    if table.get(b"".join(keys[1:]), bytes) is not None:
        return _text(before)
    value = before + int(by)
    if not -MOST - 1 <= value <= MOST:
        raise Refused("increment or decrement would overflow")
    if least:
        value = max(value, int(least))
    if most:
        value = min(value, int(most))
    found = {b"w": theirs if is_later else window, b"n": _text(value)}
    left_ms = table.left_ms(keys[0])
    table.put(keys[0], found, left_ms if is_later else int(ms or 0) or None)
    for each in keys[1:]:
        table.put(each, b"", int(once_ms))
    return found[b"n"]


def _text(number: int) -> bytes:
    return str(number).encode()
