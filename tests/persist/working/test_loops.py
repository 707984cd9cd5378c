"""Where no thread can be started, timers of the event loop do the writing."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.persist import Memory, Persistor
from stateroom.store import Store
from tests.persist.roles import Kept, kept_roles
from tests.persist.scenes import Moody, record_in


class Telling(Moody):
    """A storage that says when something was written."""

    def __init__(self, *, shared: Memory | None = None) -> None:
        super().__init__(shared=shared)
        self.wrote = asyncio.Event()

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)
        self.wrote.set()

    async def until_written(self) -> None:
        async with asyncio.timeout(10):
            await self.wrote.wait()
        self.wrote.clear()


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stateroom.persist.workers.can_thread", lambda: False)


def running(storage: Moody) -> tuple[Persistor, Store, Kept]:
    kept = kept_roles(durability="fsync")
    store = Store(kept.part)
    return Persistor(store, storage, poll=None), store, kept


async def test_a_change_is_written_without_anybody_asking() -> None:
    storage = Telling()
    persistor, store, kept = running(storage)
    persistor.hydrate()
    await storage.until_written()
    for role in ("Cook", "Nurse"):
        store.dispatch(kept.select(role))
        await storage.until_written()
    assert record_in(storage).state == {"selected": ["Cook", "Nurse"], "title": ""}
    persistor.close()


async def test_a_write_that_failed_is_tried_again() -> None:
    storage = Telling()
    persistor, store, kept = running(storage)
    persistor.hydrate()
    await storage.until_written()
    storage.errors["write"] = [OSError("busy")]
    store.dispatch(kept.select("Cook"))
    await storage.until_written()
    assert record_in(storage).revision == 2
    persistor.close()


async def test_a_mistake_is_logged_and_the_timers_go_on(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = Telling()
    persistor, store, kept = running(storage)
    persistor.hydrate()
    await storage.until_written()
    with monkeypatch.context() as patched:
        patched.setattr("stateroom.persist.workers.work", _fail)
        store.dispatch(kept.select("Cook"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await storage.until_written()
    assert "the writer failed, and goes on" in caplog.text
    assert record_in(storage).state == {"selected": ["Cook"], "title": ""}
    persistor.close()


def _fail(*_: object) -> None:
    raise RuntimeError("a mistake")


async def test_after_a_close_no_timer_is_left() -> None:
    storage = Telling()
    persistor, store, kept = running(storage)
    persistor.hydrate()
    store.dispatch(kept.select("Cook"))
    persistor.close()
    storage.wrote.clear()
    store.dispatch(kept.select("Nurse"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not storage.wrote.is_set()
    assert record_in(storage).state == {"selected": ["Cook"], "title": ""}
