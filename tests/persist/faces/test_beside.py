"""What is stored beside a write that is under way, as when a page is left."""

from __future__ import annotations

import asyncio
import threading

import pytest

from stateroom.persist import AsyncPersistor, Memory, Problem
from stateroom.persist.settings import Reconcile
from stateroom.persist.storages import Stored
from stateroom.store import Store
from tests.persist.roles import kept_roles
from tests.persist.scenes import record_in

LONGEST = 10.0
"""Seconds that a thread waits for the test at most."""


class Held(Memory):
    """Holds one call, before or after it is done.

    Attributes:
        moment: of the next call to be held, as ``"before write"``; empty for none.
        reached: whether it is held.
        gate: lets it go.
    """

    def __init__(self) -> None:
        super().__init__()
        self.moment: str = ""
        self.reached: threading.Event = threading.Event()
        self.gate: threading.Event = threading.Event()

    def read(self, key: str, *, limit: int) -> Stored:
        found = super().read(key, limit=limit)
        self._meet("after read")
        return found

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        self._meet("before write")
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)
        self._meet("after write")

    def _meet(self, moment: str) -> None:
        if moment == self.moment:
            self.moment = ""
            self.reached.set()
            assert self.gate.wait(LONGEST)


@pytest.mark.parametrize("reconcile", ["three_way", "replay"])
@pytest.mark.parametrize("moment", ["before write", "after write"])
async def test_what_is_stored_beside_a_write_meets_it_as_its_own(
    moment: str, reconcile: Reconcile
) -> None:
    storage, kept, problems = Held(), kept_roles(reconcile=reconcile), list[Problem]()
    store = Store(kept.part)
    persistor = AsyncPersistor(
        store, storage, background=False, poll=None, on_problem=problems.append
    )
    await persistor.hydrate()
    storage.moment = moment
    store.dispatch(kept.select("Cook"))
    writing = asyncio.ensure_future(persistor.flush())
    await asyncio.to_thread(storage.reached.wait, LONGEST)
    store.dispatch(kept.select("Baker"))
    persistor.flush_now()
    assert store[kept.part].selected == ["Cook", "Baker"]
    storage.gate.set()
    await writing
    await persistor.dispatch_durable(kept.select("Waiter"))
    assert store[kept.part].selected == ["Cook", "Baker", "Waiter"]
    assert record_in(storage).state == {
        "selected": ["Cook", "Baker", "Waiter"],
        "title": "",
    }
    assert problems == []
    await persistor.aclose()


async def test_what_is_stored_beside_a_read_is_newer_than_what_was_read() -> None:
    storage, kept, problems = Held(), kept_roles(), list[Problem]()
    store = Store(kept.part)
    persistor = AsyncPersistor(
        store, storage, background=False, poll=None, on_problem=problems.append
    )
    await persistor.hydrate()
    await written_elsewhere(storage)
    storage.moment = "after read"
    reading = asyncio.ensure_future(persistor.refresh())
    await asyncio.to_thread(storage.reached.wait, LONGEST)
    for title in ("first", "second"):
        persistor.flush_now()
        store.dispatch(kept.name_it(title))
    storage.gate.set()
    await reading
    await persistor.flush()
    assert store[kept.part].title == "second"
    assert record_in(storage).state == {"selected": ["Cook"], "title": "second"}
    assert problems == []
    await persistor.aclose()


async def written_elsewhere(storage: Memory) -> None:
    """Write to the same place as another process."""
    kept = kept_roles()
    store = Store(kept.part)
    persistor = AsyncPersistor(store, Memory(shared=storage), poll=None)
    await persistor.hydrate()
    store.dispatch(kept.select("Cook"))
    await persistor.aclose()
