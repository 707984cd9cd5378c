"""The twins of the scripts of login sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stateroom.live.changes import CHANGES, noted
from stateroom.live.login_records import FIELD_CHARS, GRACE, Stored, parse_record
from stateroom.live.login_scripts import END_ALL, LOAD, REPLACE, START
from stateroom.live.twins import command_twin, script_twin
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]
Hash = dict[bytes, bytes]


@script_twin(START)
def _start(table: Table, keys: Words, words: Words) -> object:
    now, idle, most = map(int, words[:3])
    name, record, last = words[3], words[4], int(words[5])
    found: Hash = table.make(keys[0], dict, dict)
    for each, data in tuple(found.items()):
        if _is_over(each, data, now, idle):
            del found[each]
    alive = sorted(
        (parse_record(data).started_ms, parse_record(data).id, each)
        for each, data in found.items()
        if _is_session(each) and each != name
    )
    ended = alive[: max(len(alive) - most + 1, 0)] if most else []
    for *_, each in ended:
        del found[each]
    ends = [parse_record(found[each]).until_ms for *_, each in alive if each in found]
    found[name] = record
    table.end_in(keys[0], max([last, *ends]) - now)
    return len(ended)


@script_twin(LOAD)
def _load(table: Table, keys: Words, words: Words) -> object:
    now, idle, touch = int(words[0]), int(words[1]), int(words[3])
    found: Hash = table.get(keys[0], dict) or {}
    name = words[2]
    if name not in found:
        later = found.get(GRACE + name, b" 0")
        new, _, until = later.partition(b" ")
        name = new if int(until) > now else b""
    stored = _alive(table, keys[0], name, now=now, idle=idle)
    if stored is None:
        return None
    if now - stored.seen_ms >= touch:
        found[name] = replace(stored, seen_ms=now).encoded()
    return found[name]


@script_twin(REPLACE)
def _replace(table: Table, keys: Words, words: Words) -> object:
    now, idle = int(words[0]), int(words[1])
    old, new, expected, body, grace, change = words[2:]
    there: Hash = table.get(keys[0], dict) or {}
    if old not in there:
        return there.get(new)
    stored = _alive(table, keys[0], old, now=now, idle=idle)
    if stored is None:
        return None
    done = there.get(CHANGES, b"")
    if change and change in done:
        return there[old]
    if expected and stored.rest != expected:
        return 0
    found: Hash = table.get(keys[0], dict) or {}
    if old != new:
        del found[old]
        if grace:
            found[GRACE + old] = new + b" " + grace
    found[new] = replace(stored, seen_ms=now, rest=body or stored.rest).encoded()
    if change:
        found[CHANGES] = noted(change, done)
    return found[new]


@script_twin(END_ALL)
def _end_all(table: Table, keys: Words, words: Words) -> object:
    now, idle, kept, only = int(words[0]), int(words[1]), words[2], words[3].decode()
    found: Hash = table.get(keys[0], dict) or {}
    ended = 0
    for each, data in tuple(found.items()):
        stored = parse_record(data) if _is_session(each) else None
        if each == kept or (only and (stored is None or stored.id != only)):
            continue
        del found[each]
        ended += stored is not None and not stored.is_over(now, idle)
    table.settle(keys[0])
    return ended


@command_twin("HDEL")
def _delete(table: Table, words: Words) -> object:
    key, *names = words
    found: Hash = table.get(key, dict) or {}
    deleted = [each for each in names if found.pop(each, None) is not None]
    table.settle(key)
    return len(deleted)


def _alive(
    table: Table, key: bytes, name: bytes, *, now: int, idle: int
) -> Stored | None:
    """Return a record that has not ended; drop one that has."""
    found: Hash = table.get(key, dict) or {}
    if name not in found:
        return None
    stored = parse_record(found[name])
    if not stored.is_over(now, idle):
        return stored
    del found[name]
    table.settle(key)
    return None


def _is_over(name: bytes, data: bytes, now: int, idle: int) -> bool:
    if name.startswith(GRACE):
        return int(data.rpartition(b" ")[2]) <= now
    return _is_session(name) and parse_record(data).is_over(now, idle)


def _is_session(name: bytes) -> bool:
    return len(name) == FIELD_CHARS
