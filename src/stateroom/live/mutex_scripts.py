"""The Lua of mutexes. Each declares all its keys, and runs on Redis 6.2.

Four keys of one slot: the *mutex* says who holds it, ``TOKEN FENCE SINCE LABEL``, and
ends with the lease. The *fence* is the greatest number that was handed out, followed by
the token of who gave the mutex back last: a release that is sent twice finds that it
was done. The *wake* list has one entry when the mutex was given back and nobody has
taken it since: who waits for it in BLPOP is woken, one at a time and in order. *next*
keeps those who come now from being faster than the one who was woken: for a moment,
as that one may have died.

A number is at least the server's clock in microseconds: so it grows also when Redis has
lost its data, unless that clock was set back.
"""

from __future__ import annotations

from typing import Final

from stateroom.link import Script

__all__ = (
    "FENCE_MS",
    "NEXT_MS",
    "RELEASE",
    "RENEW",
    "TAKE",
    "TOKEN_CHARS",
    "WAKE_MS",
)

TOKEN_CHARS: Final = 32
"""128 bits in hex."""
FENCE_MS: Final = 2 * 86_400_000
"""How long the last number is remembered. After that the clock alone is enough; before,
it also bears being set back."""
WAKE_MS: Final = 1_000
"""How long a wake-up waits for who found the mutex held, and is about to listen."""
NEXT_MS: Final = 100
"""How long who was woken has to come; it takes a millisecond, unless he is dead."""

_MINE = f"""
local function is_mine(holder, token)
  return holder and string.sub(holder, 1, {TOKEN_CHARS}) == token
end
"""

TAKE = Script(
    "mutex.take",
    _MINE
    + """
-- KEYS mutex, fence, wake, next; ARGV token, lease ms, fence ms, since ms, label, woken
local holder = redis.call('GET', KEYS[1])
if is_mine(holder, ARGV[1]) then -- the reply to the same question was lost
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return {1, string.match(holder, ' (%d+) ')}
end
if holder then return {0, redis.call('PTTL', KEYS[1]), holder} end
if ARGV[6] == '' and redis.call('EXISTS', KEYS[3]) == 0 then
  local left = redis.call('PTTL', KEYS[4])
  if left > 0 then return {0, left, ''} end -- somebody took the wake-up, and comes
end
-- A full server lets a script write whose first write deletes.
redis.call('DEL', KEYS[3], KEYS[4])
local time = redis.call('TIME')
local number = time[1] * 1000000 + time[2]
local last = redis.call('GET', KEYS[2])
if last then
  last = tonumber(string.match(last, '^%d+')) or 0
  if last >= number then number = last + 1 end
end
local fence = string.format('%.0f', number)
redis.call('SET', KEYS[2], fence, 'PX', ARGV[3])
local words = {ARGV[1], fence, ARGV[4], ARGV[5]}
redis.call('SET', KEYS[1], table.concat(words, ' '), 'PX', ARGV[2])
return {1, fence}
""",
)
"""Answers 1 and the fence; or 0, the ms after which it may be free, and who holds it:
nobody, where somebody is next."""

RELEASE = Script(
    "mutex.release",
    _MINE
    + """
-- KEYS mutex, fence, wake, next; ARGV token, fence ms, wake ms, next ms
local holder = redis.call('GET', KEYS[1])
local last = redis.call('GET', KEYS[2]) or ''
if holder and not is_mine(holder, ARGV[1]) then
  return string.find(last, ARGV[1], 1, true) and 1 or 0
end
-- Also where nobody holds it: who asks may have taken the wake-up of another.
redis.call('DEL', KEYS[1], KEYS[3])
redis.call('RPUSH', KEYS[3], 1)
redis.call('PEXPIRE', KEYS[3], ARGV[3])
redis.call('SET', KEYS[4], 1, 'PX', ARGV[4])
if not holder then return string.find(last, ARGV[1], 1, true) and 1 or 0 end
local fence = string.match(last, '^%d+') or string.match(holder, ' (%d+) ')
redis.call('SET', KEYS[2], fence .. ' ' .. ARGV[1], 'PX', ARGV[2])
return 1
""",
)
"""Answers 1, or 0 where the mutex was not this token's any more."""

RENEW = Script(
    "mutex.renew",
    _MINE
    + """
-- KEYS mutex; ARGV token, ms
if not is_mine(redis.call('GET', KEYS[1]), ARGV[1]) then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
""",
)
"""Answers 1 while the mutex is this token's."""
