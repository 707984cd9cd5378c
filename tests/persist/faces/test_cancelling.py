"""Whoever waits may stop waiting, at any moment: nothing is lost, or counted twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from stateroom.errors import NotDurable
from stateroom.persist import AsyncPersistor, Memory, Phase, add_numbers
from stateroom.store import Store
from stateroom.testing.timing import ManualClock
from tests.persist.faces.ways import Awaited, Scene
from tests.persist.roles import Roles, Shelf, kept_numbers, kept_roles
from tests.persist.scenes import Moody, record_in

MOST_TURNS = 40
"""More than any of these operations takes; the test that counts is below."""


class Counting(Scene):
    """Numbers that are counted up, and added where two processes did."""

    def __init__(self, place: Memory | None = None) -> None:
        self.shelf: Shelf = kept_numbers(
            initial=lambda: {"visits": 0}, merge={"visits": add_numbers}
        )
        super().__init__("async", self.shelf.part, place=place)
        assert isinstance(self.face, AsyncPersistor)
        self.persistor: AsyncPersistor = self.face

    @property
    def visits(self) -> int:
        return self.store[self.shelf.part]["visits"]

    def visit(self, times: int = 1) -> None:
        self.store.dispatch(self.shelf.put("visits", self.visits + times))

    def stored(self) -> object:
        return record_in(self.moody, "numbers").state


async def cancelled_after(turns: int, call: Callable[[], Awaitable[object]]) -> bool:
    """Stop waiting for something after so many turns of the loop; say if it was."""

    async def waiting() -> None:
        await call()

    task = asyncio.create_task(waiting())
    for _ in range(turns):
        await asyncio.sleep(0)
    was_running = not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return was_running


async def test_a_flush_that_is_cancelled_anywhere_loses_nothing() -> None:
    for turns in range(MOST_TURNS):
        scene = Counting()
        await scene.persistor.hydrate()
        await scene.persistor.flush()
        scene.visit()
        await cancelled_after(turns, scene.persistor.flush)
        scene.visit()
        await scene.wait(60)
        await scene.wait(60)
        assert scene.visits == 2, turns
        assert scene.stored() == {"visits": 2}, turns
        assert not scene.face.status().is_dirty
        await scene.end()


async def test_without_a_further_change_it_is_stored_nevertheless() -> None:
    for turns in range(MOST_TURNS):
        scene = Counting()
        await scene.persistor.hydrate()
        scene.visit()
        await cancelled_after(turns, scene.persistor.flush)
        await scene.wait(60)
        await scene.wait(60)
        assert scene.stored() == {"visits": 1}, turns
        await scene.end()


async def test_a_flush_that_meets_another_writer_is_cancelled_without_a_loss() -> None:
    for turns in range(MOST_TURNS):
        one = Counting()
        await one.persistor.hydrate()
        await one.persistor.flush()
        two = Counting(one.moody)
        await two.persistor.hydrate()
        two.visit(10)
        await two.persistor.flush()
        one.visit()
        await cancelled_after(turns, one.persistor.flush)
        await one.persistor.flush()
        await two.persistor.refresh()
        assert (one.visits, two.visits) == (11, 11), turns
        assert one.stored() == {"visits": 11}, turns
        await one.end()
        await two.end()


async def test_a_hydration_that_is_cancelled_anywhere_can_be_made_again() -> None:
    first = Counting()
    await first.persistor.hydrate()
    first.visit(5)
    await first.persistor.aclose()
    for turns in range(MOST_TURNS):
        scene = Counting(Memory(shared=first.moody))
        scene.visit()
        await cancelled_after(turns, scene.persistor.hydrate)
        await scene.persistor.hydrate()
        assert scene.visits == 6, turns
        assert scene.face.status().phase is Phase.READY


async def test_a_purge_that_is_cancelled_anywhere_is_not_undone_by_a_write() -> None:
    for turns in range(MOST_TURNS):
        scene = Counting()
        await scene.persistor.hydrate()
        scene.visit()
        await scene.persistor.flush()
        scene.visit()
        was_running = await cancelled_after(turns, scene.persistor.purge)
        await scene.wait(60)
        await scene.wait(60)
        stored = record_in(scene.moody, "numbers")
        if not was_running:
            assert stored.is_purged, turns
        if stored.is_purged:
            assert scene.visits == 0, turns
        else:
            assert stored.state == {"visits": 2}, turns
        await scene.persistor.purge()
        assert record_in(scene.moody, "numbers").is_purged
        await scene.end()


async def test_the_turns_are_more_than_enough() -> None:
    one = Counting()
    await one.persistor.hydrate()
    await one.persistor.flush()
    two = Counting(one.moody)
    await two.persistor.hydrate()
    two.visit()
    await two.persistor.flush()
    one.visit()
    for call in (one.persistor.flush, one.persistor.purge, two.persistor.refresh):
        assert not await cancelled_after(MOST_TURNS, call)


class Stuck(Moody):
    """A blocking storage whose writes wait until they may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.may_write = threading.Event()
        self.is_writing = threading.Event()

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        self.is_writing.set()
        assert self.may_write.wait(10)
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)


async def test_a_write_in_a_thread_goes_on_when_its_flush_is_cancelled() -> None:
    storage, kept = Stuck(), kept_roles()
    store = Store(kept.part)
    persistor = AsyncPersistor(store, storage, background=False, clock=ManualClock())
    await persistor.hydrate()
    store.dispatch(kept.select("Cook"))
    task = asyncio.create_task(persistor.flush())
    await asyncio.to_thread(storage.is_writing.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    store.dispatch(kept.select("Nurse"))
    storage.may_write.set()
    await persistor.aclose()
    assert record_in(storage).state == {"selected": ["Cook", "Nurse"], "title": ""}
    assert record_in(storage).revision == 2


async def test_a_flush_does_not_wait_longer_than_it_is_told_to() -> None:
    storage, kept = Stuck(), kept_roles()
    store = Store(kept.part)
    persistor = AsyncPersistor(store, storage, background=False, clock=ManualClock())
    await persistor.hydrate()
    store.dispatch(kept.select("Cook"))
    with pytest.raises(NotDurable, match="not all is stored within 0 s"):
        await persistor.flush(timeout=0)
    storage.may_write.set()
    await persistor.flush()
    assert record_in(storage).revision == 1
    await persistor.aclose()


async def test_a_slow_storage_is_hydrated_from_later() -> None:
    place, kept = Awaited(), kept_roles()
    first = AsyncPersistor(Store(kept.part), place, background=False)
    await first.hydrate()
    await first.aclose()
    again = kept_roles()
    store = Store(again.part)
    persistor = AsyncPersistor(
        store, Awaited(shared=place.moody), background=False, clock=ManualClock()
    )
    assert (await persistor.hydrate(timeout=0)).phase is Phase.PENDING
    store.dispatch(again.select("Nurse"))
    assert (await persistor.hydrate()).phase is Phase.READY
    assert store[again.part] == Roles(["Nurse"])
    await persistor.aclose()
