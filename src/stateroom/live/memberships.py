"""A set that many change at once, as it is used: followers, or who is online."""

from __future__ import annotations

from typing import Generic, TypeVar

from stateroom.live import membership_flows as flows
from stateroom.live.effects import command
from stateroom.live.kinds import Head
from stateroom.live.membership_flows import MembershipRule
from stateroom.live.owners import UNSAID

__all__ = ("BlockingMembership", "Membership")

T = TypeVar("T")


class Membership(Generic[T]):
    """A set in Redis, awaited; see ``Live.membership``.

    When Redis restarts, members are there as far as its disk has them: with AOF all
    but those of the last second. After a failover the last changes may be missing.
    Adding and removing may be repeated safely; only how many are new, or were there, is
    then told as of the last time. A connection that breaks while it was idle has a call
    sent again, so that also happens without an error.
    """

    def __init__(self, head: Head[MembershipRule[T]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> Membership[T]:
        """Return the set of somebody, or of something: ``followers.of("python")``."""
        return Membership(self._head.of(*parts, user=user, group=group))

    @property
    def blocking(self) -> BlockingMembership[T]:
        """The same for blocking code."""
        return BlockingMembership(self._head)

    async def add(self, *values: T) -> int:
        """Add members, and return how many are new; all of a call at once.

        Up to some 10,000: the server does nothing else meanwhile. Where members go by
        themselves, each has its full time again.

        Raises:
            Unavailable: no answer; they may have been added. Call again.
            UsageError: a value is not of the declared type.
        """
        head = self._head
        return await head.call_async(
            flows.add(head.place, head.rule, values), "membership.add"
        )

    async def remove(self, *values: T) -> int:
        """Take members away, and return how many were there.

        Raises:
            Unavailable: no answer; they may be gone. Call again.
            UsageError: a value is not of the declared type.
        """
        head = self._head
        return await head.call_async(
            flows.remove(head.place, head.rule, values), "membership.remove"
        )

    async def has(self, value: T) -> bool:
        """Say whether a value is a member."""
        head = self._head
        flow = flows.has(head.place, head.rule, (value,))
        return (await head.call_async(flow, "membership.has"))[0]

    async def has_each(self, *values: T) -> list[bool]:
        """Say of each value whether it is a member, in one exchange."""
        head = self._head
        return await head.call_async(
            flows.has(head.place, head.rule, values), "membership.has_each"
        )

    async def all(self) -> list[T]:
        """Return all members in one reply; for sets of up to some 10,000.

        In no order; where members go by themselves, the next to go first.

        Raises:
            Undecodable: a member is not of the declared type.
        """
        head = self._head
        return await head.call_async(
            flows.members(head.place, head.rule), "membership.all"
        )

    async def count(self) -> int:
        """Return how many members there are."""
        head = self._head
        return await head.call_async(
            flows.count(head.place, head.rule), "membership.count"
        )

    async def sample(self, most: int = 1) -> list[T]:
        """Return up to ``most`` members, each once, drawn at random.

        Raises:
            InvalidValue: ``most`` is not from 0 to 10,000.
            Undecodable: a member is not of the declared type.
        """
        head = self._head
        return await head.call_async(
            flows.sample(head.place, head.rule, most), "membership.sample"
        )

    async def clear(self) -> None:
        """Take all members away.

        Raises:
            Unavailable: no answer; they may be gone. Call again.
        """
        head = self._head
        await head.call_async(command("DEL", head.place.key), "membership.clear")


class BlockingMembership(Generic[T]):
    """``Membership`` for blocking code."""

    def __init__(self, head: Head[MembershipRule[T]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> BlockingMembership[T]:
        """Return the set of somebody, or of something: ``followers.of("python")``."""
        return BlockingMembership(self._head.of(*parts, user=user, group=group))

    def add(self, *values: T) -> int:
        """Add members, and return how many are new; all of a call at once."""
        head = self._head
        return head.call(flows.add(head.place, head.rule, values), "membership.add")

    def remove(self, *values: T) -> int:
        """Take members away, and return how many were there."""
        head = self._head
        flow = flows.remove(head.place, head.rule, values)
        return head.call(flow, "membership.remove")

    def has(self, value: T) -> bool:
        """Say whether a value is a member."""
        head = self._head
        flow = flows.has(head.place, head.rule, (value,))
        return head.call(flow, "membership.has")[0]

    def has_each(self, *values: T) -> list[bool]:
        """Say of each value whether it is a member, in one exchange."""
        head = self._head
        return head.call(
            flows.has(head.place, head.rule, values), "membership.has_each"
        )

    def all(self) -> list[T]:
        """Return all members in one reply; for sets of up to some 10,000."""
        head = self._head
        return head.call(flows.members(head.place, head.rule), "membership.all")

    def count(self) -> int:
        """Return how many members there are."""
        head = self._head
        return head.call(flows.count(head.place, head.rule), "membership.count")

    def sample(self, most: int = 1) -> list[T]:
        """Return up to ``most`` members, each once, drawn at random."""
        head = self._head
        flow = flows.sample(head.place, head.rule, most)
        return head.call(flow, "membership.sample")

    def clear(self) -> None:
        """Take all members away."""
        head = self._head
        head.call(command("DEL", head.place.key), "membership.clear")
