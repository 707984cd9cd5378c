"""Updates of data before the server knows, and data that is given here: K9."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import pytest

from stateroom.errors import ResponseError
from stateroom.query import QueryApi, QueryCall, QueryClient, Tag
from stateroom.store import Store
from stateroom.store.middleware import Next, StoreApi
from stateroom.testing import ManualTimers
from stateroom.testing.timers import drained
from tests.query.client.backend import START, Backend, World, world

api = QueryApi("api", tags=("Job",))
backend = Backend()
KEY = "jobs(undefined)"


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()


@api.query(provides=lambda jobs: [Tag("Job", each) for each in jobs])
async def jobs(call: QueryCall) -> list[int]:
    found = await backend.ask(call)
    assert isinstance(found, list)
    return found


@api.query(merge=lambda old, new: old.extend(new), force_refetch=lambda: True)
async def feed(call: QueryCall) -> list[int]:
    found = await backend.ask(call)
    assert isinstance(found, list)
    return found


async def with_jobs(here: World) -> None:
    _ = here.client.subscribe(jobs())
    backend.answer(0, [1, 2])
    await here.settle()
    here.sent.clear()


async def refetched(here: World, data: list[int]) -> None:
    _ = here.client.subscribe(jobs(), force=True)
    backend.answer(-1, data)
    await here.settle()


async def test_an_update_is_shown_at_once_with_its_tags() -> None:
    async with world(api) as here:
        await with_jobs(here)
        update = here.client.update(jobs(), lambda draft: draft.append(3))
        assert here.entry(KEY).data == [1, 2, 3]
        assert [dict(each) for each in update.patches] == [
            {"op": "add", "path": (2,), "value": 3}
        ]
        assert here.types == [
            "queries/queryResultPatched",
            "invalidation/updateProvidedBy",
        ]
        assert here.client.entries_of(Tag("Job", 3)) == (jobs(),)


async def test_an_update_of_nothing_does_nothing() -> None:
    async with world(api) as here:
        update = here.client.update(jobs(), lambda draft: draft.append(3))
        assert (update.patches, update.is_open) == ((), False)
        _ = here.client.subscribe(jobs())
        here.sent.clear()
        here.client.update(jobs(), lambda draft: draft.append(3))
        update.undo()
        assert here.types == []


async def test_an_undo_gives_the_very_data_of_before() -> None:
    async with world(api) as here:
        await with_jobs(here)
        before = here.entry(KEY).data
        here.client.update(jobs(), lambda draft: draft.append(3)).undo()
        assert here.entry(KEY).data is before
        assert here.client.entries_of(Tag("Job", 3)) == ()


async def test_an_undo_leaves_later_updates() -> None:
    async with world(api) as here:
        await with_jobs(here)
        first = here.client.update(jobs(), lambda draft: draft.append(3))
        second = here.client.update(jobs(), lambda draft: draft.append(4))
        first.undo()
        assert here.entry(KEY).data == [1, 2, 4]
        second.undo()
        assert here.entry(KEY).data == [1, 2]


async def test_an_undo_happens_once() -> None:
    async with world(api) as here:
        await with_jobs(here)
        update = here.client.update(jobs(), lambda draft: draft.append(3))
        update.undo()
        here.sent.clear()
        update.undo()
        update.commit()
        assert (here.types, update.is_open) == ([], False)


async def test_an_answer_goes_below_open_updates() -> None:
    async with world(api) as here:
        await with_jobs(here)
        update = here.client.update(jobs(), lambda draft: draft.append(3))
        await refetched(here, [1])
        assert here.entry(KEY).data == [1, 3]
        update.undo()
        assert here.entry(KEY).data == [1]


async def test_an_answer_takes_the_place_of_committed_updates() -> None:
    async with world(api) as here:
        await with_jobs(here)
        here.client.update(jobs(), lambda draft: draft.append(3)).commit()
        assert here.entry(KEY).data == [1, 2, 3]
        await refetched(here, [1])
        assert here.entry(KEY).data == [1]


async def test_a_final_update_is_committed_at_once() -> None:
    async with world(api) as here:
        await with_jobs(here)
        add = here.client.update(jobs(), lambda draft: draft.append(3), is_final=True)
        assert (here.entry(KEY).data, add.is_open) == ([1, 2, 3], False)
        await refetched(here, [1])
        assert here.entry(KEY).data == [1]


async def test_final_updates_go_below_open_ones_and_run_once() -> None:
    async with world(api) as here:
        await with_jobs(here)
        update = here.client.update(jobs(), lambda draft: draft.append(9))
        for number in (3, 4):
            here.client.update(
                jobs(),
                lambda draft: draft.append(number),  # noqa: B023 - on purpose
                is_final=True,
            )
        assert here.entry(KEY).data == [1, 2, 3, 4, 9]
        update.undo()
        assert here.entry(KEY).data == [1, 2, 3, 4]
        await refetched(here, [1])
        assert here.entry(KEY).data == [1]


async def test_a_final_update_leaves_what_was_committed_above_it() -> None:
    async with world(api) as here:
        await with_jobs(here)
        lower = here.client.update(jobs(), lambda draft: draft.append(3))
        here.client.update(jobs(), lambda draft: draft.append(4)).commit()
        here.client.update(jobs(), lambda draft: draft.insert(0, 0), is_final=True)
        assert here.entry(KEY).data == [0, 1, 2, 3, 4]
        lower.undo()
        assert here.entry(KEY).data == [0, 1, 2, 4]


async def test_a_final_update_that_changes_nothing_is_told_to_nobody() -> None:
    async with world(api) as here:
        await with_jobs(here)
        here.client.update(jobs(), lambda draft: None, is_final=True)
        here.client.update(feed(), lambda draft: draft.append(1), is_final=True)
        assert here.types == []


async def test_listeners_see_no_answer_without_the_updates() -> None:
    async with world(api) as here:
        await with_jobs(here)
        here.client.update(jobs(), lambda draft: draft.append(3))
        seen: list[object] = []
        here.store.watch(
            here.client.selector(jobs()), lambda result: seen.append(result.data)
        )
        await refetched(here, [1])
        assert seen[-1] == [1, 3]
        assert [1] not in seen


async def test_what_is_merged_is_merged_below_the_updates() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(feed())
        backend.answer(0, [1])
        await watching
        update = here.client.update(feed(), lambda draft: draft.append(9))
        _ = watching.refetch()
        backend.answer(1, [2])
        await here.settle()
        assert watching.result.data == [1, 2, 9]
        update.undo()
        assert watching.result.data == [1, 2]


async def test_an_update_that_fits_no_more_is_dropped_and_told() -> None:
    async with world(api) as here:
        await with_jobs(here)
        here.client.update(jobs(), lambda draft: draft.remove(2))
        here.client.update(jobs(), lambda draft: draft.append(3))
        await refetched(here, [1])
        assert here.entry(KEY).data == [1, 3]
        assert len(here.told()) == 1


async def test_a_recipe_that_fails_changes_nothing() -> None:
    async with world(api) as here:
        await with_jobs(here)
        with pytest.raises(ValueError, match="not in list"):
            here.client.update(jobs(), lambda draft: draft.remove(7))
        assert here.entry(KEY).data == [1, 2]
        await refetched(here, [5])
        assert here.entry(KEY).data == [5]


async def test_an_update_as_a_block_is_undone_by_an_error() -> None:
    async with world(api) as here:
        await with_jobs(here)
        with here.client.update(jobs(), lambda draft: draft.append(3)):
            assert here.entry(KEY).data == [1, 2, 3]
        assert here.entry(KEY).data == [1, 2, 3]
        with (
            pytest.raises(ResponseError),
            here.client.update(jobs(), lambda draft: draft.append(4)),
        ):
            raise ResponseError("no", status=500)
        assert here.entry(KEY).data == [1, 2, 3]


async def test_an_update_of_an_entry_that_is_gone_is_gone() -> None:
    async with world(api) as here:
        await with_jobs(here)
        update = here.client.update(jobs(), lambda draft: draft.append(3))
        here.client.reset()
        _ = here.client.subscribe(jobs())
        backend.answer(1, [1])
        await here.settle()
        update.undo()
        assert here.entry(KEY).data == [1]


async def test_given_data_makes_an_entry_without_a_request() -> None:
    async with world(api) as here:
        assert await here.client.upsert(jobs(), [7]) == [7]
        entry = here.entry(KEY)
        assert (entry.status, entry.data) == ("fulfilled", [7])
        assert (entry.started_at, entry.fulfilled_at) == (START, START)
        assert await here.client.fetch(jobs()) == [7]
        assert backend.log == []
        assert here.types[:2] == ["executeQuery/pending", "executeQuery/fulfilled"]


async def test_given_data_does_not_end_the_request_that_runs() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs())
        await here.client.upsert(jobs(), [7])
        assert here.entry(KEY).request_id == watching.request_id
        assert watching.result.data == [7]
        backend.answer(0, [1])
        assert await watching == [1]


async def test_given_data_that_nobody_wants_goes_in_time() -> None:
    async with world(api) as here:
        await here.client.upsert(jobs(), [7])
        here.client.upsert_many([(feed(), [8])])
        await here.advance(60)
        assert here.state.queries == {}


async def test_many_are_given_in_one_action() -> None:
    async with world(api) as here:
        here.client.upsert_many([(jobs(), [7]), (feed(), [8])])
        assert here.entry(KEY).data == [7]
        assert here.entry("feed(undefined)").data == [8]
        assert here.client.entries_of(Tag("Job", 7)) == (jobs(),)
        assert here.types == ["queries/cacheEntriesUpserted"]


async def test_given_data_goes_below_open_updates() -> None:
    async with world(api) as here:
        await with_jobs(here)
        update = here.client.update(jobs(), lambda draft: draft.append(3))
        here.client.upsert_many([(jobs(), [5])])
        assert here.entry(KEY).data == [5, 3]
        await here.client.upsert(jobs(), [6])
        assert here.entry(KEY).data == [6, 3]
        update.undo()
        assert here.entry(KEY).data == [6]


async def test_given_data_goes_below_open_updates_once() -> None:
    async with world(api) as here:
        await with_jobs(here)
        here.client.update(jobs(), lambda draft: draft.append(3))
        here.client.upsert_many([(jobs(), [4]), (jobs(), [5])])
        assert here.entry(KEY).data == [5, 3]


@api.query
async def pairs(call: QueryCall) -> list[list[int]]:
    return [[1], [2]]


async def test_an_undo_keeps_the_identity_of_what_others_changed() -> None:
    async with world(api) as here:
        await here.client.fetch(pairs())
        first = here.client.update(pairs(), lambda draft: draft[0].append(9))
        here.client.update(pairs(), lambda draft: draft[1].append(9))
        before = here.client.result(pairs()).data
        first.undo()
        after = here.client.result(pairs()).data
        assert before is not None
        assert after == [[1], [2, 9]]
        assert after[1] is before[1]


async def test_no_listener_is_called_while_updates_are_lifted() -> None:
    seen: list[object] = []

    def noisy(api_: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def act(action: object) -> object:
                done = after(action)
                kind = cast("Mapping[str, object]", action)["type"]
                if kind == "api/executeQuery/fulfilled":
                    api_.dispatch({"type": "noise"})
                return done

            return act

        return around

    store = Store(api, middleware=[noisy])
    async with QueryClient(store, api, timers=ManualTimers()) as client:
        client.upsert_many([(jobs(), [1])])
        client.update(jobs(), lambda draft: draft.append(3))
        store.watch(client.selector(jobs()), lambda result: seen.append(result.data))
        again = client.subscribe(jobs(), force=True)
        backend.answer(0, [2])
        await again
        await drained()
    assert [2] not in seen
    assert seen[-1] == [2, 3]
