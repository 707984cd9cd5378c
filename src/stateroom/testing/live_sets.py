"""The promises of memberships, and of lists of the newest."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from stateroom.errors import InvalidValue, Undecodable, UsageError
from stateroom.live import Live, ManualClock
from stateroom.testing.live_base import Face, LivePromises

__all__ = ("MembershipPromises", "RecentPromises", "Seen")


@dataclass(frozen=True)
class Seen:
    """What somebody looked at."""

    job: int
    title: str = ""


class MembershipPromises(LivePromises):
    """Each value is in once, and goes when it is told to, or when its time is over."""

    async def test_a_value_is_in_once(self, live: Live, face: Face) -> None:
        tags = face(live.membership("tags", str))
        told = [await tags.add("a", "b", "a"), await tags.add("b", "c")]
        assert (told, await tags.count()) == ([2, 1], 3)
        assert sorted(await tags.all()) == ["a", "b", "c"]

    async def test_it_says_who_is_in(self, live: Live, face: Face) -> None:
        ids = face(live.membership("ids", int))
        await ids.add(1, 2)
        assert [await ids.has(1), await ids.has(3)] == [True, False]
        assert await ids.has_each(2, 3, 1) == [True, False, True]

    async def test_nobody_is_in_what_is_not_there(self, live: Live, face: Face) -> None:
        tags = face(live.membership("tags", str))
        nothing = [await tags.all(), await tags.sample(3), await tags.has_each()]
        assert (nothing, await tags.count()) == ([[], [], []], 0)
        assert [await tags.add(), await tags.remove(), await tags.remove("a")] == [
            0,
            0,
            0,
        ]

    async def test_who_is_removed_is_out_for_others_too(
        self, live: Live, other: Live, face: Face
    ) -> None:
        tags = face(live.membership("tags", str))
        await tags.add("a", "b")
        assert await tags.remove("a", "x") == 1
        assert await face(other.membership("tags", str)).all() == ["b"]

    async def test_a_sample_has_each_once(self, live: Live, face: Face) -> None:
        ids = face(live.membership("ids", int))
        await ids.add(*range(20))
        drawn = await ids.sample(5)
        assert len(set(drawn)) == 5
        assert set(drawn) <= set(range(20))
        assert sorted(await ids.sample(99)) == list(range(20))

    async def test_a_cleared_set_is_empty(self, live: Live, face: Face) -> None:
        tags = face(live.membership("tags", str))
        await tags.add("a")
        await tags.clear()
        assert await tags.count() == 0

    async def test_more_values_than_one_script_takes_are_added(
        self, live: Live, face: Face
    ) -> None:
        ids = face(live.membership("ids", int))
        assert await ids.add(*range(9_000)) == 9_000
        assert await ids.count() == 9_000

    async def test_members_of_a_class_come_back_as_they_were(
        self, live: Live, face: Face
    ) -> None:
        seen = face(live.membership("seen", Seen))
        await seen.add(Seen(1, "Cook"), Seen(2))
        assert set(await seen.all()) == {Seen(1, "Cook"), Seen(2)}

    async def test_a_member_goes_when_its_time_is_over(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        online = face(live.membership("online", str, member_ttl=30))
        await online.add("ann", "bob")
        clock.advance(20)
        assert await online.add("bob", "cy") == 1
        clock.advance(15)
        assert [set(await online.all()), await online.count()] == [{"bob", "cy"}, 2]
        assert await online.has_each("ann", "bob") == [False, True]
        assert [await online.remove("ann"), await online.add("ann")] == [0, 1]

    async def test_a_sample_has_nobody_whose_time_is_over(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        online = face(live.membership("online", str, member_ttl=30))
        await online.add("ann")
        clock.advance(29)
        await online.add("bob")
        clock.advance(2)
        assert await online.sample(9) == ["bob"]

    async def test_no_member_is_lost_among_many_who_add(
        self, live: Live, other: Live
    ) -> None:
        sets = [live.membership("ids", int), other.membership("ids", int)]
        await asyncio.gather(*(sets[n % 2].add(n) for n in range(60)))
        assert await sets[0].count() == 60

    async def test_what_another_type_wrote_is_told_and_left(
        self, live: Live, face: Face
    ) -> None:
        await face(live.membership("mixed", str)).add("text")
        with pytest.raises(Undecodable, match="mixed"):
            await face(live.membership("mixed", Seen)).all()
        assert await face(live.membership("mixed", str)).all() == ["text"]

    async def test_a_value_of_another_type_is_refused(
        self, live: Live, face: Face
    ) -> None:
        with pytest.raises(UsageError, match="ids"):
            await face(live.membership("ids", int)).add("1")  # type: ignore[arg-type]


class RecentPromises(LivePromises):
    """The newest come first, and there are never more than was said."""

    async def test_the_newest_come_first_and_the_oldest_go(
        self, live: Live, face: Face
    ) -> None:
        seen = face(live.recent("seen", int, most=3))
        told = [await seen.add(1, 2), await seen.add(3), await seen.add(4)]
        assert (told, await seen.newest(), await seen.count()) == (
            [2, 3, 3],
            [4, 3, 2],
            3,
        )

    async def test_a_value_stands_there_as_often_as_it_was_added(
        self, live: Live, face: Face
    ) -> None:
        seen = face(live.recent("seen", int, most=5))
        await seen.add(1, 2, 1)
        assert await seen.newest() == [1, 2, 1]
        assert [await seen.remove(1), await seen.newest()] == [2, [2]]

    async def test_where_each_is_once_it_moves_to_the_front(
        self, live: Live, face: Face
    ) -> None:
        seen = face(live.recent("seen", Seen, most=3, unique=True))
        for job in (1, 2, 1, 3, 2):
            await seen.add(Seen(job))
        assert await seen.newest() == [Seen(2), Seen(3), Seen(1)]

    async def test_a_part_of_it_is_read(self, live: Live, face: Face) -> None:
        seen = face(live.recent("seen", int, most=9))
        await seen.add(*range(1, 8))
        parts = [await seen.newest(2), await seen.newest(2, offset=2)]
        assert (parts, await seen.newest(0)) == ([[7, 6], [5, 4]], [])
        assert await seen.newest(offset=5) == [2, 1]

    async def test_more_values_than_are_kept_leave_the_newest(
        self, live: Live, face: Face
    ) -> None:
        seen = face(live.recent("seen", int, most=4))
        await seen.add(*range(10_000))
        assert await seen.newest() == [9_999, 9_998, 9_997, 9_996]

    async def test_it_is_empty_before_and_after(self, live: Live, face: Face) -> None:
        seen = face(live.recent("seen", int, most=4))
        before = [await seen.newest(), await seen.add(), await seen.remove(1)]
        await seen.add(1)
        await seen.clear()
        assert (before, await seen.count()) == ([[], 0, 0], 0)

    async def test_lists_of_others_are_others(self, live: Live, face: Face) -> None:
        seen = face(live.recent("seen", int, most=4))
        await seen.of(user=1).add(1)
        await seen.of(user=2).add(2)
        assert await seen.of(user=1).newest() == [1]

    async def test_nothing_is_lost_and_no_bound_is_broken_among_many(
        self, live: Live, other: Live
    ) -> None:
        lists = [each.recent("seen", int, most=10) for each in (live, other)]
        counts = await asyncio.gather(*(lists[n % 2].add(n) for n in range(50)))
        assert max(counts) == 10
        assert await lists[0].count() == 10

    @pytest.mark.parametrize("most", [0, -1, 10_001])
    async def test_a_length_that_is_none_is_refused(
        self, live: Live, most: int
    ) -> None:
        with pytest.raises(InvalidValue, match="not a length"):
            live.recent("seen", int, most=most)

    async def test_a_part_that_is_none_is_refused(self, live: Live, face: Face) -> None:
        with pytest.raises(InvalidValue, match="seen"):
            await face(live.recent("seen", int, most=3)).newest(-1)
