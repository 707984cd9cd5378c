"""Promises about what is one entry, and what a hit returns."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from stateroom.cache import Cache, ManualClock
from stateroom.catalogue.keys import Scope
from stateroom.testing.conformance_base import Backend, Promises, Titles
from stateroom.testing.conformance_faces import Face
from stateroom.testing.loads import Loads

__all__ = ("HitPromises",)

LARGE = 50_000
"""Characters: five times what is stored as it is."""


@dataclass(frozen=True)
class Job:
    """A result with a type of its own."""

    id: int
    title: str


class HitPromises(Promises):
    """What is read back is what was loaded, for the same arguments and nobody else."""

    async def test_a_result_is_loaded_once_and_then_served(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache)
        assert [await titles.get(1) for _ in range(3)] == ["old 1"] * 3
        assert titles.loads.count == 1

    async def test_each_argument_has_an_entry_of_its_own(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache)
        assert [await titles.get(n) for n in (1, 2, 1)] == ["old 1", "old 2", "old 1"]
        assert titles.loads.calls == [(1,), (2,)]

    @pytest.mark.parametrize(
        ("value", "returns"),
        [
            (None, str | None),
            (0, int),
            (False, bool),
            ("", str),
            (b"", bytes),
            ([], list[str]),
            ({}, dict[str, int]),
        ],
        ids=repr,
    )
    async def test_what_is_false_is_a_value_like_any_other(
        self, face: Face, cache: Cache, value: object, returns: object
    ) -> None:
        def found() -> object:
            return value

        loads = Loads()
        cached = face.cached(cache, found, loads=loads, returns=returns)
        got = [await cached() for _ in range(2)]
        assert [(type(each), each) for each in got] == [(type(value), value)] * 2
        assert loads.count == 1

    async def test_defaults_and_keywords_are_the_same_call(
        self, face: Face, cache: Cache
    ) -> None:
        def search(text: str, place: str = "Bern", *, page: int = 1) -> str:
            return f"{text} {place} {page}"

        loads = Loads()
        cached = face.cached(cache, search, loads=loads)
        assert await cached("x") == "x Bern 1"
        assert await cached(text="x") == "x Bern 1"
        assert await cached("x", "Bern", page=1) == "x Bern 1"
        assert await cached(page=1, place="Bern", text="x") == "x Bern 1"
        assert loads.count == 1

    async def test_arguments_that_print_alike_are_not_the_same_call(
        self, face: Face, cache: Cache
    ) -> None:
        def shown(value: object, more: object = ()) -> str:
            return repr((value, more))

        cached = face.cached(cache, shown)
        values = (1, "1", True, None, "None", "", (), ("a", "b"), ("a,b",), b"1", 1.5)
        for _ in range(2):
            assert [await cached(each) for each in values] == [
                repr((each, ())) for each in values
            ]
        assert await cached("a", "b:c") != await cached("a:b", "c")

    async def test_an_ignored_parameter_makes_no_difference(
        self, face: Face, cache: Cache
    ) -> None:
        def title(id: int, request: object) -> str:  # noqa: A002 - as applications call it
            return f"{id} for {request}"

        cached = face.cached(cache, title, ignore=["request"])
        assert await cached(1, "a") == "1 for a"
        assert await cached(1, "b") == "1 for a"

    async def test_a_hit_has_the_type_that_the_loaded_value_had(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        def job(id: int) -> Job:  # noqa: A002 - as applications call it
            return Job(id, "Nurse")

        loads = Loads()
        loaded = await face.cached(cache, job, loads=loads)(1)
        hit = await face.cached(other, job, loads=loads)(1)
        assert loaded == hit == Job(1, "Nurse")
        assert loads.count == 1

    async def test_what_a_caller_does_to_a_value_is_not_seen_by_others(
        self, face: Face, cache: Cache
    ) -> None:
        def tags() -> list[str]:
            return ["a"]

        cached = face.cached(cache, tags)
        for _ in range(3):
            got = await cached()
            assert got == ["a"]
            got.append("mine")

    async def test_another_process_is_served_what_this_one_loaded(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        here, there = Titles(face, cache), Titles(face, other)
        assert here.get.key(1) == there.get.key(1)
        await here.get(1)
        there.value = "new"
        assert await there.get(1) == "old 1"
        assert there.loads.count == 0

    async def test_both_faces_are_served_from_the_same_entry(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache)
        await titles.get(1)
        await face.direct(cache).set("k", "v", of=str, ttl=60)
        direct = cache.get("k", of=str)
        assert await direct == "v"

    async def test_an_entry_tells_where_it_is_from_and_how_old_it_is(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, tags=["Job", "Town:Bern"])
        first = await titles.get.entry(1)
        assert (first.value, first.origin, first.age_s) == ("old 1", "loaded", 0)
        clock.advance(5)
        hit = await titles.get.entry(1)
        assert (hit.value, hit.origin, hit.age_s) == ("old 1", "hit", 5)
        assert not hit.is_stale
        assert set(first.tags) == set(hit.tags) == {"Job", "Town", "Town:Bern"}

    async def test_each_owner_has_entries_of_his_own(
        self, face: Face, cache: Cache
    ) -> None:
        def mine(user_id: str, page: int = 1) -> str:
            return f"{user_id}/{page}"

        cached = face.cached(cache, mine, scope="user_id")
        assert await cached("a") == "a/1"
        assert await cached("b") == "b/1"
        assert cached.key("a") != cached.key("b")
        assert await cached("a") == "a/1"

    async def test_all_entries_of_one_owner_are_forgotten_and_of_no_other(
        self, face: Face, cache: Cache
    ) -> None:
        def mine(user_id: str, page: int = 1) -> str:
            return f"{user_id}/{page}"

        loads = Loads()
        cached = face.cached(cache, mine, loads=loads, scope="user_id")
        calls = [("a", 1), ("a", 2), ("b", 1)]
        await cached.get_many(calls)
        await face.direct(cache).invalidate_scope(Scope.user("a"))
        await cached.get_many(calls)
        assert sorted(loads.calls) == sorted([*calls, ("a", 1), ("a", 2)])

    async def test_a_large_value_is_stored_smaller_and_comes_back_whole(
        self, face: Face, cache: Cache, other: Cache, backend: Backend
    ) -> None:
        def page() -> str:
            return "lorem " * LARGE

        cached = face.cached(cache, page)
        await cached()
        stored = await backend.get(cached.key())
        assert stored is not None
        assert len(stored) < LARGE
        loads = Loads()
        assert await face.cached(other, page, loads=loads)() == "lorem " * LARGE
        assert loads.count == 0

    async def test_many_calls_come_back_in_order_and_load_what_is_missing(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache)
        await titles.get(2)
        got = await titles.get.get_many([3, (2,), 1, 3])
        assert got == ["old 3", "old 2", "old 1", "old 3"]
        assert sorted(titles.loads.calls) == [(1,), (2,), (3,)]

    async def test_a_method_of_an_object_is_cached_by_the_key_of_the_object(
        self, cache: Cache
    ) -> None:
        loads = Loads()

        class Shop:
            def __init__(self, town: str) -> None:
                self.town = town

            def __cache_key__(self) -> str:
                return self.town

            @cache.cached(60)
            @loads
            async def stock(self, what: str) -> str:
                return f"{what} in {self.town}"

        for _ in range(2):
            assert await Shop("Bern").stock("tea") == "tea in Bern"
            assert await Shop("Basel").stock("tea") == "tea in Basel"
        assert loads.count == 2
