"""The scripts of quotas: each of their steps is one, so that no call slips between.

A script that writes begins with what takes no memory, be it to delete nothing: so it
also works on a server that is full, where a quota has to count all the same.
"""

from __future__ import annotations

from typing import Final

from stateroom.link import Script

__all__ = ("GIVE_RATE", "GIVE_WINDOW", "RATE", "REMEMBERED_MS", "WINDOW")

REMEMBERED_MS: Final = 7_200_000
"""How long it is known what was given back: twice as long as it can be, because clocks
of processes differ."""

WINDOW = Script(
    "quota.window",
    """
local starts, ends, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local found = redis.call('HMGET', KEYS[1], 's', 'e', 'i', 'b', ARGV[4])
local calls, given, id = 0, 0, ''
-- A window that another process has begun, whose clock is ahead, is never left again.
local has_begun = found[1] and tonumber(found[1]) >= tonumber(starts)
  and tonumber(found[2]) > now
if has_begun then
  ends, id = found[2], found[3]
  given, calls = tonumber(found[4]), tonumber(found[5] or '0')
end
local after = calls + tonumber(ARGV[5])
if ARGV[6] ~= '' and after > tonumber(ARGV[6]) then return {0, calls, ends} end
if has_begun then
  redis.call('HDEL', KEYS[1], '')
  redis.call('HINCRBY', KEYS[1], ARGV[4], ARGV[5])
else
  redis.call('DEL', KEYS[1])
  local at = redis.call('TIME')
  id = at[1] .. '.' .. at[2]
  redis.call('HSET', KEYS[1], 's', starts, 'e', ends, 'i', id, 'b', 0, ARGV[4], ARGV[5])
  redis.call('PEXPIRE', KEYS[1], ARGV[7])
end
return {1, after, ends, id, after + given}
""",
)
"""KEYS: the quota. ARGV: start and end of the window, now (all ms), what is counted
(n calls, a avoided ones), how many, the bound or '', ms until it goes. Returns whether
they were counted, the count, the end of the window; and if so which count it is, and
the place of the calls among all that were counted in it."""

_EXACT = """
-- A time is whole microseconds and a rest, in parts of a microsecond.
local parts = tonumber(ARGV[2])
local function plus(q, r, more, rest)
  q, r = q + more, r + rest
  if r >= parts then return q + 1, r - parts end
  if r < 0 then return q - 1, r + parts end
  return q, r
end
local function is_more(q, r, than, rest)
  return q > than or (q == than and r > rest)
end
local function time(q, r)
  -- The rest may be of another limit, that of a release before.
  return tonumber(q or '0'), math.min(tonumber(r or '0'), parts - 1)
end
local now = tonumber(ARGV[1])
"""

RATE = Script(
    "quota.rate",
    _EXACT
    + """
local found = redis.call('HMGET', KEYS[1], 't', 'r', 'i', 'g', 'h')
local t, r = time(found[1], found[2])
local id, g, h = found[3], found[4], found[5]
-- Nothing is taken up any more: what is given back from now on is of other calls.
local is_free = not is_more(t, r, now, 0)
if is_free then
  local at = redis.call('TIME')
  t, r, id, g, h = now, 0, at[1] .. '.' .. at[2], '0', '0'
end
local after, rest = plus(t, r, tonumber(ARGV[3]), tonumber(ARGV[4]))
if is_more(after, rest, now + tonumber(ARGV[5]), tonumber(ARGV[6])) then
  return {0, t - now, r}
end
local ms = math.ceil((after - now) / 1000) + ARGV[7]
local is_there = redis.call('PEXPIRE', KEYS[1], ms) == 1
redis.call('HSET', KEYS[1], 't', after, 'r', rest)
if is_free then redis.call('HSET', KEYS[1], 'i', id, 'g', g, 'h', h) end
if not is_there then redis.call('PEXPIRE', KEYS[1], ms) end
local mark, more = plus(after, rest, time(g, h))
return {1, after - now, rest, id, mark, more}
""",
)
"""KEYS: the rate. ARGV: now in us, parts of a microsecond, the span of these calls,
that of the most calls, ms for which it stays after it is free again. Returns whether
they were counted, the span that is taken up; and if so which count it is, and as their
place when what is taken up ends, with all that was given back: no two are the same."""

_ONCE = """
if tonumber(ARGV[{taken}]) < tonumber(ARGV[{oldest}]) then return 0 end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[{forgotten}])
local place = {place}
if redis.call('ZADD', KEYS[2], 'NX', ARGV[{taken}], place) == 0 then return 0 end
redis.call('PEXPIRE', KEYS[2], ARGV[{ms}])
"""
"""Goes on the first time that it is run for a place, and only for a young one."""

GIVE_WINDOW = Script(
    "quota.give.window",
    """
local found = redis.call('HMGET', KEYS[1], 'i', 'e')
if found[1] ~= ARGV[2] or tonumber(found[2]) <= tonumber(ARGV[1]) then return 0 end
"""
    + _ONCE.format(
        place="ARGV[2] .. ':' .. ARGV[3]", taken=5, oldest=6, forgotten=7, ms=8
    )
    + """
redis.call('HINCRBY', KEYS[1], 'n', -tonumber(ARGV[4]))
redis.call('HINCRBY', KEYS[1], 'b', ARGV[4])
return 1
""",
)
"""KEYS: the quota, what was given back. ARGV: now in ms, which count, the place in it,
how many calls, when they were taken, the oldest that may be given back, those that may
be forgotten, ms until all are. Returns whether they were given back."""

GIVE_RATE = Script(
    "quota.give.rate",
    _EXACT
    + """
local found = redis.call('HMGET', KEYS[1], 'i', 't', 'r', 'g', 'h')
if found[1] ~= ARGV[3] then return 0 end
"""
    + _ONCE.format(
        place="ARGV[3] .. ':' .. ARGV[6] .. ':' .. ARGV[7]",
        taken=8,
        oldest=9,
        forgotten=10,
        ms=11,
    )
    + """
local t, r = time(found[2], found[3])
local g, h = time(found[4], found[5])
-- Of the span of these calls, what has certainly not passed yet: the end of them, less
-- all that was given back since they were taken.
local q, rest = plus(tonumber(ARGV[6]) - now, tonumber(ARGV[7]), -g, -h)
if not is_more(q, rest, 0, 0) then return 0 end
if is_more(q, rest, tonumber(ARGV[4]), tonumber(ARGV[5])) then
  q, rest = tonumber(ARGV[4]), tonumber(ARGV[5])
end
t, r = plus(t, r, -q, -rest)
g, h = plus(g, h, q, rest)
redis.call('HSET', KEYS[1], 't', t, 'r', r, 'g', g, 'h', h)
return 1
""",
)
"""KEYS: the rate, what was given back. ARGV: now in us, parts of a microsecond, which
count, the span of the calls, their place, when they were taken (ms), the oldest that
may be given back, those that may be forgotten, ms until all are. Returns whether some
was given back."""
