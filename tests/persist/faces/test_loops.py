"""In an event loop what is due is written of itself, and the loop is not held up."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

from stateroom.persist import AsyncPersistor, Memory
from stateroom.store import Store
from tests.persist.faces.ways import Awaited
from tests.persist.roles import Kept, kept_roles
from tests.persist.scenes import Moody, record_in


class Telling(Awaited):
    """An awaited storage that says when something was written."""

    def __init__(self, *, shared: Memory | None = None) -> None:
        super().__init__(shared=shared)
        self.wrote = asyncio.Event()

    async def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        await super().write(
            key, data, replaces=replaces, demotes=demotes, durable=durable
        )
        self.wrote.set()


async def until(event: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await event.wait()
    event.clear()


def running(storage: Awaited | Moody) -> tuple[AsyncPersistor, Store, Kept]:
    kept = kept_roles(durability="fsync")
    store = Store(kept.part)
    return AsyncPersistor(store, storage, poll=None), store, kept


async def test_a_change_is_written_without_anybody_asking() -> None:
    storage = Telling()
    persistor, store, kept = running(storage)
    async with persistor:
        await persistor.hydrate()
        await until(storage.wrote)
        store.dispatch(kept.select("Cook"))
        await until(storage.wrote)
        assert record_in(storage.moody).state == {"selected": ["Cook"], "title": ""}


async def test_a_change_from_another_thread_is_written_too() -> None:
    storage = Telling()
    persistor, store, kept = running(storage)
    async with persistor:
        await persistor.hydrate()
        await until(storage.wrote)
        thread = threading.Thread(target=store.dispatch, args=(kept.select("Cook"),))
        thread.start()
        await until(storage.wrote)
        thread.join()
        assert record_in(storage.moody).state == {"selected": ["Cook"], "title": ""}


async def test_a_failed_write_is_tried_again_without_anybody_asking() -> None:
    storage = Telling()
    persistor, store, kept = running(storage)
    async with persistor:
        await persistor.hydrate()
        await until(storage.wrote)
        storage.moody.errors["write"] = [OSError("busy")]
        store.dispatch(kept.select("Cook"))
        await until(storage.wrote)
        assert record_in(storage.moody).revision == 2


async def test_a_blocking_storage_is_called_in_a_thread_of_its_own() -> None:
    names: list[str] = []

    class Named(Moody):
        def _meet(self, what: str, key: str) -> None:
            names.append(threading.current_thread().name)
            super()._meet(what, key)

    persistor, store, kept = running(Named())
    async with persistor:
        await persistor.hydrate()
        store.dispatch(kept.select("Cook"))
        await persistor.flush()
    assert {each.rpartition("_")[0] for each in names} == {"stateroom-persist"}
    assert len(set(names)) == 1


def test_a_persistor_goes_on_in_the_next_loop() -> None:
    storage, kept = Moody(), kept_roles()
    store = Store(kept.part)
    persistor = AsyncPersistor(store, storage, poll=None)
    for number in range(3):

        async def one(number: int = number) -> None:
            await persistor.hydrate()
            store.dispatch(kept.select(str(number)))
            await persistor.flush()

        asyncio.run(one())
    store.dispatch(kept.select("between"))
    asyncio.run(persistor.aclose())
    assert record_in(storage).state == {
        "selected": ["0", "1", "2", "between"],
        "title": "",
    }


def test_in_the_next_loop_what_is_due_is_written_of_itself_too() -> None:
    place = Memory()
    persistor, store, kept = running(storage := Telling(shared=place))

    async def one(role: str) -> None:
        storage.wrote = asyncio.Event()
        await persistor.refresh()
        await persistor.hydrate()
        store.dispatch(kept.select(role))
        await until(storage.wrote)

    for role in ("Cook", "Nurse", "Judge"):
        asyncio.run(one(role))
    assert store[kept.part].selected == ["Cook", "Nurse", "Judge"]
    asyncio.run(persistor.aclose())
    assert record_in(place).revision >= 3


async def test_closing_ends_the_tasks_and_threads() -> None:
    threads, tasks = threading.active_count(), asyncio.all_tasks()
    persistor, store, kept = running(Moody())
    await persistor.hydrate()
    store.dispatch(kept.select("Cook"))
    await persistor.aclose()
    assert asyncio.all_tasks() == tasks
    assert threading.active_count() == threads


async def test_a_closed_persistor_is_let_go_of() -> None:
    persistor, store, _ = running(Moody())
    await persistor.hydrate()
    await persistor.aclose()
    gone = weakref.ref(persistor)
    del persistor
    gc.collect()
    assert gone() is None
    assert store.state is not None


async def test_what_can_be_stored_without_waiting_is_stored_at_once() -> None:
    storage = Moody()
    kept = kept_roles()
    store = Store(kept.part)
    persistor = AsyncPersistor(store, storage, background=False, poll=None)
    await persistor.hydrate()
    store.dispatch(kept.select("Cook"))
    persistor.flush_now()
    assert record_in(storage).state == {"selected": ["Cook"], "title": ""}
    await persistor.aclose()


async def test_what_has_to_be_awaited_is_begun_at_least() -> None:
    storage = Telling()
    kept = kept_roles(max_delay=3_600_000)
    store = Store(kept.part)
    persistor = AsyncPersistor(store, storage, poll=None)
    await persistor.hydrate()
    store.dispatch(kept.select("Cook"))
    persistor.flush_now()
    await until(storage.wrote)
    assert record_in(storage.moody).state == {"selected": ["Cook"], "title": ""}
    await persistor.aclose()


async def test_storing_at_once_inside_of_on_full_ends() -> None:
    asked: list[object] = []

    def shrink(problem: object) -> None:
        asked.append(problem)
        persistor.flush_now()

    kept = kept_roles(budget=300)
    store = Store(kept.part)
    persistor = AsyncPersistor(
        store, Moody(), background=False, poll=None, on_full=shrink
    )
    await persistor.hydrate()
    store.dispatch(kept.name_it("x" * 300))
    persistor.flush_now()
    assert len(asked) == 1
    assert persistor.status().slices["roles"].reason.endswith("nothing is written")
    store.dispatch(kept.name_it("short"))
    await persistor.aclose()


async def test_storing_at_once_beside_a_flush_loses_nothing() -> None:
    storage = Moody()
    kept = kept_roles()
    store = Store(kept.part)
    persistor = AsyncPersistor(store, storage, background=False, poll=None)
    await persistor.hydrate()
    for turns in range(12):
        store.dispatch(kept.select(f"a{turns}"))
        flushing = asyncio.create_task(persistor.flush())
        for _ in range(turns):
            await asyncio.sleep(0)
        store.dispatch(kept.select(f"b{turns}"))
        persistor.flush_now()
        await flushing
    await persistor.aclose()
    assert len(store[kept.part].selected) == 24
    assert record_in(storage).state == {
        "selected": store[kept.part].selected,
        "title": "",
    }
