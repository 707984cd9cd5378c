"""The twins of the scripts of quotas."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from stateroom.live.quota_scripts import GIVE_RATE, GIVE_WINDOW, RATE, WINDOW
from stateroom.live.twins import script_twin
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]
Hash = dict[bytes, bytes]

_ids = itertools.count(1)
"""What begins anew is told apart; a server takes the time for it."""


@script_twin(WINDOW)
def _window(table: Table, keys: Words, words: Words) -> object:
    starts, ends, now, what, calls, bound, ms = words
    found: Hash = table.get(keys[0], dict) or {}
    has_begun = int(found.get(b"s", -1)) >= int(starts) and int(found[b"e"]) > int(now)
    if has_begun:
        ends = found[b"e"]
    else:
        found = {b"s": starts, b"e": ends, b"i": _new_id(), b"b": b"0"}
    before = int(found.get(what, 0))
    after = before + int(calls)
    if bound and after > int(bound):
        return [0, before, ends]
    if not has_begun:
        table.put(keys[0], found, int(ms))
    found[what] = _text(after)
    return [1, after, ends, found[b"i"], after + int(found[b"b"])]


@script_twin(GIVE_WINDOW)
def _give_window(table: Table, keys: Words, words: Words) -> object:
    now, count, at, calls, *once = words
    found: Hash = table.get(keys[0], dict) or {}
    if found.get(b"i") != count or int(found[b"e"]) <= int(now):
        return 0
    if not _is_first(table, keys[1], count + b":" + at, once):
        return 0
    found[b"n"] = _text(int(found[b"n"]) - int(calls))
    found[b"b"] = _text(int(found[b"b"]) + int(calls))
    return 1


@script_twin(RATE)
def _rate(table: Table, keys: Words, words: Words) -> object:
    now, parts, *spans, slack = map(int, words)
    found: Hash = table.get(keys[0], dict) or {}
    end = _parts(found.get(b"t"), found.get(b"r"), parts)
    given, count = _parts(found.get(b"g"), found.get(b"h"), parts), found.get(b"i", b"")
    if end <= now * parts:
        end, given, count = now * parts, 0, _new_id()
    after = end + spans[0] * parts + spans[1]
    if after > (now + spans[2]) * parts + spans[3]:
        return [0, end // parts - now, end % parts]
    found = {b"i": count} | _spelled(after, given, parts)
    table.put(keys[0], found, -(-(after // parts - now) // 1000) + slack)
    mark = after + given
    return [1, after // parts - now, after % parts, count, *divmod(mark, parts)]


@script_twin(GIVE_RATE)
def _give_rate(table: Table, keys: Words, words: Words) -> object:
    now, parts = int(words[0]), int(words[1])
    count, *rest = words[2:]
    found: Hash = table.get(keys[0], dict) or {}
    place = b":".join((count, rest[2], rest[3]))
    if found.get(b"i") != count or not _is_first(table, keys[1], place, rest[4:]):
        return 0
    end = _parts(found[b"t"], found[b"r"], parts)
    given = _parts(found[b"g"], found[b"h"], parts)
    q, r, mark, more = map(int, rest[:4])
    back = min(q * parts + r, mark * parts + more - given - now * parts)
    if back <= 0:
        return 0
    found |= _spelled(end - back, given + back, parts)
    return 1


def _is_first(table: Table, key: bytes, place: bytes, once: Words) -> bool:
    """Say whether a place is young, and was not seen before; remember it."""
    taken, oldest, forgotten, ms = map(int, once)
    if taken < oldest:
        return False
    seen: dict[bytes, float] = table.make(key, dict, dict)
    for each in [each for each, at in seen.items() if at <= forgotten]:
        del seen[each]
    if place in seen:
        table.settle(key)
        return False
    seen[place] = taken
    table.end_in(key, ms)
    return True


def _new_id() -> bytes:
    return _text(next(_ids))


def _parts(q: bytes | None, r: bytes | None, parts: int) -> int:
    return int(q or 0) * parts + min(int(r or 0), parts - 1)


def _spelled(end: int, given: int, parts: int) -> Hash:
    numbers = (*divmod(end, parts), *divmod(given, parts))
    return dict(zip((b"t", b"r", b"g", b"h"), map(_text, numbers), strict=True))


def _text(number: int) -> bytes:
    return str(number).encode()
