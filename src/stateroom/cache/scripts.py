"""The Lua of the cache. Each declares all its keys, and runs on Redis 6.2.

A *lease* says that somebody is loading; it lapses. A *fence* says whose load is the
newest: its value is ``NUMBER:TOKEN`` of the last one to begin, and every invalidation
deletes it. Who publishes must still find their own fence: so neither a load that began
before an invalidation, nor a holder that slept past its lease, overwrites newer data.
Numbers begin at the server's clock, in microseconds: a lost fence is never taken for
an old one.

Invalidating needs no script. It deletes keys, which works on a full server too.
"""

from __future__ import annotations

from stateroom.cache.envelope import HEADER, STAMP_END, STAMP_START, VERSION_BYTES
from stateroom.link.scripts import Script

__all__ = (
    "ABANDON",
    "ACQUIRE",
    "ANNOUNCE_FAILURE",
    "PUBLISH",
    "RENEW",
    "SNAPSHOT",
    "STORE",
    "fingerprints",
)

_STAMP = f"""
local function stamp(raw)
  if #raw < {HEADER.size} then return '?' .. raw end
  return string.sub(raw, {STAMP_START + 1}, {STAMP_END})
end
"""

ACQUIRE = Script(
    "acquire",
    _STAMP
    + """
-- KEYS value, lease, fence; ARGV stamp already seen, token, lease ms, fence ms, mode
local value = redis.call('GET', KEYS[1])
if value and ARGV[5] ~= 'force' and (ARGV[1] == '' or stamp(value) ~= ARGV[1]) then
  return {'value', value}
end
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[2] then
  return {'busy', redis.call('PTTL', KEYS[2])}
end
local time = redis.call('TIME')
local number = time[1] * 1000000 + time[2]
local last = redis.call('GET', KEYS[3])
if last then
  last = tonumber(string.match(last, '^%d+')) or 0
  if last >= number then number = last + 1 end
end
local mine = string.format('%.0f', number) .. ':' .. ARGV[2]
redis.call('SET', KEYS[3], mine, 'PX', ARGV[4])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return {'lease', mine}
""",
)
"""Answers ``value`` and the bytes, ``busy`` and ms, or ``lease`` and the fence."""

ABANDON = Script(
    "abandon",
    """
-- KEYS lease, fence; ARGV token
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1], KEYS[2])
""",
)
"""Ends a lease by its token, where the fence was never learned."""

PUBLISH = Script(
    "publish",
    """
-- KEYS value, lease, fence; ARGV fence, bytes, ms
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2], KEYS[3])
return 1
""",
)
"""Answers 1, or 0 when the fence is no longer ours."""

STORE = Script(
    "store",
    """
-- KEYS value, lease, fence; ARGV bytes, ms
redis.call('DEL', KEYS[2], KEYS[3])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
""",
)
"""Writes whatever a caller gives, and voids every load that is under way."""

RENEW = Script(
    "renew",
    """
-- KEYS lease, fence; ARGV token, fence, lease ms, fence ms
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
redis.call('PEXPIRE', KEYS[2], ARGV[4])
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
""",
)
"""Answers 1 while the lease is ours."""

ANNOUNCE_FAILURE = Script(
    "announce-failure",
    _STAMP
    + """
-- KEYS value, lease, fence; ARGV fence, marker, marker ms, stamp seen, soft expiry
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2], KEYS[3])
local value = redis.call('GET', KEYS[1])
if not value then
  if ARGV[2] ~= '' then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
elseif ARGV[5] ~= '' and stamp(value) == ARGV[4] then
  redis.call('SETRANGE', KEYS[1], 8, ARGV[5])
end
return 1
""",
)
"""Ends a lease without a value: waiters learn it, a stale value rests for a moment."""

SNAPSHOT = Script(
    "snapshot",
    """
-- KEYS tags; ARGV ms, fingerprint, position of the item's tag or 0, new versions
local found = {}
for i, key in ipairs(KEYS) do
  local version = redis.call('GET', key)
  local is_changed = not version
  if not version then version = ARGV[3 + i] end
  if i == tonumber(ARGV[3]) then
    if #version > 8 + 17 * 16 then
      version = ARGV[3 + i]
      is_changed = true
    end
    if #version == 8 then version = version .. ',' end
    if not string.find(version, ',' .. ARGV[2] .. ',', 9, true) then
      version = version .. ARGV[2] .. ','
      is_changed = true
    end
  end
  if is_changed then
    redis.call('SET', key, version, 'PX', ARGV[1])
  elseif redis.call('PTTL', key) < tonumber(ARGV[1]) / 2 then
    redis.call('PEXPIRE', key, ARGV[1])
  end
  found[i] = version
end
return found
""",
)
"""Answers the version of each tag; one that has none gets one.

The version of an item's tag is followed by the fingerprints under which entries of the
item exist, so that an invalidation reaches those of every release that is running.
Beyond 16 of them the item begins anew: what could not be reached is not valid either.
"""


def fingerprints(version: bytes | None) -> list[str]:
    """Return the fingerprints that stand behind the version of an item's tag."""
    listed = (version or b"")[VERSION_BYTES:].split(b",")
    return [each.decode() for each in listed if each]
