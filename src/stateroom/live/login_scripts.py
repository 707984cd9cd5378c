"""The scripts of login sessions; all of one user's stand in one hash.

Every script begins by looking at the time: what has ended is gone for whoever asks.
What is no record is left for whoever looks into it, and is in nobody's way: it lets
nobody in, does not keep a user from logging in, and goes when all are to go.
"""

from __future__ import annotations

from typing import Final

from stateroom.link import Script
from stateroom.live.changes import DONE

__all__ = ("END_ALL", "LOAD", "REPLACE", "START")

PARSE: Final = """
local function parsed(value)
  local id, started, seen, til = string.match(value, '^(%S+) (%d+) (%d+) (%d+)\\n')
  til = tonumber(til)
  if not til or til >= 253402300800000 then return nil end -- the end of all calendars
  return id, tonumber(started), tonumber(seen), til
end
local function is_over(value, now, idle)
  local id, _, seen, til = parsed(value)
  return id and (now >= til or now >= seen + idle)
end
local function rest(value) return string.sub(value, string.find(value, '\\n') + 1) end
"""

START = Script(
    "login.start",
    PARSE
    + """
local now, idle, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local all = redis.call('HGETALL', KEYS[1])
local alive, last = {}, tonumber(ARGV[6])
for at = 1, #all, 2 do
  local field, value = all[at], all[at + 1]
  if string.sub(field, 1, 1) == 'g' then
    if (tonumber(string.match(value, '%d+$')) or 0) <= now then
      redis.call('HDEL', KEYS[1], field)
    end
  elseif is_over(value, now, idle) then
    redis.call('HDEL', KEYS[1], field)
  else
    local id, started, _, til = parsed(value)
    -- Not itself: it is there when the same call is sent again.
    if id and field ~= ARGV[4] then
      table.insert(alive, {started, id, field})
      last = math.max(last, til)
    end
  end
end
table.sort(alive, function(a, b)
  if a[1] ~= b[1] then return a[1] < b[1] end
  return a[2] < b[2]
end)
local ended = 0
while most > 0 and #alive - ended >= most do
  ended = ended + 1
  redis.call('HDEL', KEYS[1], alive[ended][3])
end
redis.call('HSET', KEYS[1], ARGV[4], ARGV[5])
redis.call('PEXPIRE', KEYS[1], last - now)
return ended
""",
)
"""KEYS: the user's sessions. ARGV: now, idle ms, the most there may be or 0, field,
record, its absolute end. Returns how many older ones were ended for it."""

LOAD = Script(
    "login.load",
    PARSE
    + """
local now, idle = tonumber(ARGV[1]), tonumber(ARGV[2])
local field = ARGV[3]
local value = redis.call('HGET', KEYS[1], field)
if not value then
  local later = redis.call('HGET', KEYS[1], 'g' .. field)
  if not later then return nil end
  local new, til = string.match(later, '^(%S+) (%d+)$')
  if not new or tonumber(til) <= now then return nil end
  field = new
  value = redis.call('HGET', KEYS[1], field)
  if not value then return nil end
end
if is_over(value, now, idle) then
  redis.call('HDEL', KEYS[1], field)
  return nil
end
local id, started, seen, til = parsed(value)
if not id then return value end
if now - seen >= tonumber(ARGV[4]) then
  -- Deletes nothing: a full server lets a script write that begins so, and this one
  -- writes no more than is there.
  redis.call('HDEL', KEYS[1], '')
  local head = string.format('%s %.0f %.0f %.0f\\n', id, started, now, til)
  value = head .. rest(value)
  redis.call('HSET', KEYS[1], field, value)
end
return value
""",
)
"""KEYS: the user's sessions. ARGV: now, idle ms, field, how old the last use has to be
to be noted anew. Returns the record, or nothing."""

REPLACE = Script(
    "login.replace",
    PARSE
    + DONE
    + """
local now, idle = tonumber(ARGV[1]), tonumber(ARGV[2])
local value = redis.call('HGET', KEYS[1], ARGV[3])
if not value then
  -- Nobody else knows the field to be: the reply to the same call was lost.
  return redis.call('HGET', KEYS[1], ARGV[4])
end
if is_over(value, now, idle) then
  redis.call('HDEL', KEYS[1], ARGV[3])
  return nil
end
if not parsed(value) or is_done(KEYS[1], ARGV[8]) then return value end
if ARGV[5] ~= '' and rest(value) ~= ARGV[5] then return 0 end
local id, started, _, til = parsed(value)
local body = ARGV[6]
if body == '' then body = rest(value) end
value = string.format('%s %.0f %.0f %.0f\\n', id, started, now, til) .. body
if ARGV[3] ~= ARGV[4] then
  redis.call('HDEL', KEYS[1], ARGV[3])
  if ARGV[7] ~= '' then
    redis.call('HSET', KEYS[1], 'g' .. ARGV[3], ARGV[4] .. ' ' .. ARGV[7])
  end
end
redis.call('HSET', KEYS[1], ARGV[4], value)
note_done(KEYS[1], ARGV[8])
return value
""",
)
"""KEYS: the user's sessions. ARGV: now, idle ms, field, the field to be, what the rest
of the record has to be or '', what it shall be or '' for the same, until when the old
field is taken yet or '', the name of the change, or '' where the field to be names it.
Returns the record, 0 where the rest is another, or nothing. The key keeps its end: the
record keeps its own."""

END_ALL = Script(
    "login.end_all",
    PARSE
    + """
local now, idle = tonumber(ARGV[1]), tonumber(ARGV[2])
local all = redis.call('HGETALL', KEYS[1])
local ended = 0
for at = 1, #all, 2 do
  local field, value = all[at], all[at + 1]
  local is_grace = string.sub(field, 1, 1) == 'g'
  local is_kept = field == ARGV[3]
  if ARGV[4] ~= '' and not is_grace then is_kept = parsed(value) ~= ARGV[4] end
  if is_grace and ARGV[4] ~= '' then is_kept = true end
  if not is_kept then
    redis.call('HDEL', KEYS[1], field)
    if not is_grace and parsed(value) and not is_over(value, now, idle) then
      ended = ended + 1
    end
  end
end
return ended
""",
)
"""KEYS: the user's sessions. ARGV: now, idle ms, the field to keep or '', the id of the
only one to end or ''. Returns how many were ended that had not ended themselves."""
