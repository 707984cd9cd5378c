"""A number of calls that are never exceeded, by however many processes.

take ── below the soft limit ─► allowed
    ╲─ above it ─────────────► allowed, and said so; or refused, if so asked
    ╲─ above the hard one ───► refused; when to ask again
    ╲─ Redis is away ────────► as was declared
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from stateroom.live.kinds import Head
from stateroom.live.quota_flows import avoid, give_back, read, require, reset, take
from stateroom.live.quota_grants import Grant, Usage
from stateroom.live.quota_guards import (
    Guard,
    Guarding,
    NotCalled,
    WhenSoft,
    up_to_limit,
)
from stateroom.live.quota_outages import Outage
from stateroom.live.quota_rules import QuotaRule
from stateroom.live.quota_several import BlockingQuotas, Quotas

__all__ = ("BlockingQuota", "Quota")


class _Declared:
    """What both faces of a quota have in common, and is neither awaited nor blocks."""

    def __init__(self, head: Head[QuotaRule]) -> None:
        self._head = head

    @property
    def outage(self) -> Outage:
        """What this process decided while Redis was away; counted since it began."""
        return self._head.rule.outage

    def guarded(
        self, *, when_soft: WhenSoft = "call", not_called: NotCalled = ()
    ) -> Guarding:
        """Decorate a function that makes a call: coroutine functions and others.

        A call is counted before the function runs, also when it then fails: the other
        side has counted it, too. Above the limit the function does not run.

        Args:
            when_soft: ``refuse`` does not call above the soft limit either, so that
                the rest is kept for ``up_to_limit``.
            not_called: errors that tell that nothing was sent, such as one of
                connecting: they are raised, and the call is given back.

        Raises:
            UsageError: it is to refuse at a soft limit, and there is none.
            QuotaExceeded: raised by the function itself, which was not called.
            Unavailable: likewise, with ``on_unavailable="raise"``; it may be counted.
        """
        return _guard(self._head).guarding(when_soft, not_called)

    def up_to_limit(self) -> AbstractContextManager[None]:
        """Within ``with quota.up_to_limit():`` the soft limit refuses nothing.

        For what must be called for although the rest is short: because no cache has an
        older value, or because somebody pays for it.
        """
        return up_to_limit(frozenset((self._head.place.key,)))


class Quota(_Declared):
    """Calls that may be made, in Redis, awaited; see ``Live.quota``.

    When Redis restarts, with an append-only file that is written each second, calls of
    the last second may be forgotten; without one, those since its last snapshot. So
    they may at a failover, which is not waited for. Then as many calls more may be made
    than the limit says; count the last of the other side's own figures where it tells
    them.
    """

    def of(
        self,
        *parts: str | int,
        user: str | int | None = None,
        group: str | int | None = None,
    ) -> Quota:
        """Return the quota of somebody, or of something: ``quota.of(user=7)``."""
        return Quota(self._head.of(*parts, user=user, group=group))

    @property
    def blocking(self) -> BlockingQuota:
        """The same for blocking code."""
        return BlockingQuota(self._head)

    def also(self, *others: Quota) -> Quotas:
        """Return this quota and others as one: a call has to fit in all of them."""
        return Quotas([self._head, *(_head_of(each) for each in others)])

    async def take(self, count: int = 1) -> Grant:
        """Count calls that are about to be made, if they still may; or none of them.

        Raises:
            InvalidValue: ``count`` is more than could ever come at once.
            Unavailable: Redis is away, with ``on_unavailable="raise"``. They may have
                been counted, even twice, if the connection broke just then; a call is
                never made without being counted.
        """
        head = self._head
        return await head.engine.run_async(take(head.place, head.rule, calls=count))

    async def require(self, count: int = 1) -> Grant:
        """``take``, which raises when they may not be made.

        Raises:
            QuotaExceeded: it says when to try again.
        """
        head = self._head
        return await head.engine.run_async(require(head.place, head.rule, calls=count))

    async def give_back(self, grant: Grant) -> bool:
        """Count calls no more that were not made after all.

        Once for each grant, however often it is called, and within an hour of ``take``.

        Returns:
            Whether they counted until now. They do not when the window has ended; of a
            rate, when their time has passed.

        Raises:
            Unavailable: no answer. Call again: they are given back once at most.
        """
        head = self._head
        return await head.engine.run_async(give_back(head.place, head.rule, grant))

    async def avoided(self, count: int = 1) -> None:
        """Count calls that were not necessary, because a cache had the answer.

        One exchange with Redis: a busy application adds them up for a while.

        Raises:
            UsageError: of a smooth rate, which has no window to count them in.
            Unavailable: no answer. They may have been counted, or not.
        """
        head = self._head
        await head.engine.run_async(avoid(head.place, head.rule, count))

    async def usage(self) -> Usage:
        """Return how far it has been used.

        Raises:
            Unavailable: Redis is away, whatever was declared for calls.
        """
        return await self._head.engine.run_async(
            read(self._head.place, self._head.rule)
        )

    async def reset(self) -> None:
        """Begin to count anew; what was taken before cannot be given back any more.

        Raises:
            Unavailable: no answer. It may have been reset, or not.
        """
        await self._head.engine.run_async(reset(self._head.place))


class BlockingQuota(_Declared):
    """``Quota`` for blocking code."""

    def of(
        self,
        *parts: str | int,
        user: str | int | None = None,
        group: str | int | None = None,
    ) -> BlockingQuota:
        """Return the quota of somebody, or of something: ``quota.of(user=7)``."""
        return BlockingQuota(self._head.of(*parts, user=user, group=group))

    def also(self, *others: BlockingQuota) -> BlockingQuotas:
        """Return this quota and others as one: a call has to fit in all of them."""
        return BlockingQuotas([self._head, *(_head_of(each) for each in others)])

    def take(self, count: int = 1) -> Grant:
        """Count calls that are about to be made, if they still may; or none of them."""
        head = self._head
        return head.engine.run(take(head.place, head.rule, calls=count), "quota.take")

    def require(self, count: int = 1) -> Grant:
        """``take``, which raises ``QuotaExceeded`` when they may not be made."""
        head = self._head
        return head.engine.run(
            require(head.place, head.rule, calls=count), "quota.require"
        )

    def give_back(self, grant: Grant) -> bool:
        """Count calls no more that were not made after all; see ``Quota``."""
        head = self._head
        return head.engine.run(
            give_back(head.place, head.rule, grant), "quota.give_back"
        )

    def avoided(self, count: int = 1) -> None:
        """Count calls that were not necessary, because a cache had the answer."""
        head = self._head
        head.engine.run(avoid(head.place, head.rule, count), "quota.avoided")

    def usage(self) -> Usage:
        """Return how far it has been used."""
        head = self._head
        return head.engine.run(read(head.place, head.rule), "quota.usage")

    def reset(self) -> None:
        """Begin to count anew."""
        self._head.engine.run(reset(self._head.place), "quota.reset")


def _head_of(quota: _Declared) -> Head[QuotaRule]:
    return quota._head  # noqa: SLF001 - one of us


def _guard(head: Head[QuotaRule]) -> Guard[Grant]:
    place, rule = head.place, head.rule
    return Guard(
        engine=head.engine,
        name=rule.name,
        keys=frozenset((place.key,)),
        has_soft=rule.soft is not None,
        take=lambda is_soft: require(place, rule, is_soft=is_soft),
        give_back=lambda grant: give_back(place, rule, grant),
    )
