"""Promises about values by a key of the application's choice, one and many."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.cache import Cache, ManualClock
from stateroom.testing.conformance_base import Backend, Promises
from stateroom.testing.conformance_faces import Face
from stateroom.testing.loads import Loads

__all__ = ("ValuePromises",)


class Away(Exception):
    """The source does not answer."""


class Numbers:
    """Loads many at once; what it does not know, it leaves out.

    Attributes:
        asked: the keys of each call.
    """

    def __init__(self, **known: int) -> None:
        self.known = known
        self.asked: list[list[str]] = []

    def __call__(self, keys: list[str]) -> dict[str, int]:
        self.asked.append(sorted(keys))
        return {key: self.known[key] for key in keys if key in self.known}


class ValuePromises(Promises):
    """What was set is got, as the type that it was set as."""

    async def test_what_was_never_set_is_not_there(
        self, face: Face, cache: Cache
    ) -> None:
        direct = face.direct(cache)
        assert await direct.get("k", of=str) is None
        assert await direct.get("k", of=str, default="d") == "d"
        assert await direct.delete("k") == 0

    @pytest.mark.parametrize("value", ["v", "", 0, False, 1.5, b"\0", [], {}], ids=repr)
    async def test_what_was_set_is_got_by_every_process(
        self, face: Face, cache: Cache, other: Cache, value: object
    ) -> None:
        kind: type[object] = type(value)
        assert await face.direct(cache).set("k", value, of=kind, ttl=60)
        got = await face.direct(other).get("k", of=kind, default="default")
        assert (type(got), got) == (kind, value)

    async def test_what_was_set_as_one_type_is_not_got_as_another(
        self, face: Face, cache: Cache
    ) -> None:
        direct = face.direct(cache)
        await direct.set("k", 1, of=int, ttl=60)
        assert await direct.get("k", of=str) is None
        assert await direct.get("k", of=int) == 1

    async def test_a_value_ends_with_its_ttl(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        direct = face.direct(cache)
        await direct.set("k", "v", of=str, ttl=60)
        clock.advance(59.999)
        assert await direct.get("k", of=str) == "v"
        clock.advance(0.001)
        assert await direct.get("k", of=str) is None

    async def test_a_value_that_is_set_again_is_the_new_one_for_every_process(
        self, face: Face, cache: Cache, other: Cache, backend: Backend
    ) -> None:
        here, there = face.direct(cache), face.direct(other)
        await here.set("k", "old", of=str, ttl=60)
        assert await there.get("k", of=str) == "old"
        await here.set("k", "new", of=str, ttl=60)
        assert await here.get("k", of=str) == "new"
        await backend.heard()
        assert await there.get("k", of=str) == "new"

    async def test_a_deleted_value_is_gone_whatever_its_type(
        self, face: Face, cache: Cache
    ) -> None:
        direct = face.direct(cache)
        await direct.set("k", 1, of=int, ttl=60)
        await direct.set("k", "v", of=str, ttl=60)
        await direct.set("other", "v", of=str, ttl=60)
        assert await direct.delete("k") == 2
        assert await direct.get("k", of=int) is None
        assert await direct.get("k", of=str) is None
        assert await direct.get("other", of=str) == "v"

    async def test_a_value_goes_with_its_tags(self, face: Face, cache: Cache) -> None:
        direct = face.direct(cache)
        await direct.set("k", "v", of=str, ttl=60, tags=["Job:1"])
        await direct.invalidate_tags("Job:2")
        assert await direct.get("k", of=str) == "v"
        await direct.invalidate_tags("Job")
        assert await direct.get("k", of=str) is None

    async def test_a_value_is_loaded_once_where_there_is_none(
        self, face: Face, cache: Cache
    ) -> None:
        loads = Loads()
        direct = face.direct(cache, loads=loads)
        for _ in range(2):
            got = await direct.get_or_load("k", lambda: "v", of=str, ttl=60)
            assert got == "v"
        assert loads.count == 1
        assert await direct.get("k", of=str) == "v"

    async def test_what_was_set_is_not_loaded(self, face: Face, cache: Cache) -> None:
        loads = Loads()
        direct = face.direct(cache, loads=loads)
        await direct.set("k", "set", of=str, ttl=60)
        got = await direct.get_or_load("k", lambda: "loaded", of=str, ttl=60)
        assert (got, loads.count) == ("set", 0)

    async def test_who_asks_for_a_fresh_value_by_key_gets_no_other(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        direct = face.direct(cache)
        await direct.set("k", "set", of=str, ttl=600)
        clock.advance(60)
        got = await direct.get_or_load("k", lambda: "new", of=str, ttl=60, fresh=True)
        assert got == "new"

    async def test_a_loader_that_fails_leaves_nothing(
        self, face: Face, cache: Cache
    ) -> None:
        loads = Loads()
        direct = face.direct(cache, loads=loads)
        loads.error = Away("no database")
        with pytest.raises(Away):
            await direct.get_or_load("k", lambda: "v", of=str, ttl=60)
        assert await direct.get("k", of=str) is None
        loads.error = None
        assert await direct.get_or_load("k", lambda: "v", of=str, ttl=60) == "v"

    async def test_many_keys_are_loaded_in_one_call_and_only_those_that_are_missing(
        self, face: Face, cache: Cache
    ) -> None:
        direct, numbers = face.direct(cache), Numbers(a=1, b=2, c=3)
        await direct.set("b", 20, of=int, ttl=60)
        got = await direct.get_many_or_load(
            ["c", "b", "a", "c"], numbers, of=int, ttl=60
        )
        assert list(got.items()) == [("c", 3), ("b", 20), ("a", 1)]
        assert numbers.asked == [["a", "c"]]
        again = await direct.get_many_or_load(["a", "b", "c"], numbers, of=int, ttl=60)
        assert again == {"a": 1, "b": 20, "c": 3}
        assert numbers.asked == [["a", "c"]]

    async def test_no_key_at_all_loads_nothing(self, face: Face, cache: Cache) -> None:
        numbers = Numbers()
        assert (
            await face.direct(cache).get_many_or_load([], numbers, of=int, ttl=60) == {}
        )
        assert numbers.asked == []

    async def test_a_key_that_the_loader_leaves_out_is_not_there_and_asked_for_again(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        numbers = Numbers(a=1)
        for each in (cache, other):
            direct = face.direct(each)
            got = await direct.get_many_or_load(["a", "b"], numbers, of=int, ttl=60)
            assert got == {"a": 1}
        assert numbers.asked == [["a", "b"], ["b"]]

    async def test_many_keys_go_with_their_tags_and_with_their_ttl(
        self, face: Face, cache: Cache, clock: ManualClock
    ) -> None:
        direct, numbers = face.direct(cache), Numbers(a=1, b=2)

        async def ask() -> None:
            await direct.get_many_or_load(
                ["a", "b"], numbers, of=int, ttl=60, tags=["Job"]
            )

        await ask()
        await direct.invalidate_tags("Job")
        await ask()
        assert len(numbers.asked) == 2
        clock.advance(60)
        await ask()
        assert numbers.asked == [["a", "b"]] * 3

    async def test_a_loader_of_many_that_fails_leaves_nothing(
        self, face: Face, cache: Cache
    ) -> None:
        loads, numbers = Loads(), Numbers(a=1, b=2)
        direct = face.direct(cache, loads=loads)
        loads.error = Away("no database")
        with pytest.raises(Away):
            await direct.get_many_or_load(["a", "b"], numbers, of=int, ttl=60)
        loads.error = None
        got = await direct.get_many_or_load(["a", "b"], numbers, of=int, ttl=60)
        assert got == {"a": 1, "b": 2}

    async def test_each_of_many_keys_is_loaded_by_one_process(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        loads = Loads()
        here, there = Numbers(a=1, b=2), Numbers(b=20, c=30)
        loads.hold()
        first = asyncio.ensure_future(
            face.direct(cache, loads=loads).get_many_or_load(
                ["a", "b"], here, of=int, ttl=60
            )
        )
        await loads.begun()
        second = asyncio.ensure_future(
            face.direct(other).get_many_or_load(["b", "c"], there, of=int, ttl=60)
        )
        await asyncio.sleep(0.02)
        loads.release()
        assert await first == {"a": 1, "b": 2}
        assert await second == {"b": 2, "c": 30}
        assert (here.asked, there.asked) == ([["a", "b"]], [["c"]])

    async def test_many_keys_that_were_read_before_an_invalidation_are_not_stored(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        loads, numbers = Loads(), Numbers(a=1, b=2)
        direct = face.direct(cache, loads=loads)
        loads.hold()
        loading = asyncio.ensure_future(
            direct.get_many_or_load(["a", "b"], numbers, of=int, ttl=60, tags=["Job"])
        )
        await loads.begun()
        numbers.known = {"a": 10, "b": 20}
        await face.direct(other).invalidate_tags("Job")
        loads.release()
        assert await loading == {"a": 1, "b": 2}
        assert await direct.get("a", of=int) is None
        assert await direct.get("b", of=int) is None
