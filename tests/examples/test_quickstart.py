"""The quickstart as it stands there, and how FastAPI takes cached functions."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol, cast

import httpx
import pytest
from fastapi import Depends, FastAPI
from pydantic import BaseModel

from stateroom.cache import Cache
from stateroom.errors import UsageError
from stateroom.link.embedded import find_server
from stateroom.live import Quota
from tests.servers.processes import RedisProcess

ROOT = Path(__file__).resolve().parents[2]
QUICKSTART = ROOT / "examples" / "quickstart"
LONGEST = 80
"""Lines of the application: a reader takes it in at once."""
PATIENCE = 18
"""Seconds for the demonstration, which takes three."""
BERLIN = [
    {"id": 1, "title": "Python developer", "city": "Berlin"},
    {"id": 2, "title": "Data engineer", "city": "Berlin"},
]


class Quickstart(Protocol):
    """What the tests use of the application's module."""

    app: FastAPI
    cache: Cache
    searches: Quota
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def talking_to(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        yield client


def loaded(monkeypatch: pytest.MonkeyPatch) -> Quickstart:
    """Import the application anew: each test has its own database and its own cache."""
    name = f"quickstart_{uuid.uuid4().hex}"
    spec = importlib.util.spec_from_file_location(name, QUICKSTART / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return cast("Quickstart", module)


@pytest.fixture(params=["memory", "redis"])
async def client(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, its cache in memory and in Redis."""
    monkeypatch.delenv("STATEROOM_REDIS_URL", raising=False)
    if request.param == "redis":
        server = request.getfixturevalue("redis_7")
        assert isinstance(server, RedisProcess)
        monkeypatch.setenv("STATEROOM_REDIS_URL", server.url)
    quickstart = loaded(monkeypatch)
    async with quickstart.lifespan(quickstart.app), talking_to(quickstart.app) as found:
        await quickstart.cache.clear()
        await quickstart.searches.reset()
        yield found


class Loads:
    """Counts how often the database was asked, which the application prints."""

    def __init__(self, printed: pytest.CaptureFixture[str]) -> None:
        self._printed = printed

    def since(self) -> int:
        """Return how often since the last question."""
        return self._printed.readouterr().out.count("the database is asked")


@pytest.fixture
def loads(capsys: pytest.CaptureFixture[str]) -> Loads:
    return Loads(capsys)


# ----------------------------------------------------------------- the application


def test_the_application_fits_on_a_screen() -> None:
    lines = (QUICKSTART / "app.py").read_text("utf-8").splitlines()
    assert len(lines) <= LONGEST


async def test_a_second_search_does_not_ask_the_database(
    client: httpx.AsyncClient, loads: Loads
) -> None:
    for expected in (1, 0):
        answer = await client.get("/jobs", params={"city": "Berlin"})
        assert (answer.status_code, answer.json()) == (200, BERLIN)
        assert loads.since() == expected


async def test_a_stampede_asks_the_database_once(
    client: httpx.AsyncClient, loads: Loads
) -> None:
    asked = (client.get("/jobs", params={"city": "Berlin"}) for _ in range(50))
    answers = await asyncio.gather(*asked)
    assert [each.json() for each in answers] == [BERLIN] * 50
    assert loads.since() == 1


async def test_a_new_title_is_seen_by_every_search_that_finds_the_job(
    client: httpx.AsyncClient, loads: Loads
) -> None:
    for city in ("Berlin", "Paris"):
        await client.get("/jobs", params={"city": city})
    changed = await client.put("/jobs/1/title", json={"title": "Pythonista"})
    assert changed.json() == BERLIN[0] | {"title": "Pythonista"}
    loads.since()
    found = await client.get("/jobs", params={"city": "Berlin"})
    assert [each["title"] for each in found.json()] == ["Pythonista", "Data engineer"]
    assert loads.since() == 1
    await client.get("/jobs", params={"city": "Paris"})
    assert loads.since() == 0


async def test_a_title_that_changes_during_a_search_is_not_cached_away(
    client: httpx.AsyncClient, loads: Loads
) -> None:
    search = asyncio.ensure_future(client.get("/jobs", params={"city": "Berlin"}))
    while not loads.since():  # noqa: ASYNC110 - what is printed wakes nobody
        await asyncio.sleep(0)
    await client.put("/jobs/1/title", json={"title": "Pythonista"})
    await search
    found = await client.get("/jobs", params={"city": "Berlin"})
    assert found.json()[0]["title"] == "Pythonista"


async def test_what_is_really_asked_is_counted_and_nothing_else(
    client: httpx.AsyncClient,
) -> None:
    for city in ("Berlin", "Paris", "Berlin"):
        await client.get("/jobs", params={"city": city})
    told = await client.get("/searches")
    assert told.json() == {"used": "2 of 1000", "spent": "0.004 EUR"}


async def test_above_the_quota_nothing_is_asked_and_the_rest_is_served(
    monkeypatch: pytest.MonkeyPatch, loads: Loads
) -> None:
    monkeypatch.delenv("STATEROOM_REDIS_URL", raising=False)
    quickstart = loaded(monkeypatch)
    async with quickstart.lifespan(quickstart.app), talking_to(quickstart.app) as found:
        await found.get("/jobs", params={"city": "Berlin"})
        await quickstart.searches.take(999)
        loads.since()
        refused = await found.get("/jobs", params={"city": "Paris"})
        served = await found.get("/jobs", params={"city": "Berlin"})
    assert [refused.status_code, served.json()] == [429, BERLIN]
    assert int(refused.headers["Retry-After"]) > 0
    assert loads.since() == 0


async def test_what_is_not_there_cannot_be_renamed(client: httpx.AsyncClient) -> None:
    answer = await client.put("/jobs/9/title", json={"title": "Nobody"})
    assert answer.status_code == 404


# ------------------------------------------------------------- cached functions


class City(BaseModel):  # type: ignore[explicit-any] # of Pydantic
    name: str


CALLS: list[str] = []


async def find(name: str) -> City:
    CALLS.append(name)
    return City(name=name)


def find_blocking(name: str) -> City:
    CALLS.append(name)
    return City(name=name)


def endpoint(cache: Cache) -> FastAPI:
    app = FastAPI()
    app.get("/city")(cache.cached(60)(find))
    return app


def blocking_endpoint(cache: Cache) -> FastAPI:
    app = FastAPI()
    app.get("/city")(cache.cached(60)(find_blocking))
    return app


def called(cache: Cache) -> FastAPI:
    app = FastAPI()
    cached = cache.cached(60)(find)

    @app.get("/city")
    async def city(name: str) -> City:
        return await cached(name)

    return app


def dependency(cache: Cache) -> FastAPI:
    app = FastAPI()
    cached = cache.cached(60)(find)

    async def city(found: City = Depends(cached)) -> City:  # noqa: B008 - FastAPI's way
        return found

    app.get("/city")(city)
    return app


def blocking_dependency(cache: Cache) -> FastAPI:
    app = FastAPI()
    cached = cache.cached(60)(find_blocking)

    async def city(found: City = Depends(cached)) -> City:  # noqa: B008 - as above
        return found

    app.get("/city")(city)
    return app


WAYS = [endpoint, blocking_endpoint, called, dependency, blocking_dependency]


@pytest.mark.parametrize("way", WAYS)
async def test_fastapi_takes_a_cached_function_wherever_it_takes_a_function(
    way: Callable[[Cache], FastAPI],
) -> None:
    CALLS.clear()
    async with Cache.memory() as cache, talking_to(way(cache)) as client:
        for _ in range(2):
            answer = await client.get("/city", params={"name": "Berlin"})
            assert (answer.status_code, answer.json()) == (200, {"name": "Berlin"})
        assert (await client.get("/city")).status_code == 422
    assert CALLS == ["Berlin"]


@pytest.mark.parametrize("way", [endpoint, blocking_endpoint, called])
async def test_the_schema_tells_parameters_and_result(
    way: Callable[[Cache], FastAPI],
) -> None:
    async with Cache.memory() as cache, talking_to(way(cache)) as client:
        told = (await client.get("/openapi.json")).json()["paths"]["/city"]["get"]
    assert [each["name"] for each in told["parameters"]] == ["name"]
    content = told["responses"]["200"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/City"}


# ------------------------------------------------------------- the demonstration

STEP = re.compile(
    r"(back|client|draft|hit|miss|quota|stampede|write) +([\d.]+) ms  (.+)"
)
SEARCH = "GET /jobs?city=Berlin: "
SHOWN = "search({}): the client shows "
STEPS = [
    ("miss", f"{SEARCH}Python developer, Data engineer"),
    ("hit", f"{SEARCH}Python developer, Data engineer"),
    ("stampede", "50 times GET /jobs?city=Paris at once: 1 load"),
    ("write", "PUT /jobs/1/title: what is tagged Job:1 is invalid"),
    ("miss", f"{SEARCH}Pythonista, Data engineer"),
    ("quota", "GET /searches: 3 of 1000, 0.006 EUR spent"),
    ("client", f"{SHOWN.format('Berlin')}Pythonista, Data engineer"),
    ("client", f"{SHOWN.format('Paris')}Data engineer"),
    ("back", "jump(2): the client shows Pythonista, Data engineer"),
    ("draft", "found 'nothing yet', wrote 'Dear Sir,'; killed"),
    ("draft", "found 'Dear Sir,', wrote 'I can cook.'; killed"),
]


def demonstrated(temporary: Path, **more: str) -> str:
    done = subprocess.run(
        (sys.executable, "-m", "examples.quickstart.try_it"),
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary), **more},
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return done.stdout


def has_server() -> bool:
    try:
        find_server()
    except UsageError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.skipif(not has_server(), reason="there is no redis-server")
def test_the_demonstration_starts_a_redis_of_its_own(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    temporary = tmp_path_factory.mktemp("d")
    text = demonstrated(temporary, STATEROOM_REDIS_URL="redis://not-to-be-asked")
    assert "its cache in a Redis started for this:" in text
    assert [(name, told) for name, _, told in STEP.findall(text)] == STEPS
    assert [line for line in text.splitlines() if len(line) > 80] == []


@pytest.mark.slow
def test_the_demonstration_needs_no_redis(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    # A socket's path has 107 bytes at most: in this directory no server can start.
    temporary = tmp_path_factory.mktemp("d") / ("d" * 100)
    temporary.mkdir()
    text = demonstrated(temporary)
    assert "its cache in the application's memory:" in text
    assert [(name, told) for name, _, told in STEP.findall(text)] == STEPS


@pytest.mark.parametrize(
    ("words", "times"),
    [((), 1), (("EXAMPLE=other.toml",), 0), (("ARGS=--format json",), 0)],
)
def test_make_demo_shows_the_quickstart_unless_asked_for_a_catalogue(
    words: tuple[str, ...], times: int
) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    told = subprocess.run(
        (make, "-n", "demo", *words),
        cwd=ROOT,
        # Not what the make that runs this test was told.
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert "stateroom decide" in told
    assert told.count("quickstart.try_it") == times
