"""A number of calls that are never exceeded, by however many processes.

take ── below the soft limit ─► allowed
    ╲─ above it ─────────────► allowed, and said so; or refused, if so asked
    ╲─ above the hard one ───► refused; when to ask again
    ╲─ Redis is away ────────► as was declared
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from stateroom.live.kinds import Head
from stateroom.live.owners import UNSAID
from stateroom.live.quota_flows import avoid, give_back, read, require, reset, take
from stateroom.live.quota_grants import Grant, Usage
from stateroom.live.quota_guards import Guard, Guards, up_to_limit
from stateroom.live.quota_outages import Outage
from stateroom.live.quota_rules import QuotaRule
from stateroom.live.quota_several import BlockingQuotas, Quotas
from stateroom.live.refusals import refused

__all__ = ("BlockingQuota", "Quota")


class _Declared(Guards[Grant]):
    """What both faces of a quota have in common, and is neither awaited nor blocks."""

    def __init__(self, head: Head[QuotaRule]) -> None:
        self._head = head

    @property
    def outage(self) -> Outage:
        """What this process decided while Redis was away; counted since it began."""
        return self._head.rule.outage

    @property
    def _guard(self) -> Guard[Grant]:
        place, rule = self._head.place, self._head.rule
        return Guard(
            engine=self._head.engine,
            name=rule.name,
            kind="quota",
            keys=frozenset((place.key,)),
            has_soft=rule.soft is not None,
            take=lambda is_soft: require(place, rule, is_soft=is_soft),
            give_back=lambda grant: give_back(place, rule, grant),
        )

    def up_to_limit(self) -> AbstractContextManager[None]:
        """Within ``with quota.up_to_limit():`` the soft limit refuses nothing.

        For what must be called for although the rest is short: because no cache has an
        older value, or because somebody pays for it.
        """
        return up_to_limit(frozenset((self._head.place.key,)))

    def _with(self, others: Sequence[object]) -> list[Head[QuotaRule]]:
        heads = [self._head]
        for each in others:
            if not isinstance(each, _Declared):
                what = f"{self._head.rule.name}: not another quota"
                raise refused(what, each, "quotas, each by itself")
            heads.append(each._head)  # noqa: SLF001 - one of us
        return heads


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
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> Quota:
        """Return the quota of somebody, or of something: ``quota.of(user=7)``."""
        return Quota(self._head.of(*parts, user=user, group=group))

    @property
    def blocking(self) -> BlockingQuota:
        """The same for blocking code."""
        return BlockingQuota(self._head)

    def also(self, *others: Quota) -> Quotas:
        """Return this quota and others as one: a call has to fit in all of them."""
        return Quotas(self._with(others))

    async def take(self, count: int = 1) -> Grant:
        """Count calls that are about to be made, if they still may; or none of them.

        Raises:
            InvalidValue: ``count`` is more than could ever come at once.
            Unavailable: Redis is away, with ``on_unavailable="raise"``. They may have
                been counted, even twice, if the connection broke just then; a call is
                never made without being counted.
        """
        head = self._head
        return await head.call_async(
            take(head.place, head.rule, calls=count), "quota.take"
        )

    async def require(self, count: int = 1) -> Grant:
        """``take``, which raises when they may not be made.

        Raises:
            QuotaExceeded: it says when to try again.
        """
        head = self._head
        return await head.call_async(
            require(head.place, head.rule, calls=count), "quota.require"
        )

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
        return await head.call_async(
            give_back(head.place, head.rule, grant), "quota.give_back"
        )

    async def avoided(self, count: int = 1) -> None:
        """Count calls that were not necessary, because a cache had the answer.

        One exchange with Redis: a busy application adds them up for a while.

        Raises:
            UsageError: of a smooth rate, which has no window to count them in.
            Unavailable: no answer. They may have been counted, or not.
        """
        head = self._head
        await head.call_async(avoid(head.place, head.rule, count), "quota.avoided")

    async def usage(self) -> Usage:
        """Return how far it has been used.

        Raises:
            Unavailable: Redis is away, whatever was declared for calls.
        """
        return await self._head.call_async(
            read(self._head.place, self._head.rule), "quota.usage"
        )

    async def reset(self) -> None:
        """Begin to count anew; what was taken before cannot be given back any more.

        Raises:
            Unavailable: no answer. It may have been reset, or not.
        """
        await self._head.call_async(reset(self._head.place), "quota.reset")


class BlockingQuota(_Declared):
    """``Quota`` for blocking code."""

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> BlockingQuota:
        """Return the quota of somebody, or of something: ``quota.of(user=7)``."""
        return BlockingQuota(self._head.of(*parts, user=user, group=group))

    def also(self, *others: BlockingQuota) -> BlockingQuotas:
        """Return this quota and others as one: a call has to fit in all of them."""
        return BlockingQuotas(self._with(others))

    def take(self, count: int = 1) -> Grant:
        """Count calls that are about to be made, if they still may; or none of them."""
        head = self._head
        return head.call(take(head.place, head.rule, calls=count), "quota.take")

    def require(self, count: int = 1) -> Grant:
        """``take``, which raises ``QuotaExceeded`` when they may not be made."""
        head = self._head
        return head.call(require(head.place, head.rule, calls=count), "quota.require")

    def give_back(self, grant: Grant) -> bool:
        """Count calls no more that were not made after all; see ``Quota``."""
        head = self._head
        return head.call(give_back(head.place, head.rule, grant), "quota.give_back")

    def avoided(self, count: int = 1) -> None:
        """Count calls that were not necessary, because a cache had the answer."""
        head = self._head
        head.call(avoid(head.place, head.rule, count), "quota.avoided")

    def usage(self) -> Usage:
        """Return how far it has been used."""
        head = self._head
        return head.call(read(head.place, head.rule), "quota.usage")

    def reset(self) -> None:
        """Begin to count anew."""
        self._head.call(reset(self._head.place), "quota.reset")
