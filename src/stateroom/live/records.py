"""One object as a hash: a field changes without the others being read.

change ── revision is another one ─► read again, and changed anew
     ├─ sent twice ──────────────► the second time it is found to be done
     ╰─ field of another type ───► Undecodable; nothing is written
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from stateroom.errors import Conflict, Unavailable
from stateroom.flows import Flow
from stateroom.link import Command, Script, Word
from stateroom.live.changes import DONE, name_of_change
from stateroom.live.effects import call, command, number, send
from stateroom.live.events import ONCE_MS, once_keys
from stateroom.live.kinds import Place
from stateroom.live.record_fields import Number, RecordRule
from stateroom.live.refusals import INT64, check_function, refused, whole_number
from stateroom.live.values import replies_of

__all__ = ("change", "delete", "increment", "put", "read_each", "update")

T = TypeVar("T")

PUT = Script(
    "record.put",
    DONE
    + """
local revision = redis.call('HGET', KEYS[1], ARGV[1]) or '0'
if is_done(KEYS[1], ARGV[4]) then return revision end
if ARGV[2] ~= '' and revision ~= ARGV[2] then return -1 end
-- The revision first: where that is damaged, or the server full, nothing is written.
revision = redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
note_done(KEYS[1], ARGV[4])
for at = 5, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
if ARGV[3] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[3])
else redis.call('PERSIST', KEYS[1]) end
return revision
""",
)
"""KEYS: the hash. ARGV: the field of the revision, the one to find there or '', ms
until it goes or '', the name of the change or '', fields and values. Returns the
revision, or -1 for another."""

UPDATE = Script(
    "record.update",
    """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local revision = redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
for at = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
if ARGV[2] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[2])
else redis.call('PERSIST', KEYS[1]) end
return revision
""",
)
"""As PUT, of a record that is there; 0 where it is not."""

INCREMENT = Script(
    "record.increment",
    """
if KEYS[2] and redis.call('EXISTS', KEYS[2]) == 1 then
  return redis.call('HGET', KEYS[1], ARGV[3]) or ARGV[5]
end
local is_new = redis.call('EXISTS', KEYS[1]) == 0
redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
local is_default = redis.call('HSETNX', KEYS[1], ARGV[3], ARGV[5]) == 1
local reply = redis.pcall(ARGV[6], KEYS[1], ARGV[3], ARGV[4])
if type(reply) == 'table' and reply.err then -- out of range, or no number stands there
  if is_new then redis.call('DEL', KEYS[1])
  elseif is_default then redis.call('HDEL', KEYS[1], ARGV[3]) end
  return reply
end
if ARGV[2] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[2])
else redis.call('PERSIST', KEYS[1]) end
if KEYS[2] then redis.call('SET', KEYS[2], '', 'PX', ARGV[7]) end
return redis.call('HGET', KEYS[1], ARGV[3])
""",
)
"""KEYS: the hash; and an event that counts once, where it has a name. ARGV: the field
of the revision, ms until it goes or '', the field, by how much, what it is where it is
not there, the command, and ms for which an event is remembered. Returns the value."""

REVISION: Final = "@"
"""The field of the revision: no name of a field of Python."""
MOST_TRIES = 64
"""Times that a change is tried on what others change at the same time."""


def put(place: Place, rule: RecordRule[T], value: T) -> Flow[None]:
    """Store all fields of a value; fields that it does not have stay."""
    words = rule.write(value)
    yield from call(PUT, place.key, words=(REVISION, "", rule.ends_in, "", *words))


def read_each(places: Sequence[Place], rule: RecordRule[T]) -> Flow[list[T | None]]:
    """Return several values in one exchange; None where there is none."""
    if not places:
        return []
    asked: list[Command] = [("HGETALL", each.key) for each in places]
    replies = yield from send(*asked)
    pairs = zip(places, replies, strict=True)
    return [rule.read(fields_of(reply), place) for place, reply in pairs]


def update(
    place: Place, rule: RecordRule[T], changes: Mapping[str, object]
) -> Flow[bool]:
    """Store some fields of a value that is there; say whether it is."""
    words = rule.write_some(changes)
    if not words:
        return number((yield from command("EXISTS", place.key))) > 0
    reply = yield from call(UPDATE, place.key, words=(REVISION, rule.ends_in, *words))
    return number(reply) > 0


def increment(
    place: Place, rule: RecordRule[T], name: str, *, by: float, once: str | None
) -> Flow[int | float]:
    """Add to one field; return what it is then."""
    kind, start = rule.number_of(name)
    step = _step(by, kind, f"{place.item}.{name}")
    event = once_keys(place, once)
    how = "HINCRBY" if kind is int else "HINCRBYFLOAT"
    words: tuple[Word, ...] = (
        *(REVISION, rule.ends_in, name, step, str(start), how),
        ONCE_MS,
    )
    reply = yield from call(INCREMENT, place.key, *event, words=words)
    if not isinstance(reply, bytes):
        raise Unavailable(f"{place}: a reply of another kind: {reply!r:.80}")
    return kind(reply)


def _step(by: object, kind: Number, what: str) -> str:
    """Return what is added, as Redis reads it."""
    if kind is int:
        return str(whole_number(by, what, least=-INT64, most=INT64 - 1))
    is_number = isinstance(by, int | float) and not isinstance(by, bool)
    if is_number and isinstance(by, int | float) and abs(by) <= sys.float_info.max:
        return repr(float(by))
    raise refused(f"{what}: not a number to add", by, "a finite float")


def change(
    place: Place, rule: RecordRule[T], function: Callable[[T], T]
) -> Flow[T | None]:
    """Replace a value by a function of it, however many do so at once."""
    check_function(function, f"{place.item}: not a change")
    name = yield from name_of_change()
    for _ in range(MOST_TRIES):
        value, revision = yield from _seen(place, rule)
        if value is None:
            return None
        changed = function(value)
        words = (REVISION, revision, rule.ends_in, name, *rule.write(changed))
        if number((yield from call(PUT, place.key, words=words))) >= 0:
            return changed
    raise Conflict(
        f"{place.item}: others changed it each of {MOST_TRIES} times",
        hint="change single fields with update or increment, which need no other try",
    )


def delete(place: Place) -> Flow[bool]:
    """Take a value away; say whether it was there."""
    return number((yield from command("DEL", place.key))) > 0


def _seen(place: Place, rule: RecordRule[T]) -> Flow[tuple[T | None, bytes]]:
    """Return a value, and its revision."""
    fields = fields_of((yield from command("HGETALL", place.key)))
    return rule.read(fields, place), fields.get(REVISION, b"0")


def fields_of(reply: object) -> dict[str, bytes]:
    """Return the fields of a hash, by their names."""
    words = replies_of(reply)
    return {
        name.decode("utf-8", "replace"): value
        for name, value in zip(words[::2], words[1::2], strict=True)
        if isinstance(name, bytes) and isinstance(value, bytes)
    }
