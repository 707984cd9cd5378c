"""The promises of a record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from stateroom.errors import InvalidValue, Undecodable, UsageError
from stateroom.live import Live
from stateroom.testing.live_base import Face, LivePromises

__all__ = ("RecordPromises", "Stats", "StatsLater")


@dataclass(frozen=True)
class Stats:
    """What somebody did."""

    name: str
    points: int = 10
    ratio: float = 0.5
    badges: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class StatsLater:
    """The same, as a later release declares it."""

    name: str
    points: int = 10
    level: int = 1


class RecordPromises(LivePromises):
    """Fields change one by one, and none of the changes is lost."""

    async def test_nothing_is_there_before(self, live: Live, face: Face) -> None:
        stats = face(live.record("stats", Stats))
        assert (await stats.get(), await stats.update(points=1)) == (None, False)
        assert (await stats.delete(), await stats.get()) == (False, None)

    async def test_a_value_comes_back_as_it_was(
        self, live: Live, other: Live, face: Face
    ) -> None:
        value = Stats("Ann", 3, 0.1, ["a", "b"])
        await face(live.record("stats", Stats)).put(value)
        assert await face(other.record("stats", Stats)).get() == value

    async def test_one_field_changes_and_the_others_stay(
        self, live: Live, face: Face
    ) -> None:
        stats = face(live.record("stats", Stats))
        await stats.put(Stats("Ann"))
        assert await stats.update(badges=["first"], ratio=1.5)
        assert await stats.get() == Stats("Ann", 10, 1.5, ["first"])
        assert await stats.update()

    async def test_a_number_is_added_to(self, live: Live, face: Face) -> None:
        stats = face(live.record("stats", Stats))
        await stats.put(Stats("Ann", 2**53))
        told = [await stats.increment("points"), await stats.increment("ratio", 0.25)]
        assert told == [2**53 + 1, 0.75]
        assert await stats.get() == Stats("Ann", 2**53 + 1, 0.75)

    async def test_a_number_of_what_is_not_there_begins_at_its_default(
        self, live: Live, face: Face
    ) -> None:
        stats = face(live.record("stats", Stats))
        assert await stats.increment("points", -3) == 7
        with pytest.raises(Undecodable, match=r"stats\.name is not stored"):
            await stats.get()

    async def test_no_change_is_lost_among_many(self, live: Live, other: Live) -> None:
        both = [each.record("stats", Stats) for each in (live, other)]
        await both[0].put(Stats("Ann", 0))

        def one_more(stats: Stats) -> Stats:
            return replace(stats, points=stats.points + 1)

        await asyncio.gather(*(both[n % 2].change(one_more) for n in range(20)))
        assert await both[0].get() == Stats("Ann", 20)

    async def test_a_change_of_nothing_calls_nothing(
        self, live: Live, face: Face
    ) -> None:
        def never(stats: Stats) -> Stats:
            raise AssertionError(stats)

        assert await face(live.record("stats", Stats)).change(never) is None

    async def test_an_error_in_a_change_changes_nothing(
        self, live: Live, face: Face
    ) -> None:
        stats = face(live.record("stats", Stats))
        await stats.put(Stats("Ann"))

        def fail(stats: Stats) -> Stats:
            raise ValueError(stats.name)

        with pytest.raises(ValueError, match="Ann"):
            await stats.change(fail)
        assert await stats.get() == Stats("Ann")

    async def test_two_releases_run_beside_each_other(
        self, live: Live, face: Face
    ) -> None:
        old, new = live.record("stats", Stats), live.record("stats", StatsLater)
        await face(old).put(Stats("Ann", 5, 0.25, ["a"]))
        assert await face(new).get() == StatsLater("Ann", 5, 1)
        await face(new).update(level=4)
        await face(new).change(lambda stats: replace(stats, points=6))
        assert await face(old).get() == Stats("Ann", 6, 0.25, ["a"])
        assert await face(new).get() == StatsLater("Ann", 6, 4)

    async def test_several_are_read_at_once(self, live: Live, face: Face) -> None:
        stats = face(live.record("stats", Stats))
        await stats.of(user=1).put(Stats("Ann"))
        await stats.of(user=3).put(Stats("Cy"))
        assert await stats.get_each(1, 2, 3) == [Stats("Ann"), None, Stats("Cy")]
        assert await stats.get_each() == []

    async def test_it_is_deleted(self, live: Live, face: Face) -> None:
        stats = face(live.record("stats", Stats))
        await stats.put(Stats("Ann"))
        assert (await stats.delete(), await stats.get()) == (True, None)

    async def test_a_field_that_is_not_there_is_refused_with_the_nearest(
        self, live: Live, face: Face
    ) -> None:
        stats = face(live.record("stats", Stats))
        with pytest.raises(UsageError, match="no field 'point'") as caught:
            await stats.update(point=3)
        assert caught.value.hint == "did you mean points?"

    @pytest.mark.parametrize("value", ["3", True, 1.5, None])
    async def test_a_number_of_another_type_is_refused(
        self, live: Live, face: Face, value: object
    ) -> None:
        with pytest.raises(InvalidValue, match=r"stats\.points"):
            await face(live.record("stats", Stats)).update(points=value)

    async def test_what_cannot_be_added_to_is_refused(
        self, live: Live, face: Face
    ) -> None:
        stats = face(live.record("stats", Stats))
        with pytest.raises(UsageError, match=r"stats\.name is no number"):
            await stats.increment("name")
        with pytest.raises(InvalidValue, match="an int"):
            await stats.increment("points", 0.5)

    async def test_a_class_without_declared_fields_is_refused(self, live: Live) -> None:
        with pytest.raises(UsageError, match="int has no fields"):
            live.record("stats", int)
