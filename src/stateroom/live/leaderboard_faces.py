"""A leaderboard, awaited; its blocking face is ``leaderboard_blocking``."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Coroutine, Iterable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from stateroom.errors import TierError
from stateroom.flows import Flow
from stateroom.live import leaderboard_rebuilds as rebuilds
from stateroom.live import leaderboards as flows
from stateroom.live.kinds import Head
from stateroom.live.leaderboard_blocking import BlockingLeaderboard
from stateroom.live.leaderboard_rules import LeaderboardRule, Standing
from stateroom.live.owners import UNSAID

__all__ = ("Leaderboard",)

M = TypeVar("M", bound=str | int)
T = TypeVar("T")


class Leaderboard(Generic[M]):
    """Who stands where, awaited; see ``Live.leaderboard``.

    Every call is one exchange with Redis, and sees one moment of the board. What raises
    ``Unavailable`` after a change may have been done, or not, and where a connection
    broke it may have been done twice: ``put`` and ``remove`` do no harm then, and
    ``add`` counts once under a name of its event (``once=``).

    When Redis restarts, the board is what its disk has: with an append-only file
    (``appendfsync everysec``) all but the last second; without, the last snapshot, or
    nothing. At a failover the last changes may be gone, as a replica gets them a moment
    later. So the original of what counts is a ledger in your database, and ``rebuild``
    makes the board from it, beside its use.
    """

    def __init__(self, head: Head[LeaderboardRule[M]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> Leaderboard[M]:
        """Return the leaderboard of something else: ``board.of("level-3")``."""
        return Leaderboard(self._head.of(*parts, user=user, group=group))

    def in_window(self, when: int | datetime) -> Leaderboard[M]:
        """Return the same leaderboard in another window: ``board.in_window(-1)``.

        Args:
            when: 0 for the current window, at each call; -1 for the one before it, as
                far back as ``keep_windows``; or an aware moment, for the window in
                which it falls. Of one that is not kept any more nothing is found, and
                a change of it is refused.

        Raises:
            UsageError: it has no windows.
            InvalidValue: it is no window that may be kept.
        """
        return Leaderboard(replace(self._head, rule=self._head.rule.at(when)))

    @property
    def blocking(self) -> BlockingLeaderboard[M]:
        """The same for blocking code."""
        return BlockingLeaderboard(self._head)

    # -- changes

    async def add(
        self, member: M, points: float, *, once: str | None = None
    ) -> Standing[M]:
        """Add points, which may be negative; return where the member stands then.

        Who was not there begins at 0.

        Args:
            member: who.
            points: an int, which is added exactly, or a float, as doubles add.
            once: a name of the event that gave the points, such as the id of a match:
                within a day, the same event counts once, whatever is sent again.

        Raises:
            InvalidValue: the member is none; points are not finite; or with an int the
                sum would reach 2**53, from where on points would be rounded away.
            Unavailable: no answer. They may have been added, or not; without ``once``
                also twice, if a connection broke. With it, call again.
        """
        return await self._change(member, flows.Change("add", points, once), "add")

    async def put(
        self, member: M, score: float, *, if_better: bool = False
    ) -> Standing[M]:
        """Set a score; return where the member stands then.

        Args:
            member: who.
            score: an int up to 2**53 in either direction, or a finite float.
            if_better: leave a score that is as good or better: for the best result.

        Raises:
            InvalidValue: the member or the score is none.
            Unavailable: no answer. It may be set, or not; calling again does no harm.
        """
        change = flows.change_to(score, if_better=if_better)
        return await self._change(member, change, "put")

    async def remove(self, *members: M) -> int:
        """Take members off the board; return how many of them were on it.

        Raises:
            Unavailable: no answer. They may be gone, or not; calling again does no
                harm, and may count those as not there that went at the first time.
        """
        return await self._run(flows.remove(self._head, members), "remove")

    async def rebuild(
        self,
        ledger: Iterable[tuple[M, float]] | AsyncIterable[tuple[M, float]],
        *,
        batch: int = 1_000,
        lease: float = 60.0,
    ) -> int:
        """Make the board anew from its ledger; return how many are on it then.

        Until the end everybody sees the old board; then the new one, at one moment.
        The ledger is asked for its first row when the rebuild has begun. From that
        moment on changes are noted, and repeated on the new board before it is seen:

        * ``put`` and ``remove`` stand afterwards, whatever the ledger says.
        * ``add`` is added to what the ledger says. That is exact where the ledger was
          read as of before these points came to it. Points that it did have, and that
          are added after the rebuild began, count twice; points that were added before
          it began, and did not stand in the ledger when that was read, are missing.

        Where that must be exact, put totals that your database counted
        (``put(member, total, if_better=True)``), or hold adds back until the first row
        was read.

        Args:
            ledger: a row for each member: who, and the score. Of two rows of a member,
                the later counts. Where ties are broken by who came first, that is the
                order of the rows. In an event loop, an async iterable; another one is
                read in the loop, which waits for it.
            batch: rows that are sent at once, 1 to 10,000.
            lease: seconds that may pass between two batches. A rebuild that died
                blocks others for so long, and then nothing is left of it.

        Raises:
            Conflict: another rebuild is under way; or this one took longer between two
                batches than its lease. The board is as it was.
            InvalidValue: a row is no member and score. The board is as it was.
            Unavailable: no answer. The board is the old one, or if it was the last
                step that was not answered, maybe the new one.
        """
        with self._head.engine.calling(
            "leaderboard.rebuild", item=self._head.place.item
        ):
            rebuilds.check_batch(batch)
            rebuilds.check_ledger(ledger, Iterable, AsyncIterable)
            batches = rebuilds.batched_async(ledger, batch)
            return await self._rebuilt(batches, lease)

    # -- reading

    async def standing(self, member: M) -> Standing[M] | None:
        """Return where a member stands; None when not on the board."""
        (found,) = await self._run(flows.standings(self._head, (member,)), "standing")
        return found

    async def standings(self, *members: M) -> list[Standing[M] | None]:
        """Return where members stand, in the order asked, in one exchange."""
        return await self._run(flows.standings(self._head, members), "standings")

    async def top(self, n: int = 10, *, offset: int = 0) -> list[Standing[M]]:
        """Return the best ``n``, behind the first ``offset``.

        Members with one score follow each other by their spelling, as bytes; where
        ties are broken by who came first, so.
        """
        return await self._run(flows.top(self._head, n, offset=offset), "top")

    async def around(
        self, member: M, *, before: int = 5, after: int = 5
    ) -> list[Standing[M]]:
        """Return a member between who stands before and after; [] when not there.

        At both ends of the board there are fewer.
        """
        found = flows.around(self._head, member, before=before, after=after)
        return await self._run(found, "around")

    async def between(
        self, low: float | None, high: float | None, *, n: int = 100
    ) -> list[Standing[M]]:
        """Return the best ``n`` whose score is from ``low`` to ``high``, both included.

        None leaves an end open.
        """
        return await self._run(flows.between(self._head, low, high, n=n), "between")

    async def count(self) -> int:
        """Return how many are on the board."""
        return await self._run(flows.count(self._head), "count")

    async def _rebuilt(
        self, batches: AsyncGenerator[list[tuple[M, float]], None], lease: float
    ) -> int:
        run = self._head.engine.run_async
        rebuild = await run(rebuilds.begin(self._head, lease=lease))
        try:
            async with aclosing(batches):
                async for rows in batches:
                    await run(rebuilds.fill(self._head, rebuild, rows))
            return await run(rebuilds.settle(self._head, rebuild))
        except BaseException:
            with suppress(TierError):  # then it goes by itself
                await run(rebuilds.abandon(rebuild))
            raise

    async def _change(self, member: M, change: flows.Change, what: str) -> Standing[M]:
        return await self._run(flows.change(self._head, member, change), what)

    def _run(self, flow: Flow[T], what: str) -> Coroutine[object, object, T]:
        return self._head.call_async(flow, f"leaderboard.{what}")
