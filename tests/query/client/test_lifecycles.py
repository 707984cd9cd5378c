"""What runs beside requests and entries: K10."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.errors import NeverResolved, QueryFailed, ResponseError
from stateroom.query import (
    EntryLifecycle,
    Fetching,
    QueryApi,
    QueryCall,
    QueryEndpoint,
    RequestLifecycle,
)
from tests.query.client.backend import Backend, world

api = QueryApi("api")
backend = Backend()
seen: list[object] = []


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()
    seen.clear()


async def tell_request(city: str, lifecycle: RequestLifecycle) -> None:
    seen.append(("started", city, lifecycle.result.status))
    try:
        loaded = await lifecycle.fulfilled
    except QueryFailed as failure:
        seen.append(("failed", failure.error.name, failure.is_unhandled))
    else:
        seen.append(("fulfilled", loaded.data, loaded.meta))


@api.query(on_started=tell_request)
async def jobs(call: QueryCall, city: str) -> object:
    seen.append(("asked", city))
    return await backend.ask(call, city)


async def tell_entry(lifecycle: EntryLifecycle) -> None:
    seen.append("added")
    try:
        seen.append((await lifecycle.data_loaded).data)
    except NeverResolved:
        seen.append("never")
    await lifecycle.removed
    seen.append("removed")


@api.query(on_entry_added=tell_entry, keep_unused=10)
async def feed(call: QueryCall) -> object:
    return await backend.ask(call)


async def test_it_begins_after_pending_and_before_the_request() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs("Berlin"))
        assert seen == [("started", "Berlin", "pending"), ("asked", "Berlin")]
        backend.answer(0, 7)
        await here.settle()
        assert seen[2:] == [("fulfilled", 7, {})]


async def test_it_hears_of_a_failure() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs("Berlin"))
        backend.fail(0, ResponseError("no", status=500))
        _ = here.client.subscribe(jobs("Paris"))
        backend.fail(1, ZeroDivisionError("1/0"))
        await here.settle()
        assert here.told() == ["1/0"]
        assert seen[-2:] == [
            ("failed", "ResponseError", False),
            ("failed", "ZeroDivisionError", True),
        ]


async def test_it_hears_of_an_abort() -> None:
    async with world(api) as here:
        here.client.subscribe(jobs("Berlin")).abort()
        await here.settle()
        assert seen[-1] == ("failed", "AbortError", False)


async def test_each_request_has_its_own_and_a_skipped_one_has_none() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        _ = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, 7)
        await here.settle()
        _ = watching.refetch()
        started = [each for each in seen if each[0] == "started"]  # type: ignore[index]
        assert len(started) == 2


async def test_a_failure_that_nobody_catches_is_no_fault() -> None:
    careless = QueryApi("api")

    async def hope(lifecycle: RequestLifecycle) -> None:
        await lifecycle.fulfilled

    @careless.query(on_started=hope)
    async def users(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(careless) as here:
        _ = here.client.subscribe(users())
        backend.fail(0, ResponseError("no", status=500))
        await here.settle()
        assert here.told() == []


async def test_its_own_errors_are_told_and_the_request_goes_on() -> None:
    broken = QueryApi("api")

    async def fail(lifecycle: RequestLifecycle) -> None:
        raise KeyError("mistake")

    def fail_at_once(lifecycle: EntryLifecycle) -> object:
        raise KeyError("another")

    @broken.query(on_started=fail, on_entry_added=fail_at_once)  # type: ignore[arg-type] # on purpose
    async def users(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(broken) as here:
        watching = here.client.subscribe(users())
        backend.answer(0, 7)
        assert await watching == 7
        await here.settle()
        assert here.told() == ["'another'", "'mistake'"]


async def test_a_wait_that_is_given_up_ends_nothing() -> None:
    patient = QueryApi("api")

    async def wait(lifecycle: RequestLifecycle) -> None:
        waiting = asyncio.ensure_future(_first(lifecycle))
        await asyncio.sleep(0)
        waiting.cancel()
        seen.append((await lifecycle.fulfilled).data)

    @patient.query(on_started=wait)
    async def users(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(patient) as here:
        _ = here.client.subscribe(users())
        await here.settle()
        backend.answer(0, 7)
        await here.settle()
        assert seen == [7]


async def _first(lifecycle: RequestLifecycle) -> object:
    return await lifecycle.fulfilled


async def test_optimistic_updates_are_undone_or_kept() -> None:
    listed = QueryApi("api")

    @listed.query
    async def names(call: QueryCall) -> list[str]:
        return ["Ada"]

    async def add(name: str, lifecycle: RequestLifecycle) -> None:
        update = lifecycle.update_query(names(), lambda draft: draft.append(name))
        try:
            await lifecycle.fulfilled
        except QueryFailed:
            update.undo()

    @listed.mutation(on_started=add)
    async def add_name(call: QueryCall, name: str) -> object:
        return await backend.ask(call, name)

    async with world(listed) as here:
        watching = here.client.subscribe(names())
        await watching
        _ = here.client.mutate(add_name("Bob"))
        _ = here.client.mutate(add_name("Cyd"))
        assert watching.result.data == ["Ada", "Bob", "Cyd"]
        backend.fail(0, ResponseError("no", status=500))
        await here.settle()
        assert watching.result.data == ["Ada", "Cyd"]
        backend.answer(1, "done")
        await here.settle()
        assert watching.result.data == ["Ada", "Cyd"]
        # Kept until the next answer, which has it.
        assert await watching.refetch() == ["Ada"]


async def test_an_answer_meanwhile_does_not_wipe_an_optimistic_update() -> None:
    listed = QueryApi("api")

    @listed.query
    async def names(call: QueryCall) -> list[str]:
        return ["Ada"]

    async def add(name: str, lifecycle: RequestLifecycle) -> None:
        lifecycle.update_query(names(), lambda draft: draft.append(name))
        await lifecycle.fulfilled

    @listed.mutation(on_started=add)
    async def add_name(call: QueryCall, name: str) -> object:
        return await backend.ask(call, name)

    async with world(listed) as here:
        watching = here.client.subscribe(names())
        await watching
        _ = here.client.mutate(add_name("Bob"))
        assert await watching.refetch() == ["Ada", "Bob"]
        backend.answer(0, "done")
        await here.settle()
        assert await watching.refetch() == ["Ada"]


async def test_an_update_after_the_answer_is_final() -> None:
    listed = QueryApi("api")

    async def count(lifecycle: RequestLifecycle) -> None:
        await lifecycle.fulfilled
        seen.append(lifecycle.update(lambda data: data + 1).is_open)

    @listed.query(on_started=count)
    async def number(call: QueryCall) -> int:
        return 1

    async with world(listed) as here:
        await here.client.fetch(number())
        await here.settle()
        assert here.client.result(number()).data == 2
        assert seen == [False]


async def test_a_mutation_has_no_data_of_its_own_to_update() -> None:
    listed = QueryApi("api")

    async def wrong(lifecycle: RequestLifecycle) -> None:
        lifecycle.update(lambda _: None)

    @listed.mutation(on_started=wrong)
    async def rename(call: QueryCall) -> str:
        return "done"

    async with world(listed) as here:
        assert await here.client.mutate(rename()) == "done"
        assert "mutation has no data" in here.told()[0]


async def test_an_entry_tells_of_its_first_data_and_its_end() -> None:
    async with world(api) as here:
        with here.client.subscribe(feed()) as watching:
            assert seen == ["added"]
            backend.answer(0, 7)
            await here.settle()
            _ = watching.refetch()
            backend.answer(1, 8)
            await here.settle()
        assert seen == ["added", 7]
        await here.advance(10)
        assert seen == ["added", 7, "removed"]


async def test_an_entry_that_is_removed_before_its_data_says_so() -> None:
    async with world(api) as here:
        here.client.subscribe(feed()).unsubscribe()
        await here.advance(10)
        assert seen == ["added", "never", "removed"]


async def test_the_answer_to_a_request_of_before_is_no_first_data() -> None:
    hasty = QueryApi("api", tags=("Job",), invalidation="immediately")

    @hasty.query(provides=["Job"], on_entry_added=tell_entry)
    async def listed(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(hasty) as here:
        here.client.prefetch(listed())
        here.client.upsert_many([(listed(), "given")])
        here.client.invalidate("Job")
        _ = here.client.subscribe(listed())
        await here.settle()
        seen.clear()
        backend.answer(0, "old")
        await here.settle()
        assert seen == []
        backend.answer(1, "new")
        await here.settle()
        assert seen == ["new"]


async def test_a_failure_is_no_first_data() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(feed())
        backend.fail(0, ResponseError("no", status=500))
        await here.settle()
        assert seen == ["added"]
        _ = watching.refetch()
        backend.answer(1, 8)
        await here.settle()
        assert seen == ["added", 8]


async def test_data_that_is_given_here_is_first_data() -> None:
    async with world(api) as here:
        here.client.upsert_many([(feed(), 7)])
        await here.settle()
        assert seen == ["added", 7]
        await here.advance(10)
        assert seen == ["added", 7, "removed"]


async def test_never_resolving_does_not_have_to_be_caught() -> None:
    careless = QueryApi("api", keep_unused=0)

    async def hope(lifecycle: EntryLifecycle) -> None:
        await lifecycle.data_loaded

    @careless.query(on_entry_added=hope)
    async def users(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(careless) as here:
        here.client.subscribe(users()).unsubscribe()
        await here.settle()
        assert here.told() == []
        assert here.state.queries == {}


async def test_a_stream_updates_its_entry_and_ends_with_it() -> None:
    streamed = QueryApi("api", keep_unused=0)

    async def listen(room: str, lifecycle: EntryLifecycle) -> None:
        await lifecycle.data_loaded
        for word in ("hello", "bye"):
            lifecycle.update(lambda draft, word=word: draft.append(f"{room}: {word}"))
        await lifecycle.removed
        seen.append("closed")

    @streamed.query(on_entry_added=listen)
    async def messages(call: QueryCall, room: str) -> list[str]:
        return []

    async with world(streamed) as here:
        watching = here.client.subscribe(messages("den"))
        await here.settle()
        assert watching.result.data == ["den: hello", "den: bye"]
        assert await watching.refetch() == []
        watching.unsubscribe()
        await here.settle()
        assert seen == ["closed"]


async def test_a_mutation_with_a_fixed_key_replaces_the_entry_before() -> None:
    keyed = QueryApi("api")

    async def tell(name: str, lifecycle: EntryLifecycle) -> None:
        seen.append(f"{name} added")
        await lifecycle.removed
        seen.append(f"{name} removed")

    @keyed.mutation(on_entry_added=tell)
    async def rename(call: QueryCall, name: str) -> str:
        return name

    async with world(keyed) as here:
        _ = here.client.mutate(rename("a"), key="renaming")
        await here.settle()
        run = here.client.mutate(rename("b"), key="renaming")
        await here.settle()
        assert seen == ["a added", "b added", "a removed"]
        run.reset()
        await here.settle()
        assert seen[-1] == "b removed"


async def test_a_mutation_of_another_endpoint_ends_the_entry_of_its_key() -> None:
    keyed = QueryApi("api")

    async def tell(lifecycle: EntryLifecycle) -> None:
        await lifecycle.removed
        seen.append("removed")

    @keyed.mutation(on_entry_added=tell)
    async def first(call: QueryCall) -> int:
        return 1

    @keyed.mutation
    async def second(call: QueryCall) -> int:
        return 2

    async with world(keyed) as here:
        await here.client.mutate(first(), key="shared")
        await here.client.mutate(second(), key="shared")
        assert seen == ["removed"]


async def test_a_request_hears_of_its_end_before_its_entry_and_who_waits() -> None:
    ordered = QueryApi("api")

    async def request(lifecycle: RequestLifecycle) -> None:
        await lifecycle.fulfilled
        seen.append("request")

    async def entry(lifecycle: EntryLifecycle) -> None:
        await lifecycle.data_loaded
        seen.append("entry")

    @ordered.query(on_started=request, on_entry_added=entry)
    async def users(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(ordered) as here:
        watching = here.client.subscribe(users())

        async def wait() -> None:
            await watching
            seen.append("caller")

        waiting = asyncio.ensure_future(wait())
        await here.settle()
        backend.answer(0, 7)
        await waiting
        assert seen == ["request", "entry", "caller"]


async def test_data_given_twice_at_once_makes_one_entry() -> None:
    async with world(api) as here:
        here.client.upsert_many([(feed(), 7), (feed(), 8)])
        await here.settle()
        assert seen == ["added", 7]
        assert here.client.result(feed()).data == 8


async def test_who_waits_for_given_data_finds_what_was_done_about_it() -> None:
    counted = QueryApi("api")

    async def count(lifecycle: RequestLifecycle) -> None:
        loaded = await _first(lifecycle)
        assert isinstance(loaded, tuple)
        lifecycle.update_query(number(), lambda data: data + 1)

    @counted.query(on_started=count)
    async def number(call: QueryCall) -> int:
        return 1

    async with world(counted) as here:
        given = here.client.upsert(number(), 5)
        assert await asyncio.ensure_future(_wait(given)) == 6
        assert await here.client.fetch(number(), force=True) == 2


async def _wait(given: Fetching[int]) -> int:
    return await given


async def test_updates_of_a_function_that_lets_the_failure_pass_are_undone() -> None:
    listed = QueryApi("api")

    @listed.query
    async def names(call: QueryCall) -> list[str]:
        return ["Ada"]

    async def add(name: str, lifecycle: RequestLifecycle) -> None:
        lifecycle.update_query(names(), lambda draft: draft.append(name))
        lifecycle.update_query(names(), lambda draft: draft.remove(name))
        lifecycle.update_query(names(), lambda draft: draft.append(name))
        await lifecycle.fulfilled

    @listed.mutation(on_started=add)
    async def add_name(call: QueryCall, name: str) -> object:
        return await backend.ask(call, name)

    async with world(listed) as here:
        await here.client.fetch(names())
        _ = here.client.mutate(add_name("Bob"))
        assert here.client.result(names()).data == ["Ada", "Bob"]
        backend.fail(0, ResponseError("no", status=500))
        await here.settle()
        assert here.client.result(names()).data == ["Ada"]
        assert here.told() == []


def streaming() -> tuple[QueryApi, QueryEndpoint[[], list[int]]]:
    made = QueryApi("api", keep_unused=0)

    async def count(lifecycle: EntryLifecycle) -> None:
        await lifecycle.data_loaded
        try:
            for number in range(10):
                await asyncio.sleep(0)
                lifecycle.update(lambda draft: draft.append(number))  # noqa: B023 - on purpose
            await asyncio.Event().wait()
        finally:
            seen.append("stopped")

    async def follow(lifecycle: EntryLifecycle) -> None:
        seen.append(await lifecycle.until_removed(count(lifecycle)))

    @made.query(on_entry_added=follow)
    async def numbers(call: QueryCall) -> list[int]:
        found = await backend.ask(call)
        assert isinstance(found, list)
        return found

    return made, numbers


async def test_work_for_an_entry_is_cancelled_when_it_is_removed() -> None:
    made, numbers = streaming()
    async with world(made) as here:
        watching = here.client.subscribe(numbers())
        backend.answer(0, [])
        await here.settle()
        assert watching.result.data == list(range(10))
        watching.unsubscribe()
        await here.settle()
        assert seen == ["stopped", None]


async def test_work_for_an_entry_that_never_has_data_ends_silently() -> None:
    made, numbers = streaming()
    async with world(made) as here:
        here.client.subscribe(numbers()).unsubscribe()
        await here.settle()
        assert here.told() == []


async def test_work_for_an_entry_may_end_before_it() -> None:
    made = QueryApi("api")

    async def follow(lifecycle: EntryLifecycle) -> None:
        seen.append(await lifecycle.until_removed(_seven()))

    @made.query(on_entry_added=follow)
    async def numbers(call: QueryCall) -> int:
        return 1

    async with world(made) as here:
        await here.client.fetch(numbers())
        await here.settle()
        assert seen == [7]


async def _seven() -> int:
    await asyncio.sleep(0)
    return 7
