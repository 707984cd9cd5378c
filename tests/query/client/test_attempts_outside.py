"""Attempts to use a client where its loop is not, and to leave it half closed."""

from __future__ import annotations

import asyncio
import threading

import pytest

from stateroom.errors import InvalidQuery, QueryFailed
from stateroom.query import (
    EntryLifecycle,
    QueryApi,
    QueryCall,
    QueryClient,
    Subscription,
)
from stateroom.store import Store
from stateroom.testing import drained
from tests.query.client.backend import Backend, world

api = QueryApi("api")
backend = Backend()


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()


@api.query
async def jobs(call: QueryCall) -> object:
    return await backend.ask(call)


@api.query
async def job(call: QueryCall, number: int) -> list[int]:
    return [number]


@api.query(keep_unused=0)
async def brief(call: QueryCall) -> None:
    """Bring nothing, for as long as it is wanted."""


async def test_another_thread_is_told_that_no_loop_runs_there() -> None:
    async with world(api) as here:
        await here.client.fetch(job(1))
        told: list[str] = []

        def ask() -> None:
            with pytest.raises(InvalidQuery) as caught:
                here.client.prefetch(job(2))
            told.append(str(caught.value))

        await asyncio.to_thread(ask)
        assert told == ["api: no event loop is running here"]


async def test_a_subscription_that_another_thread_ends_is_ended_whole() -> None:
    store = Store(api)
    async with QueryClient(store, api) as client:
        watching = client.subscribe(brief())
        await watching
        thread = threading.Thread(target=watching.unsubscribe)
        thread.start()
        thread.join()
        await drained()
        assert store[api].queries == {}


def test_a_subscription_can_end_after_its_loop() -> None:
    async def main() -> Subscription[list[int]]:
        client = QueryClient(Store(api), api)
        watching = client.subscribe(job(1))
        await watching
        return watching

    watching = asyncio.run(main())
    watching.unsubscribe()
    assert watching.is_over


async def test_a_close_that_is_cancelled_leaves_nothing_running() -> None:
    ended, before = asyncio.Event(), asyncio.all_tasks()

    async def linger(lifecycle: EntryLifecycle) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    endless = QueryApi("endless")
    lingering = endless.query(on_entry_added=linger)(nothing)
    client = QueryClient(Store(endless), endless)
    await client.fetch(lingering())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.aclose(grace_s=1_000), 0.01)
    await asyncio.wait_for(ended.wait(), 5)
    assert asyncio.all_tasks() <= before


async def nothing(call: QueryCall) -> None:
    """Bring nothing."""


async def test_a_request_of_a_closed_client_says_so() -> None:
    client = QueryClient(Store(api), api)
    asking = client.subscribe(jobs())
    await client.aclose()
    with pytest.raises(QueryFailed, match="AbortError"):
        await asking
