"""Types survive from an endpoint's function to its data. Checked, never run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_type

from stateroom.query import (
    EntryLifecycle,
    Fetching,
    Mutation,
    MutationEndpoint,
    MutationResult,
    MutationRun,
    Query,
    QueryApi,
    QueryCall,
    QueryClient,
    QueryEndpoint,
    QueryResult,
    RequestLifecycle,
    Subscription,
    Tag,
    Update,
)
from stateroom.store import Store
from stateroom.testing import ManualTimers


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    title: str


api = QueryApi("api", tags=("Job",))
store = Store(api)
client = QueryClient(store, api, timers=ManualTimers())


@api.query(provides=lambda jobs, city: [Tag("Job", job.id) for job in jobs] + ["Job"])
async def jobs_in(call: QueryCall, city: str, *, page: int = 1) -> list[Job]:
    return assert_type(
        await call.get("/jobs", params={"city": city}, returns=list[Job]), list[Job]
    )


@api.query
async def count(call: QueryCall) -> int:
    return 1


async def follow(city: str, lifecycle: EntryLifecycle) -> None:
    assert_type((await lifecycle.data_loaded).data, object)
    lifecycle.update(lambda draft: draft.append(city))
    lifecycle.update(shout)
    assert_type(await lifecycle.until_removed(wait()), int | None)
    assert_type(await lifecycle.removed, None)


def shout(draft: list[str]) -> list[str]:
    return [each.upper() for each in draft]


async def wait() -> int:
    return 1


async def rename_now(job_id: int, lifecycle: RequestLifecycle) -> None:
    update = lifecycle.update_query(jobs_in("Berlin"), lambda draft: draft.clear())
    assert_type(update, Update)
    assert_type((await lifecycle.fulfilled).meta, Mapping[str, object])
    assert_type(await lifecycle.client.fetch(jobs_in("Berlin")), list[Job])


@api.mutation(
    invalidates=lambda job, job_id: [Tag("Job", job_id)], on_started=rename_now
)
async def rename_job(call: QueryCall, job_id: int, title: str) -> Job:
    return Job(job_id, title)


@api.query(on_entry_added=follow, keep_unused=5, structural_sharing=False)
async def feed(call: QueryCall, city: str) -> list[str]:
    return []


def an_endpoint_keeps_its_parameters_and_what_it_returns() -> None:
    assert_type(count, QueryEndpoint[[], int])
    assert_type(jobs_in("Berlin", page=2), Query[list[Job]])
    assert_type(rename_job(1, title="Cook"), Mutation[Job])
    assert_type(count.of(1), Query[int])
    one: MutationEndpoint[[int, str], Job] = rename_job
    assert_type(one.name, str)


async def a_client_gives_what_the_endpoint_returns() -> None:
    assert_type(await client.fetch(jobs_in("Berlin")), list[Job])
    assert_type(await client.fetch(count(), force=10), int)
    watching = client.subscribe(jobs_in("Berlin"), on_change=show, polling=30)
    watching = assert_type(watching, Subscription[list[Job]])
    assert_type(await watching, list[Job])
    assert_type(watching.result, QueryResult[list[Job]])
    assert_type(watching.result.data, list[Job] | None)
    again = assert_type(watching.refetch(), Fetching[list[Job]])
    assert_type(await again, list[Job])
    with client.subscribe(count()) as counting:
        assert_type(await counting, int)
    assert_type(client.result(count()), QueryResult[int])
    store.watch(client.selector(count()), count_shown)


async def a_mutation_gives_what_the_endpoint_returns() -> None:
    run = assert_type(client.mutate(rename_job(1, "Cook")), MutationRun[Job])
    assert_type(await run, Job)
    assert_type(run.result, MutationResult[Job])
    assert_type(await client.mutate(rename_job(1, "Cook"), key="renaming"), Job)


async def data_that_is_changed_here_has_its_type() -> None:
    client.update(jobs_in("Berlin"), lambda draft: draft.append(Job(1, "Cook")))
    assert_type(await client.upsert(count(), 7), int)
    client.upsert_many([(count(), 7), (jobs_in("Berlin"), [])])
    assert_type(client.entries_of("Job", Tag("Job", 1)), tuple[Query[object], ...])
    assert_type(client.cached_args(jobs_in), tuple[object, ...])


def show(result: QueryResult[list[Job]]) -> None:
    assert_type(result.is_success, bool)


def count_shown(result: QueryResult[int]) -> None:
    assert_type(result.data, int | None)


async def is_refused() -> None:
    jobs_in(1)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    jobs_in()  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    count(1)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    rename_job(1)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    await client.fetch(jobs_in)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    await client.fetch(rename_job(1, "Cook"))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    await client.mutate(count())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    with client.subscribe(count(), on_change=show):  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        pass
    client.update(count(), lambda draft: draft.append(1))  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]


@api.query  # type: ignore[arg-type] # pyright: ignore[reportArgumentType, reportCallIssue]
def no_coroutine(call: QueryCall) -> int:
    return 1


@api.query(on_started=1)  # type: ignore[call-overload, untyped-decorator] # pyright: ignore[reportArgumentType]
async def no_function(call: QueryCall) -> int:
    return 1
