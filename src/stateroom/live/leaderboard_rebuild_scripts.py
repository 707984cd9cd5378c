"""The Lua by which a leaderboard is rebuilt beside its use, and swapped in.

Whoever rebuilds holds the key *rebuild*, with a token and a lease. Rows go to a
*shadow* of the board; what is changed meanwhile stands in the *journal*, too, and is
repeated on the shadow when all rows are there. When no note is left, one script renames
the shadow. Every step asks first whether the rebuild is still that of the token: so
one that slept past its lease touches nothing, and what it left behind lapses.
"""

from __future__ import annotations

from stateroom.link import Script
from stateroom.live.leaderboard_scripts import LARGEST, READING, ROWS_AT_ONCE, WRITING

__all__ = ("ABANDON", "BEGIN", "FILL", "SETTLE")

RENEW = """
local function renew(rebuild, ms, ...)
  redis.call('PEXPIRE', rebuild, ms)
  -- What it needs is there for as long as it is, and a little longer.
  for _, key in ipairs({...}) do redis.call('PEXPIRE', key, ms + 1000) end
end
"""

BEGIN = Script(
    "leaderboard.begin",
    """
-- KEYS rebuild, journal, shadow, shadow's seats; ARGV token, lease ms
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return math.max(1, redis.call('PTTL', KEYS[1]))
end
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0
""",
)
"""Answers 0, or in how many ms the rebuild that is under way will have lapsed."""

FILL = Script(
    "leaderboard.fill",
    READING
    + WRITING
    + RENEW
    + f"""
-- KEYS rebuild, journal, shadow, its seats; ARGV mode, token, lease ms, length of the
-- board, scores and members by turns
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
if is_first then
  for at = 5, #ARGV, 2 do
    change(KEYS[3], KEYS[4], 'put', ARGV[at + 1], ARGV[at])
  end
else
  for at = 5, #ARGV, {2 * ROWS_AT_ONCE} do
    local last = math.min(at + {2 * ROWS_AT_ONCE - 1}, #ARGV)
    redis.call('ZADD', KEYS[3], unpack(ARGV, at, last))
  end
end
for _ = 5, #ARGV, {2 * ROWS_AT_ONCE} do trim(KEYS[3], KEYS[4], ARGV[4]) end
renew(KEYS[1], tonumber(ARGV[3]), KEYS[2], KEYS[3], KEYS[4])
return 1
""",
)
"""Answers 1, or 0 when the rebuild is not that of the token any more."""

SETTLE = Script(
    "leaderboard.settle",
    READING
    + WRITING
    + RENEW
    + f"""
local function swap_in(shadow, key, ms)
  if redis.call('EXISTS', shadow) == 0 then return end
  redis.call('RENAME', shadow, key)
  if ms == '' then redis.call('PERSIST', key)
  else redis.call('PEXPIRE', key, ms) end
end
-- KEYS rebuild, journal, shadow, its seats, board, seats, rebuilt; ARGV mode, token,
-- lease ms, length of the board, ms until it goes, notes at once
local shadow, seats = KEYS[3], KEYS[4]
if redis.call('GET', KEYS[7]) == ARGV[2] then
  return {{'done', redis.call('ZCARD', KEYS[5])}}
end
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return {{'lost', 0}} end
local count = 3 * tonumber(ARGV[6])
local notes = redis.call('LRANGE', KEYS[2], 0, count - 1)
for at = 1, #notes, 3 do
  if notes[at] == 'remove' then
    remove(shadow, seats, notes[at + 1])
  else
    -- Nobody is there to be told of a sum that is too large.
    change(shadow, seats, notes[at], notes[at + 1], notes[at + 2], {LARGEST})
  end
  trim(shadow, seats, ARGV[4])
end
redis.call('LTRIM', KEYS[2], count, -1)
if redis.call('EXISTS', KEYS[2]) == 1 then
  renew(KEYS[1], tonumber(ARGV[3]), KEYS[2], shadow, seats)
  return {{'more', redis.call('LLEN', KEYS[2]) / 3}}
end
-- Unlinked, a large board is freed beside the server's work; a rename over it is not.
redis.call('UNLINK', KEYS[1], KEYS[5], KEYS[6])
swap_in(shadow, KEYS[5], ARGV[5])
swap_in(seats, KEYS[6], ARGV[5])
redis.call('SET', KEYS[7], ARGV[2], 'PX', ARGV[3])
return {{'done', redis.call('ZCARD', KEYS[5])}}
""",
)
"""Answers ``more`` and how many notes are left, ``done`` and how many are on the board,
or ``lost``. A second time after ``done`` it answers the same."""

ABANDON = Script(
    "leaderboard.abandon",
    """
-- KEYS rebuild, journal, shadow, shadow's seats; ARGV token
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
""",
)
"""Ends a rebuild by its token, and leaves the board as it is."""
