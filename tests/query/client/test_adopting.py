"""What happens to the state without the client: stores, storages, devtools: K12."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stateroom.query import (
    ApiState,
    EntryLifecycle,
    QueryApi,
    QueryCall,
    QueryClient,
    Tag,
)
from stateroom.store import Store
from stateroom.testing import ManualTimers
from tests.query.client.backend import Backend, World, world

api = QueryApi("api", tags=("Job",), refetch_on_focus=True)
backend = Backend()
KEY = "jobs(undefined)"


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()


ended: list[str] = []


async def tell(lifecycle: EntryLifecycle) -> None:
    await lifecycle.removed
    ended.append("removed")


@api.query(provides=["Job"], on_entry_added=tell)
async def jobs(call: QueryCall) -> object:
    return await backend.ask(call)


@api.mutation
async def rename(call: QueryCall) -> object:
    return await backend.ask(call)


async def with_data(here: World) -> ApiState:
    """Have one entry of each status, one mutation with a key and one without."""
    with here.client.subscribe(jobs()) as watching:
        backend.answer(-1, "data")
        await watching
    keyed = here.client.mutate(rename(), key="renaming")
    backend.answer(-1, "done")
    bare = here.client.mutate(rename())
    backend.answer(-1, "done")
    await keyed
    await bare
    return here.state


async def test_what_is_rehydrated_stays_as_long_as_any_other() -> None:
    async with world(api) as here:
        stored = await with_data(here)
        here.client.reset()
        here.client.rehydrate(stored)
        assert here.entry(KEY).data == "data"
        assert here.client.entries_of("Job") == (jobs(),)
        assert list(here.state.mutations) == ["renaming"]
        await here.advance(60)
        assert here.state.queries == {}


async def test_what_is_rehydrated_ends_the_updates_of_before() -> None:
    async with world(api) as here:
        stored = await with_data(here)
        update = here.client.update(jobs(), lambda _: "mine")
        entry = replace(stored.queries[KEY], data="theirs")
        here.client.rehydrate(replace(stored, queries={KEY: entry}))
        update.undo()
        assert here.entry(KEY).data == "theirs"


async def test_what_was_pending_is_not_rehydrated() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs())
        stored = here.state
        here.client.reset()
        here.client.rehydrate(stored)
        assert here.state.queries == {}


async def test_what_is_preloaded_is_looked_after() -> None:
    async with world(api) as here:
        stored = await with_data(here)
    store, timers = Store(api, preloaded={"api": stored}), ManualTimers()
    async with QueryClient(store, api, timers=timers) as client:
        assert await client.fetch(jobs()) == "data"
        await timers.advance(60_000)
        assert store[api].queries == {}


async def test_what_was_pending_elsewhere_is_asked_for() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs())
        stored = here.state
    store = Store(api, preloaded={"api": stored})
    backend.asked.clear()
    async with QueryClient(store, api, timers=ManualTimers()) as client:
        watching = client.subscribe(jobs())
        backend.answer(0, "new")
        assert await watching == "new"


async def test_a_store_that_is_reset_resets_its_clients() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs(), polling=10)
        here.store.reset()
        assert here.state.queries == {}
        await here.settle()
        assert backend.asked[0].call.signal.aborted
        assert here.timers.pending == ()


async def test_a_reset_may_come_from_elsewhere() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs())
        here.store.dispatch({"type": "api/resetApiState"})
        await here.settle()
        assert backend.asked[0].call.signal.aborted


async def test_tags_may_be_invalidated_from_elsewhere() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs())
        backend.answer(0, "data")
        await watching
        here.client.invalidate("Job")
        backend.answer(1, "data")
        await here.settle()
        here.store.dispatch({"type": "api/invalidateTags", "payload": [Tag("Job")]})
        await here.settle()
        assert len(backend.asked) == 3


async def test_focus_may_be_told_from_elsewhere() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs())
        backend.answer(0, "data")
        await watching
        here.store.dispatch({"type": "__rtkq/focused"})
        await here.settle()
        assert len(backend.asked) == 2


async def test_an_entry_that_others_wrote_is_looked_after() -> None:
    async with world(api) as here:
        stored = await with_data(here)
        here.client.reset()
        await here.settle()
        here.store.dispatch({"type": "api/rehydrated", "payload": stored})
        await here.advance(60)
        assert here.state.queries == {}


async def test_an_entry_that_others_removed_leaves_nothing_here() -> None:
    ended.clear()
    async with world(api) as here:
        await with_data(here)
        assert len(here.timers.pending) == 2
        update = here.client.update(jobs(), lambda _: "other")
        removed = {"type": "api/queries/removeQueryResult"}
        here.store.dispatch({**removed, "payload": {"queryCacheKey": KEY}})
        await here.advance(1)
        update.undo()
        assert here.state.queries == {}
        assert ended == ["removed"]
        assert list(here.timers.pending) == []


async def test_data_that_others_wrote_ends_the_updates_of_it() -> None:
    async with world(api) as here:
        stored = await with_data(here)
        update = here.client.update(jobs(), lambda _: "mine")
        entry = replace(stored.queries[KEY], data="theirs")
        theirs = replace(stored, queries={KEY: entry})
        here.store.dispatch({"type": "api/rehydrated", "payload": theirs})
        await here.settle()
        update.undo()
        assert here.entry(KEY).data == "theirs"


async def test_devtools_that_jump_start_no_request() -> None:
    async with world(api) as here:
        with here.store.devtools() as tools:
            watching = here.client.subscribe(jobs(), polling=10)
            backend.answer(0, "data")
            await watching
            tools.jump(0)
            assert here.state.queries == {}
            await here.advance(30)
            here.client.set_focused(True)
            here.client.invalidate("Job")
            assert len(backend.asked) == 1


async def test_what_was_wanted_while_devtools_had_jumped_is_asked_for_later() -> None:
    async with world(api) as here:
        with here.store.devtools() as tools:
            here.client.set_focused(True)
            tools.jump(0)
            _ = here.client.subscribe(jobs())
            assert len(backend.asked) == 0
            tools.jump(len(tools.actions) - 1)
            await here.settle()
            assert len(backend.asked) == 1
