"""What is done with a set that many change at once: added, asked for, removed.

add ── members that go by themselves ─► a sorted set, by the moment each goes
   ╰── members that stay ────────────► a set
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from stateroom.codec import Codec
from stateroom.flows import Flow
from stateroom.link import Script
from stateroom.live.effects import call, command, now_ms, number, send
from stateroom.live.kinds import Place
from stateroom.live.refusals import whole_number
from stateroom.live.values import read_value, replies_of, write_member

__all__ = ("MembershipRule", "add", "count", "has", "members", "remove", "sample")

T = TypeVar("T")

ADD = Script(
    "membership.add",
    """
local new = 0
for at = 2, #ARGV, 4000 do -- Lua unpacks no more than about 8,000 values
  local last = math.min(at + 3999, #ARGV)
  new = new + redis.call('SADD', KEYS[1], unpack(ARGV, at, last))
end
if ARGV[1] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[1])
else redis.call('PERSIST', KEYS[1]) end
return new
""",
)
"""KEYS: the set. ARGV: ms until it goes or '', members. Returns how many are new."""

JOIN = Script(
    "membership.join",
    """
local now, new = tonumber(ARGV[1]), 0
for at = 4, #ARGV do
  local ends = redis.call('ZSCORE', KEYS[1], ARGV[at])
  if not ends or tonumber(ends) <= now then new = new + 1 end
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[at])
end
-- Last: a full server lets a script write whose first write removes.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
-- Another release may give its members more time.
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return new
""",
)
"""KEYS: the sorted set. ARGV: now, the moment at which these members go, ms until the
key may go, members. Returns how many are new."""

MOST_SAMPLED = 10_000
"""Members of one sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipRule(Generic[T]):
    """What was declared of a membership.

    Attributes:
        codec: of its members.
        member_ms: after which each goes by itself, unless it is added again; 0 for
            never.
        expires_ms: after which all go, counted from the last change; 0 for never.
    """

    codec: Codec[T]
    member_ms: int = 0
    expires_ms: int = 0


def add(place: Place, rule: MembershipRule[T], values: Sequence[T]) -> Flow[int]:
    """Add members; return how many of them are new."""
    words = dict.fromkeys(write_member(rule.codec, each) for each in values)
    if not words:
        return 0
    if not rule.member_ms:
        ends_in = rule.expires_ms or ""
        return number((yield from call(ADD, place.key, words=(ends_in, *words))))
    now = yield from now_ms()
    ends = (now, now + rule.member_ms, rule.member_ms)
    return number((yield from call(JOIN, place.key, words=(*ends, *words))))


def remove(place: Place, rule: MembershipRule[T], values: Sequence[T]) -> Flow[int]:
    """Take members away; return how many were there."""
    words = [write_member(rule.codec, each) for each in values]
    if not words:
        return 0
    if not rule.member_ms:
        return number((yield from command("SREM", place.key, *words)))
    now = yield from now_ms()
    # Those whose time is over are not there; they go first, so that none is counted.
    replies = yield from send(
        ("ZREMRANGEBYSCORE", place.key, "-inf", now), ("ZREM", place.key, *words)
    )
    return number(replies[1])


def has(place: Place, rule: MembershipRule[T], values: Sequence[T]) -> Flow[list[bool]]:
    """Say of each value whether it is a member."""
    words = [write_member(rule.codec, each) for each in values]
    if not words:
        return []
    if not rule.member_ms:
        reply = yield from command("SMISMEMBER", place.key, *words)
        return [bool(number(each)) for each in replies_of(reply)]
    now = yield from now_ms()
    reply = yield from command("ZMSCORE", place.key, *words)
    ends = replies_of(reply)
    return [isinstance(each, bytes) and float(each) > now for each in ends]


def members(place: Place, rule: MembershipRule[T]) -> Flow[list[T]]:
    """Return all members, in no order; those that go by themselves, by their end."""
    if rule.member_ms:
        now = yield from now_ms()
        reply = yield from command("ZRANGEBYSCORE", place.key, f"({now}", "+inf")
    else:
        reply = yield from command("SMEMBERS", place.key)
    return [read_value(rule.codec, each, place) for each in replies_of(reply)]


def count(place: Place, rule: MembershipRule[T]) -> Flow[int]:
    """Return how many members there are."""
    if rule.member_ms:
        now = yield from now_ms()
        return number((yield from command("ZCOUNT", place.key, f"({now}", "+inf")))
    return number((yield from command("SCARD", place.key)))


def sample(place: Place, rule: MembershipRule[T], most: int) -> Flow[list[T]]:
    """Return some members, each once, drawn at random."""
    most = whole_number(most, f"{place.item}: most", least=0, most=MOST_SAMPLED)
    if rule.member_ms:
        now = yield from now_ms()
        replies = yield from send(
            ("ZREMRANGEBYSCORE", place.key, "-inf", now),
            ("ZRANDMEMBER", place.key, most),
        )
        found = replies[1]
    else:
        found = yield from command("SRANDMEMBER", place.key, most)
    return [read_value(rule.codec, each, place) for each in replies_of(found)]
