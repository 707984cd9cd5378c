"""The promises of a leaderboard that is rebuilt from its ledger, beside its use."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
)
from typing import TypeAlias

import pytest

from stateroom.errors import Conflict, InvalidValue
from stateroom.live import Leaderboard, Live, ManualClock
from stateroom.live.leaderboard_rules import Ties
from stateroom.testing.live_base import Face, LivePromises, blocking_face

__all__ = ("LeaderboardRebuildPromises",)

WEEK_S = 7 * 86_400
Meanwhile: TypeAlias = Callable[[], Coroutine[object, object, None]]
Row: TypeAlias = tuple[str, float]

LEDGER: tuple[Row, ...] = (("anna", 30), ("ben", 20), ("cleo", 10))


def amid(face: Face, meanwhile: Meanwhile) -> Iterable[Row] | AsyncIterable[Row]:
    """Return the ledger; what is to be done meanwhile is done behind its first row."""

    def rows() -> Iterator[Row]:
        yield LEDGER[0]
        asyncio.run(meanwhile())
        yield from LEDGER[1:]

    async def rows_async() -> AsyncIterator[Row]:
        yield LEDGER[0]
        await meanwhile()
        for each in LEDGER[1:]:
            yield each

    return rows() if face is blocking_face else rows_async()


async def scores(board: Leaderboard[str]) -> list[Row]:
    """Return who is on a board, the best first."""
    return [(each.member, each.score) for each in await board.top(100)]


class LeaderboardRebuildPromises(LivePromises):
    """A board is the old one or the new one, and what is changed meanwhile stands."""

    async def test_a_rebuilt_board_has_what_its_ledger_says(
        self, live: Live, other: Live, face: Face
    ) -> None:
        board = face(live.leaderboard("points"))
        await board.put("old", 99)
        assert await board.rebuild(iter(LEDGER), batch=2) == 3
        assert await scores(face(other.leaderboard("points"))) == [*LEDGER]

    async def test_an_empty_ledger_empties_the_board(
        self, live: Live, face: Face
    ) -> None:
        board = face(live.leaderboard("points", ties="first"))
        await board.put("old", 99)
        assert [await board.rebuild(()), await board.count()] == [0, 0]
        assert (await board.add("anna", 1)).rank == 1

    async def test_the_old_board_is_seen_until_the_new_one_is_there(
        self, live: Live, other: Live, face: Face
    ) -> None:
        board, same = (face(each.leaderboard("points")) for each in (live, other))
        await board.put("old", 99)
        seen: list[list[Row]] = []

        async def look() -> None:
            seen.append(await scores(same))

        await board.rebuild(amid(face, look), batch=1)
        assert [*seen, await scores(same)] == [[("old", 99.0)], [*LEDGER]]

    @pytest.mark.parametrize("ties", ["shared", "first"])
    async def test_what_is_changed_meanwhile_stands_on_both_boards(
        self, live: Live, other: Live, face: Face, ties: Ties
    ) -> None:
        kinds = [each.leaderboard("points", ties=ties) for each in (live, other)]
        board, same = map(face, kinds)
        seen: list[list[Row]] = []

        async def use() -> None:
            await same.add("anna", 3)
            await same.put("ben", 5)
            await same.put("cleo", 40, if_better=True)
            await same.put("cleo", 39, if_better=True)
            await same.add("dan", 1)
            await same.remove("dan", "nobody")
            await same.add("eve", -2)
            seen.append(await scores(same))

        assert await board.rebuild(amid(face, use), batch=1) == 4
        assert seen == [[("cleo", 40.0), ("ben", 5.0), ("anna", 3.0), ("eve", -2.0)]]
        assert await scores(same) == [
            ("cleo", 40.0), ("anna", 33.0), ("ben", 5.0), ("eve", -2.0)
        ]  # fmt: skip

    async def test_an_event_that_came_meanwhile_counts_once_afterwards(
        self, live: Live, other: Live, face: Face
    ) -> None:
        board, same = (face(each.leaderboard("points")) for each in (live, other))

        async def use() -> None:
            for _ in range(2):
                await same.add("anna", 3, once="match 7")

        await board.rebuild(amid(face, use), batch=1)
        assert (await same.add("anna", 3, once="match 7")).score == 33.0

    async def test_of_two_rebuilds_at_once_one_wins(
        self, live: Live, other: Live, face: Face
    ) -> None:
        board, same = (face(each.leaderboard("points")) for each in (live, other))

        async def rebuild_too() -> None:
            with pytest.raises(Conflict, match="points is being rebuilt by another"):
                await same.rebuild([("late", 1)])

        assert await board.rebuild(amid(face, rebuild_too), batch=1) == 3
        assert await same.rebuild([("next", 1)]) == 1

    async def test_a_ledger_that_fails_leaves_the_board_as_it_was(
        self, live: Live, other: Live, face: Face
    ) -> None:
        board, same = (face(each.leaderboard("points")) for each in (live, other))
        await board.put("old", 99)

        async def fail() -> None:
            await same.add("old", 1)
            raise LookupError("the ledger is away")

        with pytest.raises(LookupError, match="the ledger is away"):
            await board.rebuild(amid(face, fail), batch=1)
        assert await scores(same) == [("old", 100.0)]
        assert await same.rebuild(LEDGER) == 3  # and nothing is in its way

    async def test_a_row_that_is_none_leaves_the_board_as_it_was(
        self, live: Live, face: Face
    ) -> None:
        board = face(live.leaderboard("points"))
        await board.put("old", 99)
        rows = [*LEDGER, ("dan", float("nan"))]
        with pytest.raises(InvalidValue, match="points: the row of 'dan': not a score"):
            await board.rebuild(rows, batch=1)
        assert await scores(board) == [("old", 99.0)]

    async def test_ties_of_a_rebuilt_board_are_in_the_order_of_its_ledger(
        self, live: Live, face: Face
    ) -> None:
        board = face(live.leaderboard("points", ties="first"))
        await board.rebuild([(member, 7) for member in "cab"], batch=2)
        await board.put("aa", 7)
        assert [each.member for each in await board.top()] == ["c", "a", "b", "aa"]

    async def test_of_two_rows_of_a_member_the_later_counts(
        self, live: Live, face: Face
    ) -> None:
        board = face(live.leaderboard("points"))
        assert await board.rebuild([("anna", 1), ("ben", 2), ("anna", 3)]) == 2
        assert await scores(board) == [("anna", 3.0), ("ben", 2.0)]

    @pytest.mark.parametrize("ties", ["shared", "first"])
    async def test_a_rebuilt_board_keeps_the_best_only_where_that_is_declared(
        self, live: Live, face: Face, ties: Ties
    ) -> None:
        declared = live.leaderboard("points", most=2, ties=ties)
        board = face(declared)
        assert await board.rebuild([*LEDGER, ("dan", 25)], batch=3) == 2
        assert await scores(board) == [("anna", 30.0), ("dan", 25.0)]

    async def test_a_window_of_the_past_is_rebuilt_alone(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        board = live.leaderboard("points", window="week", keep_windows=1)
        clock.advance(WEEK_S)
        await face(board).put("new", 1)
        await face(board.in_window(-1)).rebuild(LEDGER)
        assert await scores(face(board.in_window(-1))) == [*LEDGER]
        assert await scores(face(board)) == [("new", 1.0)]

    async def test_a_rebuild_that_is_cancelled_leaves_the_board_as_it_was(
        self, live: Live, other: Live
    ) -> None:
        board, same = (each.leaderboard("points") for each in (live, other))
        await same.put("old", 99)
        is_waiting = asyncio.Event()

        async def wait() -> None:
            is_waiting.set()
            await asyncio.Event().wait()

        rebuilding = asyncio.create_task(board.rebuild(amid(lambda e: e, wait)))
        await is_waiting.wait()
        rebuilding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await rebuilding
        assert await scores(same) == [("old", 99.0)]
        assert await same.rebuild(LEDGER) == 3
