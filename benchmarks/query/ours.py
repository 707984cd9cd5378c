"""Our side: queries that are fulfilled, entries that are read, tags that go."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.figures import Measures
from benchmarks.query.workload import Job, Sizes, job_of
from stateroom.query import QueryApi, QueryCall, QueryClient, Tag
from stateroom.store import Store

__all__ = ("measure_ours",)

api = QueryApi("api", tags=("Job",))


@api.query(provides=lambda _, number: [Tag("Job", number)])
async def job(_: QueryCall, number: int) -> dict[str, object]:
    return job_of(number)


@api.query(provides=lambda _, number: [Tag("Job", number)])
async def typed_job(_: QueryCall, number: int) -> Job:
    return Job(number, f"Engineer {number}", 50_000 + number, ["a", "b"])


@asynccontextmanager
async def opened() -> AsyncIterator[QueryClient]:
    """Open a client on a new store."""
    async with QueryClient(Store(api), api) as client:
        yield client


def measure_ours(sizes: Sizes) -> Measures:
    """Return what each program takes, in seconds."""
    return asyncio.run(_measure(sizes))


async def _measure(sizes: Sizes) -> Measures:
    gone = await _invalidate(sizes.entries)
    return {
        "fulfilled": await _fulfilled(sizes.queries),
        "fulfilled_typed": await _fulfilled_typed(sizes.queries),
        **await _read(sizes.reads),
        "invalidate": gone,
        "invalidate_each": gone / sizes.entries,
    }


async def _fulfilled(count: int) -> float:
    async with opened() as client:
        start = time.perf_counter()
        watching = []
        for number in range(count):
            each = client.subscribe(job(number))
            await each
            watching.append(each)
        taken = time.perf_counter() - start
        assert watching[-1].result.data == job_of(count - 1)
        for each in watching:
            each.unsubscribe()
    return taken / count


async def _fulfilled_typed(count: int) -> float:
    async with opened() as client:
        start = time.perf_counter()
        for number in range(count):
            await client.subscribe(typed_job(number))
        taken = time.perf_counter() - start
        assert client.result(typed_job(0)).data == Job(
            0, "Engineer 0", 50_000, ["a", "b"]
        )
    return taken / count


async def _read(count: int) -> Measures:
    """Return what reading a cached entry takes: by its query, and by its argument."""
    async with opened() as client:
        await client.subscribe(job(1))
        query = job(1)
        assert client.result(query).data == await client.fetch(query) == job_of(1)
        start = time.perf_counter()
        for _ in range(count):
            client.result(query)
        held = time.perf_counter() - start
        start = time.perf_counter()
        for _ in range(count):
            client.result(job(1))
        made = time.perf_counter() - start
        start = time.perf_counter()
        for _ in range(count):
            await client.fetch(query)
        fetched = time.perf_counter() - start
    return {
        "read": held / count,
        "read_made": made / count,
        "read_fetch": fetched / count,
    }


async def _invalidate(count: int) -> float:
    async with opened() as client:
        client.upsert_many([(job(number), job_of(number)) for number in range(count)])
        start = time.perf_counter()
        client.invalidate("Job")
        taken = time.perf_counter() - start
        assert client.cached_args(job) == ()
    return taken
