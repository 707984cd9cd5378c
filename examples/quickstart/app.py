"""A job board whose slow search costs money: one file, to run and to copy.

Start it with ``uvicorn examples.quickstart.app:app``. What it caches and counts is in
its memory, or in the Redis that ``STATEROOM_REDIS_URL`` names: ``redis://localhost``.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Body, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from stateroom.cache import Cache
from stateroom.errors import QuotaExceeded
from stateroom.live import Live

url = os.environ.get("STATEROOM_REDIS_URL")
cache = Cache(url, namespace="quickstart") if url else Cache.memory()
live = Live(url, namespace="quickstart") if url else Live.memory()
searches = live.quota("searches", limit=1000, per="month", cost_per_call="0.002")


class Job(BaseModel):  # type: ignore[explicit-any] # of Pydantic
    id: int
    title: str
    city: str


JOBS = {  # stands for the database
    1: Job(id=1, title="Python developer", city="Berlin"),
    2: Job(id=2, title="Data engineer", city="Berlin"),
    3: Job(id=3, title="Data engineer", city="Paris"),
}


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with cache, live:
        yield


app = FastAPI(lifespan=lifespan)


# "Job" too: by it, a new job can invalidate the searches that found none.
@app.get("/jobs")
@cache.cached(ttl=3600, tags=lambda jobs: ["Job", *(f"Job:{job.id}" for job in jobs)])
@searches.guarded()  # only what is really asked counts, and above the limit nothing is
async def search_jobs(city: str) -> list[Job]:
    print(f"the database is asked for jobs in {city}", flush=True)
    found = [job for job in JOBS.values() if job.city == city]
    await asyncio.sleep(0.2)  # what the search takes
    return found


@app.put("/jobs/{job_id}/title")
async def rename_job(job_id: int, title: Annotated[str, Body(embed=True)]) -> Job:
    if job_id not in JOBS:
        raise HTTPException(404)
    job = JOBS[job_id] = JOBS[job_id].model_copy(update={"title": title})
    await cache.invalidate_tags(f"Job:{job_id}")  # in every process, before we answer
    return job


@app.get("/searches")
async def show_searches() -> dict[str, str]:
    usage = await searches.usage()
    return {"used": f"{usage.used} of {usage.limit}", "spent": f"{usage.spent} EUR"}


@app.exception_handler(QuotaExceeded)
async def refuse(_: Request, error: QuotaExceeded) -> JSONResponse:
    wait = {"Retry-After": f"{error.retry_after:.0f}"}
    return JSONResponse({"detail": str(error)}, 429, wait)
