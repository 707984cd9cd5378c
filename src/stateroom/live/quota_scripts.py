"""The scripts of quotas: each of their steps is one, so that no call slips between.

A script that writes deletes something first, be it nothing: so it also works on a
server that is full, where a quota has to count all the same.
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
local found = redis.call('HMGET', KEYS[1], 's', 'e', 'i', ARGV[4])
local calls, id = 0, ARGV[7]
-- A window that another process has begun, whose clock is ahead, is never left again.
local has_begun = found[1] and tonumber(found[1]) >= tonumber(starts)
  and tonumber(found[2]) > now
if has_begun then
  ends, id, calls = found[2], found[3], tonumber(found[4] or '0')
end
local after = calls + tonumber(ARGV[5])
if ARGV[6] ~= '' and after > tonumber(ARGV[6]) then return {0, calls, ends, id} end
if has_begun then
  redis.call('HDEL', KEYS[1], '')
  redis.call('HINCRBY', KEYS[1], ARGV[4], ARGV[5])
else
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 's', starts, 'e', ends, 'i', id, ARGV[4], ARGV[5])
  redis.call('PEXPIRE', KEYS[1], ARGV[8])
end
return {1, after, ends, id}
""",
)
"""KEYS: the quota. ARGV: start and end of the window, now (all ms), what is counted
(n calls, a avoided ones), how many, the bound or '', a token, ms until it goes. Returns
whether they were counted, the count, the end of the window, and which count it is: the
token of the call that began it."""

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
if not is_more(t, r, now, 0) then t, r, id, g, h = now, 0, ARGV[3], '0', '0' end
local after, rest = plus(t, r, tonumber(ARGV[4]), tonumber(ARGV[5]))
if is_more(after, rest, now + tonumber(ARGV[6]), tonumber(ARGV[7])) then
  return {0, t - now, r}
end
redis.call('HDEL', KEYS[1], '')
redis.call('HSET', KEYS[1], 't', after, 'r', rest, 'i', id, 'g', g, 'h', h)
redis.call('PEXPIRE', KEYS[1], math.ceil((after - now) / 1000) + ARGV[8])
local mark, more = plus(after, rest, time(g, h))
return {1, after - now, rest, id, mark, more}
""",
)
"""KEYS: the rate. ARGV: now in us, parts of a microsecond, a token, the span of these
calls, that of the most calls, ms for which it stays after it is free again. Returns
whether they were counted, the span that is taken up; and if so which count it is and,
as a mark, when what is taken up now ends, together with all that was given back."""

_ONCE = """
if tonumber(ARGV[{taken}]) < tonumber(ARGV[{oldest}]) then return 0 end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[{forgotten}])
if redis.call('ZADD', KEYS[2], 'NX', ARGV[{taken}], ARGV[{token}]) == 0 then
  return 0
end
redis.call('PEXPIRE', KEYS[2], ARGV[{ms}])
"""
"""Goes on the first time that it is run with a token, and only with a young one."""

GIVE_WINDOW = Script(
    "quota.give.window",
    """
local found = redis.call('HMGET', KEYS[1], 'i', 'e')
if found[1] ~= ARGV[3] or tonumber(found[2]) <= tonumber(ARGV[1]) then return 0 end
"""
    + _ONCE.format(token=2, taken=5, oldest=6, forgotten=7, ms=8)
    + """
redis.call('HINCRBY', KEYS[1], 'n', -tonumber(ARGV[4]))
return 1
""",
)
"""KEYS: the quota, what was given back. ARGV: now in ms, the token, which count, how
many calls, when they were taken, the oldest that may be given back, those that may be
forgotten, ms until all are. Returns whether they were given back."""

GIVE_RATE = Script(
    "quota.give.rate",
    _EXACT
    + """
local found = redis.call('HMGET', KEYS[1], 'i', 't', 'r', 'g', 'h')
if found[1] ~= ARGV[4] then return 0 end
"""
    + _ONCE.format(token=3, taken=9, oldest=10, forgotten=11, ms=12)
    + """
local t, r = time(found[2], found[3])
local g, h = time(found[4], found[5])
-- Of the span of these calls, what has certainly not passed yet: the end of them, less
-- all that was given back since they were taken.
local q, rest = plus(tonumber(ARGV[7]) - now, tonumber(ARGV[8]), -g, -h)
if not is_more(q, rest, 0, 0) then return 0 end
if is_more(q, rest, tonumber(ARGV[5]), tonumber(ARGV[6])) then
  q, rest = tonumber(ARGV[5]), tonumber(ARGV[6])
end
t, r = plus(t, r, -q, -rest)
g, h = plus(g, h, q, rest)
redis.call('HSET', KEYS[1], 't', t, 'r', r, 'g', g, 'h', h)
return 1
""",
)
"""KEYS: the rate, what was given back. ARGV: now in us, parts of a microsecond, the
token, which count, the span of the calls, their mark, when they were taken (ms), the
oldest that may be given back, those that may be forgotten, ms until all are. Returns
whether some was given back."""
