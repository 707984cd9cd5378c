"""Changes that are done once, though a connection that broke had them sent twice.

What was done last stands beside the data it was done to, in a field of the same hash:
so it needs no other key, which a cluster that moves a slot might not have at hand.
"""

from __future__ import annotations

from typing import Final

from stateroom.flows import Flow
from stateroom.live.effects import random_bytes

__all__ = ("CHANGES", "DONE", "name_of_change", "noted")

CHARS: Final = 16
"""64 bits in hex name a change."""
MOST: Final = 8
"""Changes that are remembered: it is sent again a moment later."""
CHANGES: Final = b"@done"
"""The field that names them."""

DONE: Final = f"""
local function is_done(key, change)
  local done = change ~= '' and redis.call('HGET', key, '{CHANGES.decode()}')
  return done and string.find(done, change, 1, true)
end
local function note_done(key, change)
  if change == '' then return end
  local done = redis.call('HGET', key, '{CHANGES.decode()}') or ''
  done = string.sub(change .. done, 1, {CHARS * MOST})
  redis.call('HSET', key, '{CHANGES.decode()}', done)
end
"""
"""Lua that says whether a change was done, and that notes one."""


def name_of_change() -> Flow[str]:
    """Draw the name of a change."""
    return (yield from random_bytes(CHARS // 2)).hex()


def noted(change: bytes, done: bytes) -> bytes:
    """Return what stands in the field when one more change is done."""
    return (change + done)[: CHARS * MOST]
