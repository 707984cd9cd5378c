"""The Lua of leaderboards. Each declares all its keys, and runs on Redis 6.2.

A *board* is a sorted set whose least score is the best: where high scores win they
stand there with the opposite sign. So rank 1 is at its beginning, and members with the
same score are in the order of their bytes.

Where ties are broken by who came first, a member stands on the board behind a *seat*:
sixteen digits, which count up with each change of a score. A hash from members to their
seats finds them there; its field without a name is the number of the last seat.

While a board is *rebuilt*, each change is also noted in a *journal*: operation, member
and number are three elements of a list. See ``leaderboard_rebuild_scripts``.

A script's first write is one that a full server refuses, or else frees memory: so
nothing is done by half.
"""

from __future__ import annotations

import sys

from stateroom.link import Script

__all__ = (
    "CHANGE",
    "LARGEST",
    "PAGE",
    "READING",
    "REMOVE",
    "ROWS_AT_ONCE",
    "SEAT_BYTES",
    "STANDINGS",
    "WRITING",
)

SEAT_BYTES = 16
"""Length of a seat; 2**53 has as many digits, and Lua counts no further."""

ROWS_AT_ONCE = 1_000
"""Rows that one ZADD takes: Lua's stack has a bound. Also the most that one change
removes from a board that has become too long, so that it is not slow."""
LARGEST = repr(sys.float_info.max)
"""The largest double; what is beyond it is infinite."""

READING = """
local is_first = ARGV[1] == 'first'
local function spelled(seats, member)
  if not is_first then return member end
  local seat = redis.call('HGET', seats, member)
  return seat and seat .. member
end
local function above(board, name, score)
  if is_first then return redis.call('ZRANK', board, name) end
  return redis.call('ZCOUNT', board, '-inf', '(' .. score)
end
"""

WRITING = f"""
local function place(board, seats, member, score)
  if is_first then
    local number = redis.call('HINCRBY', seats, '', 1)
    local old = redis.call('HGET', seats, member)
    local seat = string.format('%0{SEAT_BYTES}.0f', number)
    redis.call('HSET', seats, member, seat)
    if old then redis.call('ZREM', board, old .. member) end
    member = seat .. member
  end
  redis.call('ZADD', board, score, member)
end
local function change(board, seats, op, member, number, most)
  local name = spelled(seats, member)
  local old = name and redis.call('ZSCORE', board, name)
  local was = old and tonumber(old)
  local score = tonumber(number)
  if op == 'add' then
    score = (was or 0) + score
    if math.abs(score) > most then return nil end
    number = string.format('%.17g', score)
  end
  if was and (was == score or (op == 'best' and was < score)) then return old end
  place(board, seats, member, number)
  return number
end
local function remove(board, seats, member)
  local name = spelled(seats, member)
  if not name then return 0 end
  if is_first then redis.call('HDEL', seats, member) end
  return redis.call('ZREM', board, name)
end
local function trim(board, seats, most)
  if most == '' then return end
  local over = redis.call('ZCARD', board) - tonumber(most)
  if over <= 0 then return end
  over = math.min(over, {ROWS_AT_ONCE})
  if is_first then
    for _, name in ipairs(redis.call('ZRANGE', board, -over, -1)) do
      redis.call('HDEL', seats, string.sub(name, {SEAT_BYTES + 1}))
    end
  end
  redis.call('ZREMRANGEBYRANK', board, -over, -1)
end
local function note(rebuild, journal, ...)
  if redis.call('EXISTS', rebuild) == 0 then return end
  redis.call('RPUSH', journal, ...)
  redis.call('PEXPIRE', journal, redis.call('PTTL', rebuild) + 1000)
end
"""

STANDINGS = Script(
    "leaderboard.standings",
    READING
    + """
-- KEYS board, seats; ARGV mode, members
local found = {redis.call('ZCARD', KEYS[1])}
for at = 2, #ARGV do
  local name = spelled(KEYS[2], ARGV[at])
  local score = name and redis.call('ZSCORE', KEYS[1], name)
  found[2 * at - 2] = score
  found[2 * at - 1] = score and above(KEYS[1], name, score)
end
return found
""",
)
"""Answers how many are on the board; then, for each member, the score and how many
stand above, twice nil for who is not there. Seats: only where ties are broken."""

PAGE = Script(
    "leaderboard.page",
    READING
    + """
-- KEYS board, seats; ARGV mode, which, and three numbers or a member and two
local board = KEYS[1]
local total = redis.call('ZCARD', board)
local first, last = tonumber(ARGV[3]), tonumber(ARGV[4])
if ARGV[2] == 'top' then
  last = first + last - 1
elseif ARGV[2] == 'around' then
  local name = spelled(KEYS[2], ARGV[3])
  local at = name and redis.call('ZRANK', board, name)
  if not at then return {total, 0, 0, {}} end
  first, last = math.max(0, at - last), at + tonumber(ARGV[5])
else
  first = redis.call('ZCOUNT', board, '-inf', '(' .. ARGV[3])
  last = first + redis.call('ZCOUNT', board, ARGV[3], ARGV[4]) - 1
  last = math.min(last, first + tonumber(ARGV[5]) - 1)
end
if last < first then return {total, 0, 0, {}} end
local rows = redis.call('ZRANGE', board, first, last, 'WITHSCORES')
local before = first
if rows[2] and not is_first then before = above(board, rows[1], rows[2]) end
return {total, first, before, rows}
""",
)
"""ARGV: ``top``, offset, count; ``around``, member, before, after; ``between``, from,
to, count. Answers how many are on the board; the position of the first row, from 0; how
many have a better score than it; and names and scores by turns."""

CHANGE = Script(
    "leaderboard.change",
    READING
    + WRITING
    + """
-- KEYS board, seats, rebuild, journal, once; ARGV mode, op, member, number,
-- most of a sum, length of the board, ms until it goes, ms of once
local board, seats = KEYS[1], KEYS[2]
local op, member, score = ARGV[2], ARGV[3], nil
if KEYS[5] and redis.call('EXISTS', KEYS[5]) == 1 then
  local name = spelled(seats, member)
  score = name and redis.call('ZSCORE', board, name)
  if not score then
    local better = redis.call('ZCOUNT', board, '-inf', '(0')
    return {'0', better, redis.call('ZCARD', board), 0}
  end
else
  score = change(board, seats, op, member, ARGV[4], tonumber(ARGV[5]))
  if not score then return nil end
  note(KEYS[3], KEYS[4], op, member, ARGV[4])
  if KEYS[5] then redis.call('SET', KEYS[5], '', 'PX', ARGV[8]) end
end
local name = spelled(seats, member)
local before = above(board, name, score)
trim(board, seats, ARGV[6])
if ARGV[7] ~= '' then
  redis.call('PEXPIRE', board, ARGV[7])
  redis.call('PEXPIRE', seats, ARGV[7])
end
local kept = redis.call('ZSCORE', board, name) and 1 or 0
return {score, before, redis.call('ZCARD', board), kept}
""",
)
"""Answers the score, how many stand above, how many are on the board, and whether the
member is one of them; or nil where a sum would be too large, and nothing is changed."""

REMOVE = Script(
    "leaderboard.remove",
    READING
    + WRITING
    + """
-- KEYS board, seats, rebuild, journal; ARGV mode, members
local count = 0
for at = 2, #ARGV do
  count = count + remove(KEYS[1], KEYS[2], ARGV[at])
  note(KEYS[3], KEYS[4], 'remove', ARGV[at], '')
end
if redis.call('ZCARD', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
return count
""",
)
"""Answers how many were on the board."""
