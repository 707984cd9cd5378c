"""Promises about invalidation: what it reaches, what it leaves, what it tells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from stateroom.cache import Cache
from stateroom.catalogue.keys import PUBLIC, ImplicitTagKey, Tag, TagKey
from stateroom.errors import InvalidValue
from stateroom.testing.conformance_base import Backend, Promises, Titles
from stateroom.testing.conformance_faces import Face, Function
from stateroom.testing.loads import Loads

__all__ = ("TagPromises",)

Forget = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Job:
    """What a later release returns, where this one returns text."""

    title: str


class TagPromises(Promises):
    """After an invalidation nobody is served what was stored before it."""

    @pytest.mark.parametrize(
        ("tag", "is_reached"),
        [
            ("Job:1", True),
            ("Job", True),
            ("Job:2", False),
            ("Jobs", False),
            ("Town", False),
        ],
    )
    async def test_a_tag_reaches_its_entries_and_a_family_reaches_its_members(
        self, face: Face, cache: Cache, tag: str, *, is_reached: bool
    ) -> None:
        titles = Titles(face, cache, tags=["Job:1"])
        await titles.get(1)
        titles.value = "new"
        await face.direct(cache).invalidate_tags(tag)
        assert await titles.get(1) == ("new 1" if is_reached else "old 1")

    async def test_a_member_does_not_reach_what_has_the_tag_of_the_family(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache, tags=["Job"])
        await titles.get(1)
        titles.value = "new"
        await face.direct(cache).invalidate_tags("Job:1")
        assert await titles.get(1) == "old 1"

    async def test_tags_that_the_result_tells_reach_what_has_them(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache, tags=lambda title: [f"Job:{title[-1]}"])
        await titles.get.get_many([1, 2])
        titles.value = "new"
        await face.direct(cache).invalidate_tags("Job:1")
        assert await titles.get.get_many([1, 2]) == ["new 1", "old 2"]
        await face.direct(cache).invalidate_tags("Job")
        assert await titles.get(2) == "new 2"

    async def test_an_invalidation_tells_how_many_tags_were_in_use(
        self, face: Face, cache: Cache
    ) -> None:
        await Titles(face, cache, tags=["Job:1", "Town:1"]).get(1)
        direct = face.direct(cache)
        assert await direct.invalidate_tags("Nobody", "Job:9") == 0
        assert await direct.invalidate_tags("Job:1", "Town:1", "Job:1") == 2
        assert await direct.invalidate_tags("Job:1", "Town:1") == 0

    async def test_what_is_no_tag_is_refused(self, face: Face, cache: Cache) -> None:
        for text in ("", ":", "Job:"):
            with pytest.raises(InvalidValue):
                await face.direct(cache).invalidate_tags(text)

    async def test_one_entry_is_forgotten_and_no_other(
        self, face: Face, cache: Cache
    ) -> None:
        titles = Titles(face, cache)
        await titles.get.get_many([1, 2])
        titles.value = "new"
        assert await titles.get.invalidate(1) == 1
        assert await titles.get.invalidate(1) == 0
        assert await titles.get.get_many([1, 2]) == ["new 1", "old 2"]

    async def test_all_results_of_a_function_are_forgotten_and_no_others(
        self, face: Face, cache: Cache
    ) -> None:
        titles, towns = Titles(face, cache), _towns(face, cache)
        ways: list[Forget] = [
            titles.get.invalidate_all,
            lambda: face.direct(cache).invalidate_item("titles"),
        ]
        for forget in ways:
            titles.value = "old"
            await titles.get.get_many([1, 2])
            await towns("Bern")
            titles.value = "new"
            await forget()
            assert await titles.get.get_many([1, 2]) == ["new 1", "new 2"]
            assert (await towns.entry("Bern")).origin == "hit"
            await forget()

    async def test_clearing_forgets_everything(self, face: Face, cache: Cache) -> None:
        titles, towns = Titles(face, cache, tags=["Job"]), _towns(face, cache)
        await titles.get(1)
        await towns("Bern")
        await face.direct(cache).set("k", "v", of=str, ttl=60)
        await face.direct(cache).clear()
        assert (await titles.get.entry(1)).origin == "loaded"
        assert (await towns.entry("Bern")).origin == "loaded"
        assert await face.direct(cache).get("k", of=str) is None

    async def test_clearing_erases_everything_when_it_is_asked_to(
        self, face: Face, cache: Cache, backend: Backend
    ) -> None:
        titles = Titles(face, cache)
        await titles.get.get_many([1, 2])
        assert await face.direct(cache).clear() == 0
        assert await backend.get(titles.get.key(1)) is not None
        assert await face.direct(cache).clear(erase=True) >= 2
        assert await backend.get(titles.get.key(1)) is None

    async def test_an_invalidation_reaches_other_processes(
        self, face: Face, cache: Cache, other: Cache, backend: Backend
    ) -> None:
        here, there = (Titles(face, each, tags=["Job:1"]) for each in (cache, other))
        direct = face.direct(cache)
        ways: list[Forget] = [
            lambda: here.get.invalidate(1),
            here.get.invalidate_all,
            lambda: direct.invalidate_tags("Job"),
            lambda: direct.invalidate_scope(PUBLIC),
            direct.clear,
        ]
        for at, forget in enumerate(ways):
            here.value = there.value = f"v{at}"
            assert [await there.get(1), await there.get(1)] == [f"v{at} 1"] * 2
            there.value = "new"
            await forget()
            await backend.heard()
            assert await there.get(1) == "new 1", at
            await forget()
            await backend.heard()

    async def test_an_entry_is_forgotten_under_every_type_that_releases_gave_it(
        self, face: Face, cache: Cache, other: Cache, backend: Backend
    ) -> None:
        before, after = Titles(face, cache), _later_release(face, other)
        for forget in (before.get.invalidate, after.invalidate):
            await before.get(1)
            await after(1)
            assert before.get.key(1) != after.key(1)
            assert await forget(1) == 2
            await backend.heard()
            assert (await before.get.entry(1)).origin == "loaded"
            assert (await after.entry(1)).origin == "loaded"

    async def test_releases_with_another_type_do_not_read_each_others_bytes(
        self, face: Face, cache: Cache, other: Cache
    ) -> None:
        before, after = Titles(face, cache), _later_release(face, other)
        for _ in range(2):
            assert await before.get(1) == "old 1"
            assert await after(1) == Job("new 1")

    @pytest.mark.parametrize("lost", ["all", "item", "scope", "family", "member"])
    async def test_an_evicted_tag_never_brings_an_entry_back(
        self, face: Face, cache: Cache, backend: Backend, lost: str
    ) -> None:
        titles = Titles(face, cache, tags=["Job:1"])
        await titles.get.get_many([1, 2])
        titles.value = "new"
        await backend.delete(_tag_keys(cache.namespace)[lost])
        assert await titles.get(1) == "new 1"
        assert await titles.get(2) == "new 2", "a tag made anew made it valid again"

    async def test_a_server_that_lost_everything_never_brings_an_entry_back(
        self, face: Face, cache: Cache, backend: Backend
    ) -> None:
        titles = Titles(face, cache)
        await titles.get.get_many([1, 2])
        key = titles.get.key(2)
        stored = await backend.get(key)
        assert stored is not None
        await backend.flush()
        titles.value = "new"
        assert await titles.get(1) == "new 1"
        await backend.put(key, stored)  # as from a replica that was behind
        assert await titles.get(2) == "new 2"

    async def test_erasing_by_pattern_takes_what_matches_and_can_be_resumed(
        self, face: Face, cache: Cache, backend: Backend
    ) -> None:
        titles, towns = Titles(face, cache), _towns(face, cache)
        await titles.get.get_many(range(5))
        await towns("Bern")
        direct, count, resume = face.direct(cache), 0, ""
        for _ in range(1000):
            erased = await direct.delete_pattern("*:titles:*", resume=resume, most=1)
            count, resume = count + erased.count, erased.resume
            if not resume:
                break
        assert (count, resume) == (5, "")
        assert await backend.get(titles.get.key(1)) is None
        assert (await towns.entry("Bern")).origin == "hit"
        with pytest.raises(InvalidValue):
            await direct.delete_pattern("")


def _towns(face: Face, cache: Cache) -> Function[[str], str]:
    def town(name: str) -> str:
        return name

    return face.cached(cache, town, name="towns")


def _later_release(face: Face, cache: Cache) -> Function[[int], Job]:
    def title(id: int) -> Job:  # noqa: A002 - as applications call it
        return Job(f"new {id}")

    return face.cached(cache, title, loads=Loads(), name="titles")


def _tag_keys(namespace: str) -> dict[str, str]:
    return {
        "all": str(ImplicitTagKey(namespace=namespace)),
        "item": str(ImplicitTagKey(namespace=namespace, of="titles")),
        "scope": str(ImplicitTagKey(namespace=namespace, of=PUBLIC)),
        "family": str(TagKey(namespace=namespace, tag=Tag("Job"))),
        "member": str(TagKey(namespace=namespace, tag=Tag("Job", "1"))),
    }
