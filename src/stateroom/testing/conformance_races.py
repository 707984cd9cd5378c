"""Promises about invalidations that happen while the source is being read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from stateroom.cache import Cache
from stateroom.catalogue.keys import PUBLIC
from stateroom.testing.conformance_base import Backend, Promises, Titles, lease_of
from stateroom.testing.conformance_direct import Direct
from stateroom.testing.conformance_faces import Face, Options

__all__ = ("RacePromises",)


class Case(NamedTuple):
    """A way to declare, and a way to invalidate what is declared so."""

    options: Options[str]
    forget: Callable[[Direct, Titles], Awaitable[object]]
    is_known: bool = True


def _computed(title: str) -> list[str]:
    return [f"Job:{title[-1]}"]


STATIC: Options[str] = {"tags": ["Job:1"]}
COMPUTED: Options[str] = {"tags": _computed}
CASES = {
    "entry": Case({}, lambda _, titles: titles.get.invalidate(1)),
    "function": Case({}, lambda _, titles: titles.get.invalidate_all()),
    "item": Case({}, lambda direct, _: direct.invalidate_item("titles")),
    "scope": Case({}, lambda direct, _: direct.invalidate_scope(PUBLIC)),
    "clear": Case({}, lambda direct, _: direct.clear()),
    "member": Case(STATIC, lambda direct, _: direct.invalidate_tags("Job:1")),
    "family": Case(STATIC, lambda direct, _: direct.invalidate_tags("Job")),
    "computed": Case(COMPUTED, lambda direct, _: direct.invalidate_tags("Job:1")),
    "computed-family": Case(COMPUTED, lambda direct, _: direct.invalidate_tags("Job")),
    "computed-unseen": Case(
        COMPUTED, lambda direct, _: direct.invalidate_tags("Job:1"), is_known=False
    ),
    "computed-unseen-family": Case(
        COMPUTED, lambda direct, _: direct.invalidate_tags("Job"), is_known=False
    ),
}
each_case: pytest.MarkDecorator = pytest.mark.parametrize(
    "case", CASES.values(), ids=CASES
)
each_place: pytest.MarkDecorator = pytest.mark.parametrize(
    "is_elsewhere", [False, True], ids=["here", "there"]
)


class RacePromises(Promises):
    """What was loaded before an invalidation is not served after it."""

    @each_case
    @each_place
    async def test_what_was_read_before_an_invalidation_is_returned_and_not_stored(
        self,
        face: Face,
        cache: Cache,
        other: Cache,
        backend: Backend,
        case: Case,
        *,
        is_elsewhere: bool,
    ) -> None:
        titles, forgetting = await _both(face, cache, other, case)
        titles.loads.hold()
        loading = asyncio.ensure_future(titles.get(1))
        await titles.loads.begun(titles.loads.count + 1)
        titles.value = "new"
        if is_elsewhere:
            await case.forget(face.direct(other), forgetting)
        else:
            await case.forget(face.direct(cache), titles)
        titles.loads.release()
        assert await loading == "old 1"
        await backend.heard()
        assert await titles.get(1) == "new 1"
        assert await titles.get(1) == "new 1"
        assert await backend.get(lease_of(titles.get.key(1))) is None

    @each_case
    @each_place
    async def test_who_asks_after_an_invalidation_does_not_get_what_was_read_before(
        self,
        face: Face,
        cache: Cache,
        other: Cache,
        case: Case,
        *,
        is_elsewhere: bool,
    ) -> None:
        titles, forgetting = await _both(face, cache, other, case)
        titles.loads.hold()
        first = asyncio.ensure_future(titles.get(1))
        await titles.loads.begun(titles.loads.count + 1)
        titles.value = "new"
        if is_elsewhere:
            await case.forget(face.direct(other), forgetting)
        else:
            await case.forget(face.direct(cache), titles)
        late = [asyncio.ensure_future(titles.get(1)) for _ in range(3)]
        await asyncio.sleep(0)
        titles.loads.release()
        assert await asyncio.gather(*late) == ["new 1"] * 3
        assert await first == "old 1"

    @each_place
    async def test_a_value_that_is_set_during_a_load_is_not_overwritten_by_it(
        self,
        face: Face,
        cache: Cache,
        other: Cache,
        backend: Backend,
        *,
        is_elsewhere: bool,
    ) -> None:
        loads = Titles(face, cache).loads
        direct = face.direct(cache, loads=loads)
        loads.hold()
        loading = asyncio.ensure_future(
            direct.get_or_load("k", lambda: "loaded", of=str, ttl=60)
        )
        await loads.begun()
        writer = other if is_elsewhere else cache
        assert await face.direct(writer).set("k", "set", of=str, ttl=60)
        loads.release()
        assert await loading in {"loaded", "set"}
        await backend.heard()
        assert await direct.get("k", of=str) == "set"


async def _both(
    face: Face, cache: Cache, other: Cache, case: Case
) -> tuple[Titles, Titles]:
    """Declare the function in two processes; in the first, know its tags already."""
    titles, elsewhere = (Titles(face, each, **case.options) for each in (cache, other))
    if case.is_known:
        await titles.get(1)
        await titles.get.invalidate(1)
    return titles, elsewhere
