"""A leaderboard for blocking code; the awaited face tells what each method promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from stateroom.errors import TierError
from stateroom.flows import Flow
from stateroom.live import leaderboard_rebuilds as rebuilds
from stateroom.live import leaderboards as flows
from stateroom.live.kinds import Head
from stateroom.live.leaderboard_rules import LeaderboardRule, Standing
from stateroom.live.owners import UNSAID

__all__ = ("BlockingLeaderboard",)

M = TypeVar("M", bound=str | int)
T = TypeVar("T")


class BlockingLeaderboard(Generic[M]):
    """``Leaderboard`` for blocking code."""

    def __init__(self, head: Head[LeaderboardRule[M]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> BlockingLeaderboard[M]:
        """Return the leaderboard of something else: ``board.of("level-3")``."""
        return BlockingLeaderboard(self._head.of(*parts, user=user, group=group))

    def in_window(self, when: int | datetime) -> BlockingLeaderboard[M]:
        """Return the same leaderboard in another window: ``board.in_window(-1)``."""
        return BlockingLeaderboard(replace(self._head, rule=self._head.rule.at(when)))

    # -- changes

    def add(self, member: M, points: float, *, once: str | None = None) -> Standing[M]:
        """Add points, which may be negative; return where the member stands then.

        With ``once``, the name of an event, it counts once a day: after
        ``Unavailable``, call again.
        """
        return self._change(member, flows.Change("add", points, once), "add")

    def put(self, member: M, score: float, *, if_better: bool = False) -> Standing[M]:
        """Set a score; return where the member stands then.

        With ``if_better``, a score that is as good or better is left. Calling again
        after ``Unavailable`` does no harm.
        """
        change = flows.change_to(score, if_better=if_better)
        return self._change(member, change, "put")

    def remove(self, *members: M) -> int:
        """Take members off the board; return how many of them were on it."""
        return self._run(flows.remove(self._head, members), "remove")

    def rebuild(
        self,
        ledger: Iterable[tuple[M, float]],
        *,
        batch: int = 1_000,
        lease: float = 60.0,
    ) -> int:
        """Make the board anew from its ledger; return how many are on it then.

        See ``Leaderboard.rebuild``, which says what is promised of changes meanwhile.
        """
        with self._head.engine.calling(
            "leaderboard.rebuild", item=self._head.place.item
        ):
            rebuilds.check_batch(batch)
            rebuilds.check_ledger(ledger, Iterable)
            return self._rebuilt(rebuilds.batched(ledger, batch), lease)

    # -- reading

    def standing(self, member: M) -> Standing[M] | None:
        """Return where a member stands; None when not on the board."""
        (found,) = self._run(flows.standings(self._head, (member,)), "standing")
        return found

    def standings(self, *members: M) -> list[Standing[M] | None]:
        """Return where members stand, in the order asked, in one exchange."""
        return self._run(flows.standings(self._head, members), "standings")

    def top(self, n: int = 10, *, offset: int = 0) -> list[Standing[M]]:
        """Return the best ``n``, behind the first ``offset``."""
        return self._run(flows.top(self._head, n, offset=offset), "top")

    def around(
        self, member: M, *, before: int = 5, after: int = 5
    ) -> list[Standing[M]]:
        """Return a member between who stands before and after; [] when not there."""
        found = flows.around(self._head, member, before=before, after=after)
        return self._run(found, "around")

    def between(
        self, low: float | None, high: float | None, *, n: int = 100
    ) -> list[Standing[M]]:
        """Return the best ``n`` whose score is from ``low`` to ``high``, both included.

        None leaves an end open.
        """
        return self._run(flows.between(self._head, low, high, n=n), "between")

    def count(self) -> int:
        """Return how many are on the board."""
        return self._run(flows.count(self._head), "count")

    def _rebuilt(self, batches: Iterator[list[tuple[M, float]]], lease: float) -> int:
        rebuild = self._step(rebuilds.begin(self._head, lease=lease))
        try:
            for rows in batches:
                self._step(rebuilds.fill(self._head, rebuild, rows))
            return self._step(rebuilds.settle(self._head, rebuild))
        except BaseException:
            with suppress(TierError):  # then it goes by itself
                self._step(rebuilds.abandon(rebuild))
            raise

    def _step(self, flow: Flow[T]) -> T:
        return self._head.engine.run(flow, "leaderboard.rebuild")

    def _change(self, member: M, change: flows.Change, what: str) -> Standing[M]:
        return self._run(flows.change(self._head, member, change), what)

    def _run(self, flow: Flow[T], what: str) -> T:
        return self._head.call(flow, f"leaderboard.{what}")
