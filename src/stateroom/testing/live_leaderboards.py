"""The promises of a leaderboard: scores, ranks, ties, pages and windows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from stateroom.errors import InvalidValue
from stateroom.live import Leaderboard, Live, ManualClock, Standing
from stateroom.live.calendars import as_datetime
from stateroom.live.leaderboard_rules import Order, Ties
from stateroom.testing.live_base import Face, LivePromises

__all__ = ("LeaderboardPromises",)

DAY_S = 86_400
WEEK_S = 7 * DAY_S
SCORES = {"anna": 30, "ben": 20, "cleo": 20, "dan": 10}
Row = tuple[str, float, int]


def rows(standings: Iterable[Standing[str] | None]) -> list[Row]:
    """Return member, score and rank of each."""
    return [(each.member, each.score, each.rank) for each in standings if each]


async def filled(board: Leaderboard[str]) -> Leaderboard[str]:
    """Return a board with four members, two of them with one score."""
    for member, score in SCORES.items():
        await board.put(member, score)
    return board


class LeaderboardPromises(LivePromises):
    """No points are lost, ranks are exact, and windows stand for themselves."""

    # -- changes

    async def test_points_add_up(self, live: Live, face: Face) -> None:
        board = face(live.leaderboard("points"))
        told = [await board.add("anna", 5), await board.add("anna", -1.5)]
        assert rows(told) == [("anna", 5.0, 1), ("anna", 3.5, 1)]

    async def test_a_change_tells_where_the_member_stands_then(
        self, live: Live, face: Face
    ) -> None:
        board = await filled(face(live.leaderboard("points")))
        assert await board.add("dan", 15) == Standing("dan", 25.0, 2, 4)

    async def test_no_points_are_lost_among_many(self, live: Live, other: Live) -> None:
        boards = [each.leaderboard("points") for each in (live, other)] * 25
        await asyncio.gather(*(each.add("anna", 2) for each in boards))
        assert await boards[0].standing("anna") == Standing("anna", 100.0, 1, 1)

    async def test_an_event_counts_once(
        self, live: Live, other: Live, face: Face
    ) -> None:
        boards = [face(each.leaderboard("points")) for each in (live, other)]
        told = [await each.add("anna", 3, once="match 7") for each in boards]
        told += [await boards[0].add("anna", 3, once="match 8")]
        assert [each.score for each in told] == [3.0, 3.0, 6.0]

    async def test_an_event_counts_once_also_when_the_window_has_changed(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        board = face(live.leaderboard("points", window="day"))
        await board.add("anna", 3, once="match 7")
        clock.advance(DAY_S - 1)
        told = await board.add("anna", 3, once="match 7")
        assert told == Standing("anna", 0.0, 1, 0, is_kept=False)

    async def test_a_score_that_is_put_replaces_the_one_before(
        self, live: Live, face: Face
    ) -> None:
        board = face(live.leaderboard("points"))
        told = [await board.put("anna", 9), await board.put("anna", 4)]
        assert rows(told) == [("anna", 9.0, 1), ("anna", 4.0, 1)]

    async def test_the_best_result_is_kept_where_that_is_wanted(
        self, live: Live, face: Face
    ) -> None:
        high = face(live.leaderboard("points"))
        low = face(live.leaderboard("times", order="low"))
        told = [
            (await board.put("anna", score, if_better=True)).score
            for board in (high, low)
            for score in (5, 7, 6)
        ]
        assert told == [5.0, 7.0, 7.0, 5.0, 5.0, 5.0]

    async def test_who_is_removed_stands_nowhere(self, live: Live, face: Face) -> None:
        board = await filled(face(live.leaderboard("points")))
        assert await board.remove("anna", "dan", "nobody") == 2
        assert await board.standings("anna", "ben") == [
            None,
            Standing("ben", 20.0, 1, 2),
        ]

    # -- ranks and ties

    async def test_equal_scores_share_a_rank(self, live: Live, face: Face) -> None:
        board = await filled(face(live.leaderboard("points")))
        expected = [
            ("anna", 30.0, 1), ("ben", 20.0, 2), ("cleo", 20.0, 2), ("dan", 10.0, 4)
        ]  # fmt: skip
        assert rows(await board.top()) == expected
        assert rows(await board.standings(*SCORES)) == expected

    async def test_low_scores_are_better_where_that_is_declared(
        self, live: Live, face: Face
    ) -> None:
        board = await filled(face(live.leaderboard("times", order="low")))
        assert rows(await board.top()) == [
            ("dan", 10.0, 1), ("ben", 20.0, 2), ("cleo", 20.0, 2), ("anna", 30.0, 4)
        ]  # fmt: skip

    @pytest.mark.parametrize("order", ["high", "low"])
    async def test_who_reached_a_score_first_stands_above_where_ties_are_broken(
        self, live: Live, face: Face, order: Order
    ) -> None:
        declared = live.leaderboard("points", ties="first", order=order)
        board = face(declared)
        for member in ("zoe", "anna", "mia"):
            await board.put(member, 7)
        await board.put("zoe", 7)  # who has it already keeps the place
        await board.add("anna", 1)
        await board.add("anna", -1)  # who comes back stands behind
        expected = [("zoe", 7.0, 1), ("mia", 7.0, 2), ("anna", 7.0, 3)]
        assert rows(await board.top()) == expected
        assert rows(await board.standings("zoe", "mia", "anna")) == expected
        assert rows(await board.around("mia", before=1, after=1)) == expected

    async def test_a_member_who_is_not_there_stands_nowhere(
        self, live: Live, face: Face
    ) -> None:
        board = face(live.leaderboard("points"))
        assert await board.standing("anna") is None
        assert [await board.top(), await board.around("anna")] == [[], []]
        assert [await board.count(), await board.remove("anna")] == [0, 0]

    async def test_members_may_be_numbers(self, live: Live, face: Face) -> None:
        board = face(live.leaderboard("points", members=int))
        for member in (7, -3, 2**62):
            await board.put(member, 1)
        assert [each.member for each in await board.top()] == [-3, 2**62, 7]

    async def test_scores_of_text_and_of_zero_are_told_as_they_are(
        self, live: Live, face: Face
    ) -> None:
        board = face(live.leaderboard("points"))
        scores = [2**53, 0.1, 1e-300, 1.7e308, -(2**53), 0, -0.0]
        told = [(await board.put("münze", each)).score for each in scores]
        assert [str(each) for each in told] == [
            "9007199254740992.0", "0.1", "1e-300", "1.7e+308", "-9007199254740992.0",
            "0.0", "0.0",
        ]  # fmt: skip

    async def test_sums_are_those_of_doubles(self, live: Live, face: Face) -> None:
        board = face(live.leaderboard("points"))
        await board.add("anna", 0.1)
        anna = await board.add("anna", 0.2)
        assert (anna.score, await board.standing("anna")) == (0.1 + 0.2, anna)
        await board.add("ben", 2**52)
        ben = await board.add("ben", 2**52 - 1)
        assert (ben.score, await board.standing("ben")) == (2**53 - 1, ben)

    async def test_points_that_would_be_rounded_away_are_refused(
        self, live: Live, face: Face
    ) -> None:
        board = face(live.leaderboard("points"))
        await board.put("anna", 2**53)
        with pytest.raises(InvalidValue, match=r"nothing is added to 'anna': 1"):
            await board.add("anna", 1)
        await board.put("anna", 1.7e308)
        with pytest.raises(InvalidValue, match="nothing is added"):
            await board.add("anna", 1.7e308)
        assert (await board.add("anna", 1.0)).score == 1.7e308

    # -- pages

    async def test_a_page_begins_where_it_is_told(self, live: Live, face: Face) -> None:
        board = await filled(face(live.leaderboard("points")))
        assert rows(await board.top(2, offset=2)) == [
            ("cleo", 20.0, 2),
            ("dan", 10.0, 4),
        ]
        assert [await board.top(0), await board.top(5, offset=4)] == [[], []]

    async def test_neighbours_stand_around_a_member(
        self, live: Live, face: Face
    ) -> None:
        board = await filled(face(live.leaderboard("points")))
        found = [
            [each.member for each in await board.around(member, before=1, after=1)]
            for member in ("anna", "ben", "dan", "nobody")
        ]
        assert found == [["anna", "ben"], ["anna", "ben", "cleo"], ["cleo", "dan"], []]

    async def test_scores_between_two_are_found(self, live: Live, face: Face) -> None:
        high = await filled(face(live.leaderboard("points")))
        low = await filled(face(live.leaderboard("points", order="low")))
        for board in (high, low):
            found = [
                {each.member for each in await board.between(*ends, n=3)}
                for ends in ((20, 20), (20.5, None), (None, 10), (21, 29))
            ]
            assert found == [{"ben", "cleo"}, {"anna"}, {"dan"}, set()]
        expected = [("ben", 20.0, 2), ("cleo", 20.0, 2), ("anna", 30.0, 4)]
        assert rows(await low.between(15, None)) == expected
        assert rows(await low.between(15, None, n=1)) == expected[:1]

    # -- bounds, windows, owners

    @pytest.mark.parametrize("ties", ["shared", "first"])
    async def test_only_the_best_are_kept_where_that_is_declared(
        self, live: Live, face: Face, ties: Ties
    ) -> None:
        declared = live.leaderboard("points", most=3, ties=ties)
        board = face(declared)
        told = [await board.put(*each) for each in SCORES.items()]
        assert [each.is_kept for each in told] == [True, True, True, False]
        assert told[-1] == Standing("dan", 10.0, 4, 3, is_kept=False)
        assert (await board.put("eve", 25)).rank == 2
        assert [each.member for each in await board.top()] == ["anna", "eve", "ben"]

    async def test_a_window_begins_empty_and_the_last_can_be_read(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        board = live.leaderboard("points", window="week", keep_windows=1)
        await face(board).add("anna", 5)
        clock.advance(WEEK_S)
        await face(board).add("ben", 1)
        assert rows(await face(board).top()) == [("ben", 1.0, 1)]
        last = face(board.in_window(-1))
        assert rows(await last.top()) == [("anna", 5.0, 1)]
        assert (await last.add("anna", 2)).score == 7.0

    async def test_a_window_is_gone_when_it_is_not_kept_any_more(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        board = live.leaderboard("points", window="week", keep_windows=1)
        begun = board.in_window(as_datetime(clock.now_ms()))
        for _ in range(2):
            assert (await face(begun).add("anna", 5)).is_kept
            clock.advance(WEEK_S)
        gone = face(begun)
        assert [await gone.count(), await gone.remove("anna")] == [0, 0]
        assert [await gone.top(), await gone.standing("anna")] == [[], None]
        with pytest.raises(InvalidValue, match="not kept any more"):
            await gone.add("anna", 5)

    async def test_boards_of_others_are_others(self, live: Live, face: Face) -> None:
        board = face(live.leaderboard("points"))
        for each in (board, board.of("level 1"), board.of(user=7), board.of(group=7)):
            await each.add("anna", 1)
        assert (await board.of(user="7").add("anna", 1)).score == 2.0

    async def test_what_another_declaration_wrote_is_not_misread(
        self, live: Live, face: Face
    ) -> None:
        await filled(face(live.leaderboard("points")))
        others = [
            live.leaderboard("points", order="low"),
            live.leaderboard("points", ties="first"),
            live.leaderboard("points", window="week"),
        ]
        assert [await face(each).count() for each in others] == [0, 0, 0]
