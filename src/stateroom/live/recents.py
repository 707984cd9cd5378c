"""A list of the newest, never longer than it may be: jobs that somebody looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from stateroom.codec import Codec
from stateroom.flows import Flow
from stateroom.link import Script
from stateroom.live.effects import call, command, number
from stateroom.live.kinds import Head, Place
from stateroom.live.owners import UNSAID
from stateroom.live.refusals import INT64, check_flag, whole_number
from stateroom.live.values import read_value, replies_of, write_member

__all__ = ("BlockingRecent", "Recent", "RecentRule", "add", "count", "newest", "remove")

T = TypeVar("T")

ADD = Script(
    "recent.add",
    """
for at = 4, #ARGV do
  -- Removed after it: a full server lets a script write whose first write removes.
  redis.call('LPUSH', KEYS[1], ARGV[at])
  while ARGV[2] ~= '' and redis.call('LPOS', KEYS[1], ARGV[at], 'RANK', 2) do
    redis.call('LREM', KEYS[1], -1, ARGV[at])
  end
end
redis.call('LTRIM', KEYS[1], 0, ARGV[1] - 1)
if ARGV[3] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[3])
else redis.call('PERSIST', KEYS[1]) end
return redis.call('LLEN', KEYS[1])
""",
)
"""KEYS: the list. ARGV: how many it may have, whether each stands there once or '', ms
until it goes or '', values, the oldest first. Returns how many it has."""

MOST = 10_000
"""Values of one list: finding one of them reads them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentRule(Generic[T]):
    """What was declared of a list of the newest.

    Attributes:
        codec: of its values.
        most: how many it keeps.
        is_unique: whether a value that is added again moves to the front.
        expires_ms: after which all go, counted from the last change; 0 for never.
    """

    codec: Codec[T]
    most: int
    is_unique: bool = False
    expires_ms: int = 0

    def __post_init__(self) -> None:
        whole_number(
            self.most, "not a length of a list of the newest", least=1, most=MOST
        )
        check_flag(self.is_unique, "not whether each value stands there once")


def add(place: Place, rule: RecentRule[T], values: Sequence[T]) -> Flow[int]:
    """Add values, the last of them newest; return how many there are then."""
    words = [write_member(rule.codec, each) for each in values]
    if rule.is_unique:
        words = [*dict.fromkeys(reversed(words))][::-1]
    words = words[-rule.most :]
    settings = (rule.most, "1" if rule.is_unique else "", rule.expires_ms or "")
    if not words:
        return (yield from count(place))
    return number((yield from call(ADD, place.key, words=(*settings, *words))))


def newest(
    place: Place, rule: RecentRule[T], most: int | None, offset: int
) -> Flow[list[T]]:
    """Return values, the newest first."""
    what = f"{place.item}: not a part of a list"
    offset = whole_number(offset, what, least=0, most=INT64 // 2)
    wanted = rule.most
    if most is not None:
        wanted = whole_number(most, what, least=0, most=INT64 // 2)
    if wanted == 0:
        return []
    reply = yield from command("LRANGE", place.key, offset, offset + wanted - 1)
    return [read_value(rule.codec, each, place) for each in replies_of(reply)]


def count(place: Place) -> Flow[int]:
    """Return how many values there are."""
    return number((yield from command("LLEN", place.key)))


def remove(place: Place, rule: RecentRule[T], value: T) -> Flow[int]:
    """Take a value away; return how often it was there."""
    word = write_member(rule.codec, value)
    return number((yield from command("LREM", place.key, 0, word)))


class Recent(Generic[T]):
    """A bounded list in Redis, the newest first, awaited; see ``Live.recent``.

    When Redis restarts, values are there as far as its disk has them: with AOF all but
    those of the last second. After a failover the newest may be missing.
    """

    def __init__(self, head: Head[RecentRule[T]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> Recent[T]:
        """Return the list of somebody, or of something: ``viewed.of(user=7)``."""
        return Recent(self._head.of(*parts, user=user, group=group))

    @property
    def blocking(self) -> BlockingRecent[T]:
        """The same for blocking code."""
        return BlockingRecent(self._head)

    async def add(self, *values: T) -> int:
        """Add values, the last of them newest; return how many there are then.

        Raises:
            Unavailable: no answer; they may have been added. Where each value stands
                there once, call again; otherwise it may then be there twice. Where a
                connection broke that was idle, that may be so without an error, too.
            UsageError: a value is not of the declared type.
        """
        head = self._head
        return await head.call_async(add(head.place, head.rule, values), "recent.add")

    async def newest(self, most: int | None = None, *, offset: int = 0) -> list[T]:
        """Return values, the newest first: ``most`` of them after the first ``offset``.

        Raises:
            Undecodable: a value is not of the declared type.
        """
        head = self._head
        flow = newest(head.place, head.rule, most, offset)
        return await head.call_async(flow, "recent.newest")

    async def count(self) -> int:
        """Return how many values there are."""
        head = self._head
        return await head.call_async(count(head.place), "recent.count")

    async def remove(self, value: T) -> int:
        """Take a value away, and return how often it was there."""
        head = self._head
        return await head.call_async(
            remove(head.place, head.rule, value), "recent.remove"
        )

    async def clear(self) -> None:
        """Take all values away."""
        head = self._head
        await head.call_async(command("DEL", head.place.key), "recent.clear")


class BlockingRecent(Generic[T]):
    """``Recent`` for blocking code."""

    def __init__(self, head: Head[RecentRule[T]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> BlockingRecent[T]:
        """Return the list of somebody, or of something: ``viewed.of(user=7)``."""
        return BlockingRecent(self._head.of(*parts, user=user, group=group))

    def add(self, *values: T) -> int:
        """Add values, the last of them newest; return how many there are then."""
        head = self._head
        return head.call(add(head.place, head.rule, values), "recent.add")

    def newest(self, most: int | None = None, *, offset: int = 0) -> list[T]:
        """Return values, the newest first: ``most`` after the first ``offset``."""
        head = self._head
        flow = newest(head.place, head.rule, most, offset)
        return head.call(flow, "recent.newest")

    def count(self) -> int:
        """Return how many values there are."""
        head = self._head
        return head.call(count(head.place), "recent.count")

    def remove(self, value: T) -> int:
        """Take a value away, and return how often it was there."""
        head = self._head
        return head.call(remove(head.place, head.rule, value), "recent.remove")

    def clear(self) -> None:
        """Take all values away."""
        head = self._head
        head.call(command("DEL", head.place.key), "recent.clear")
