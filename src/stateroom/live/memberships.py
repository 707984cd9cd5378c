"""A set that many change at once: followers of a topic, who is online.

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
from stateroom.live.kinds import Head, Place
from stateroom.live.values import read_value, replies_of, write_value

__all__ = (
    "BlockingMembership",
    "Membership",
    "MembershipRule",
    "add",
    "count",
    "has",
    "members",
    "remove",
    "sample",
)

T = TypeVar("T")

ADD = Script(
    "membership.add",
    """
local new = redis.call('SADD', KEYS[1], unpack(ARGV, 2))
if ARGV[1] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return new
""",
)
"""KEYS: the set. ARGV: ms until it goes or '', members. Returns how many are new."""

JOIN = Script(
    "membership.join",
    """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
local new = 0
for at = 4, #ARGV do
  new = new + redis.call('ZADD', KEYS[1], ARGV[2], ARGV[at])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return new
""",
)
"""KEYS: the sorted set. ARGV: now, the moment at which these members go, ms until the
key may go, members. Returns how many are new."""

MOST_AT_ONCE = 4000
"""Members of one call: Lua unpacks no more than about 8,000 values."""


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
    words = [write_value(rule.codec, each) for each in dict.fromkeys(values)]
    new = 0
    for at in range(0, len(words), MOST_AT_ONCE):
        chunk = words[at : at + MOST_AT_ONCE]
        if rule.member_ms:
            now = yield from now_ms()
            ends = (now, now + rule.member_ms, rule.member_ms)
            reply = yield from call(JOIN, place.key, words=(*ends, *chunk))
        else:
            ends_in = rule.expires_ms or ""
            reply = yield from call(ADD, place.key, words=(ends_in, *chunk))
        new += number(reply)
    return new


def remove(place: Place, rule: MembershipRule[T], values: Sequence[T]) -> Flow[int]:
    """Take members away; return how many were there."""
    words = [write_value(rule.codec, each) for each in values]
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
    words = [write_value(rule.codec, each) for each in values]
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


class Membership(Generic[T]):
    """A set in Redis, awaited; see ``Live.membership``.

    When Redis restarts, members are there as far as its disk has them: with AOF all
    but those of the last second. After a failover the last changes may be missing.
    Adding and removing may be repeated safely.
    """

    def __init__(self, head: Head[MembershipRule[T]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int | None = None,
        group: str | int | None = None,
    ) -> Membership[T]:
        """Return the set of somebody, or of something: ``followers.of("python")``."""
        return Membership(self._head.of(*parts, user=user, group=group))

    @property
    def blocking(self) -> BlockingMembership[T]:
        """The same for blocking code."""
        return BlockingMembership(self._head)

    async def add(self, *values: T) -> int:
        """Add members, and return how many are new; all of a call at once.

        Where members go by themselves, each has its full time again.

        Raises:
            Unavailable: no answer; they may have been added. Call again.
            UsageError: a value is not of the declared type.
        """
        head = self._head
        return await head.engine.run_async(add(head.place, head.rule, values))

    async def remove(self, *values: T) -> int:
        """Take members away, and return how many were there."""
        head = self._head
        return await head.engine.run_async(remove(head.place, head.rule, values))

    async def has(self, value: T) -> bool:
        """Say whether a value is a member."""
        return (await self.has_each(value))[0]

    async def has_each(self, *values: T) -> list[bool]:
        """Say of each value whether it is a member, in one exchange."""
        head = self._head
        return await head.engine.run_async(has(head.place, head.rule, values))

    async def all(self) -> list[T]:
        """Return all members in one reply; for sets of up to some 10,000.

        In no order; where members go by themselves, the next to go first.

        Raises:
            Undecodable: a member is not of the declared type.
        """
        head = self._head
        return await head.engine.run_async(members(head.place, head.rule))

    async def count(self) -> int:
        """Return how many members there are."""
        head = self._head
        return await head.engine.run_async(count(head.place, head.rule))

    async def sample(self, most: int = 1) -> list[T]:
        """Return up to ``most`` members, each once, drawn at random."""
        head = self._head
        return await head.engine.run_async(sample(head.place, head.rule, most))

    async def clear(self) -> None:
        """Take all members away."""
        head = self._head
        await head.engine.run_async(command("DEL", head.place.key))


class BlockingMembership(Generic[T]):
    """``Membership`` for blocking code."""

    def __init__(self, head: Head[MembershipRule[T]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int | None = None,
        group: str | int | None = None,
    ) -> BlockingMembership[T]:
        """Return the set of somebody, or of something: ``followers.of("python")``."""
        return BlockingMembership(self._head.of(*parts, user=user, group=group))

    def add(self, *values: T) -> int:
        """Add members, and return how many are new; all of a call at once."""
        head = self._head
        return head.engine.run(add(head.place, head.rule, values), "membership.add")

    def remove(self, *values: T) -> int:
        """Take members away, and return how many were there."""
        head = self._head
        flow = remove(head.place, head.rule, values)
        return head.engine.run(flow, "membership.remove")

    def has(self, value: T) -> bool:
        """Say whether a value is a member."""
        return self.has_each(value)[0]

    def has_each(self, *values: T) -> list[bool]:
        """Say of each value whether it is a member, in one exchange."""
        head = self._head
        return head.engine.run(has(head.place, head.rule, values), "membership.has")

    def all(self) -> list[T]:
        """Return all members in one reply; for sets of up to some 10,000."""
        head = self._head
        return head.engine.run(members(head.place, head.rule), "membership.all")

    def count(self) -> int:
        """Return how many members there are."""
        head = self._head
        return head.engine.run(count(head.place, head.rule), "membership.count")

    def sample(self, most: int = 1) -> list[T]:
        """Return up to ``most`` members, each once, drawn at random."""
        head = self._head
        flow = sample(head.place, head.rule, most)
        return head.engine.run(flow, "membership.sample")

    def clear(self) -> None:
        """Take all members away."""
        head = self._head
        head.engine.run(command("DEL", head.place.key), "membership.clear")
