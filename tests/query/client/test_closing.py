"""Resetting and closing: everything that runs ends, and nothing is left."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import cast

import pytest

from stateroom.errors import InvalidQuery, InvalidSlice, QueryFailed
from stateroom.query import (
    EntryLifecycle,
    QueryApi,
    QueryCall,
    QueryClient,
    Request,
    Response,
)
from stateroom.store import Slice, Store
from stateroom.testing import ManualTimers
from tests.query.client.backend import Backend, world

api = QueryApi("api", tags=("Job",))
backend = Backend()
seen: list[str] = []


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()
    seen.clear()


async def tell(lifecycle: EntryLifecycle) -> None:
    await lifecycle.removed
    await asyncio.sleep(0)
    seen.append("cleaned up")


@api.query(provides=["Job"], on_entry_added=tell)
async def jobs(call: QueryCall) -> object:
    return await backend.ask(call)


@api.query
async def slow(call: QueryCall) -> object:
    return await backend.ask(call)


@api.mutation(invalidates=["Job"])
async def rename(call: QueryCall) -> object:
    return await backend.ask(call)


async def test_a_reset_forgets_all_and_aborts_what_runs() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(), polling=10)
        run = here.client.mutate(rename(), key="renaming")
        here.client.reset()
        assert here.state == api.initial()
        await here.settle()
        assert [each.call.signal.aborted for each in backend.asked] == [True, True]
        assert here.types[-2:] == ["executeQuery/rejected", "executeMutation/rejected"]
        assert here.state == api.initial()
        assert here.timers.pending == ()
        assert seen == ["cleaned up"]
        for each in (watching, run):
            with pytest.raises(QueryFailed):
                await each


async def test_after_a_reset_it_begins_anew() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs())
        here.client.reset()
        again = here.client.subscribe(jobs())
        backend.answer(1, "new")
        assert await again == "new"


async def test_closing_ends_what_runs() -> None:
    store, timers = Store(api), ManualTimers()
    async with QueryClient(store, api, timers=timers) as client:
        watching = client.subscribe(jobs(), polling=10)
        run = client.mutate(rename())
    assert [each.answer.cancelled() for each in backend.asked] == [True, True]
    assert store[api].queries["jobs(undefined)"].status == "rejected"
    assert timers.pending == ()
    assert seen == ["cleaned up"]
    with pytest.raises(QueryFailed, match="AbortError"):
        await watching
    with pytest.raises(QueryFailed, match="AbortError"):
        await run


async def test_closing_keeps_the_data() -> None:
    store = Store(api)
    async with QueryClient(store, api) as client:
        asyncio.get_running_loop().call_soon(lambda: backend.answer(0, "data"))
        await client.fetch(jobs())
    assert store[api].queries["jobs(undefined)"].data == "data"
    assert client.result(jobs()).data == "data"


async def test_closing_starts_nothing_anew() -> None:
    store = Store(api)
    async with QueryClient(store, api) as client:
        client.upsert_many([(jobs(), "data")])
        _ = client.subscribe(jobs())
        _ = client.mutate(rename())
        backend.answer(0, "done")
    assert len(backend.asked) == 1


async def test_closing_does_not_invalidate_what_was_to_be_later() -> None:
    store = Store(api)
    async with QueryClient(store, api, timers=ManualTimers()) as client:
        client.upsert_many([(jobs(), "data")])
        client.prefetch(slow())
        backend.answer(0, "now")
        client.invalidate("Job")
        assert "jobs(undefined)" in store[api].queries
    assert store[api].queries["jobs(undefined)"].data == "data"


async def test_what_does_not_end_is_cancelled() -> None:
    stubborn = QueryApi("api")

    async def stay(lifecycle: EntryLifecycle) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("cancelled")

    @stubborn.query(on_entry_added=stay)
    async def users(call: QueryCall) -> int:
        return 1

    client = QueryClient(Store(stubborn), stubborn, timers=ManualTimers())
    await client.fetch(users())
    await client.aclose(grace_s=0.01)
    assert seen == ["cancelled"]


async def test_a_closed_client_says_so() -> None:
    timers = ManualTimers()
    client = QueryClient(Store(api), api, timers=timers)
    watching = client.subscribe(jobs())
    await client.aclose()
    await client.aclose()
    watching.unsubscribe()
    assert list(timers.pending) == []
    with pytest.raises(InvalidQuery, match="the client is closed"):
        await client.fetch(jobs())
    with pytest.raises(InvalidQuery, match="the client is closed"):
        _ = client.subscribe(jobs())
    with pytest.raises(InvalidQuery, match="the client is closed"):
        _ = watching.refetch()
    with pytest.raises(InvalidQuery, match="the client is closed"):
        _ = client.mutate(rename())


async def test_a_transport_is_closed_with_its_client() -> None:
    class Line:
        async def send(self, request: Request) -> Response:
            return Response(status=200, content=b'"hello"')

        async def aclose(self) -> None:
            seen.append("closed")

    called = QueryApi("api")

    @called.query
    async def greeting(call: QueryCall) -> str:
        return await call.get("/", returns=str)

    async with QueryClient(Store(called), called, transport=Line()) as client:
        assert await client.fetch(greeting()) == '"hello"'
    assert seen == ["closed"]


async def test_who_stops_waiting_does_not_end_the_request() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs())
        waiting = asyncio.ensure_future(_wait(here.client))
        await here.settle()
        waiting.cancel()
        await here.settle()
        backend.answer(0, "data")
        assert await watching == "data"


async def _wait(client: QueryClient) -> object:
    return await client.fetch(jobs())


async def test_an_endpoint_that_does_not_stop_is_not_waited_for() -> None:
    deaf = QueryApi("api")
    release = asyncio.Event()

    @deaf.query
    async def users(call: QueryCall) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await release.wait()
        return "late"

    async with world(deaf) as here:
        watching = here.client.subscribe(users())
        await here.settle()
        watching.abort()
        with pytest.raises(QueryFailed, match="AbortError"):
            await watching
        await here.settle()
        release.set()
        await here.settle()
        assert watching.result.data is None


async def test_what_it_raises_after_an_abort_is_of_no_interest() -> None:
    clumsy = QueryApi("api")

    @clumsy.query
    async def users(call: QueryCall) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            raise KeyError("cleanup failed")

    async with world(clumsy) as here:
        here.client.subscribe(users()).abort()
        await here.settle()
        gc.collect()
        assert here.told() == []


async def test_a_reset_aborts_mutations_in_the_order_of_their_names() -> None:
    async with world(api) as here:
        runs = [here.client.mutate(rename(), key=key) for key in ("l", "k", None, "l")]
        here.client.reset()
        await here.settle()
        ended = [
            cast("dict[str, object]", each["meta"])["requestId"]
            for each in here.sent
            if each["type"] == "api/executeMutation/rejected"
        ]
        assert ended == [runs[index].request_id for index in (0, 3, 1, 2)]


async def test_a_client_that_nobody_closed_is_freed_with_its_store() -> None:
    freed = await _used()
    gc.collect()
    assert freed() is None


async def _used() -> weakref.ref[Store]:
    store = Store(api)
    client = QueryClient(store, api, timers=ManualTimers())
    client.upsert_many([(slow(), "data")])
    await asyncio.sleep(0)
    return weakref.ref(store)


def test_a_client_needs_a_running_loop() -> None:
    client = QueryClient(Store(api), api)
    with pytest.raises(InvalidQuery, match="no event loop is running"):
        _ = client.subscribe(jobs())


def test_a_client_belongs_to_one_loop() -> None:
    client = QueryClient(Store(api), api)

    async def use() -> None:
        client.upsert_many([(jobs(), 1)])

    asyncio.run(use())
    with pytest.raises(InvalidQuery, match="another event loop"):
        asyncio.run(use())


def test_a_store_without_the_api_is_refused() -> None:
    with pytest.raises(InvalidSlice, match="no slice 'api'"):
        QueryClient(Store(Slice("other", dict)), api)
