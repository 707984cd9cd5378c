"""Starts the quickstart, uses it over HTTP, and prints what each tier does.

``make demo`` runs it. No server is needed: where a redis-server can be found, one is
started for this alone; elsewhere the cache is in the application's memory.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from examples.quickstart import client
from stateroom.cache import Cache
from stateroom.errors import StateroomError
from stateroom.store import Store

__all__ = ("main",)

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_LIMIT = 20.0
"""Seconds in which the application has to be up; one is usual."""
LIMIT = 10.0
"""Seconds for one answer, and for the application to end."""
READERS = 50
"""How many ask for the same at once."""
RUNNING = re.compile(r"running on http://[^:]+:(\d+)")
LOADING = "the database is asked"


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, how long it took in ms, and what came of it."""

    name: str
    ms: float
    told: str


class Application:
    """The quickstart as it runs: asked over HTTP, and watched through its log."""

    def __init__(self, port: int, log: Path) -> None:
        self._port = port
        self._log = log

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self._port}"

    def ask(self, method: str, path: str, *, body: object = None) -> str:
        """Return the answer to one request, on a connection of its own."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=LIMIT)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"content-type": "application/json"})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise SystemExit(f"{method} {path}: {response.status} {text}")
        return text

    def loads(self) -> int:
        """Return how often it has asked its database so far."""
        return self._log.read_text("utf-8").count(LOADING)


def main() -> None:
    """Print each step as it is done."""
    with ExitStack() as opened:
        # What the server leaves behind while it ends is no reason to fail.
        made = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = Path(opened.enter_context(made))
        url = _redis(folder / "redis", opened)
        where = "a Redis started for this" if url else "the application's memory"
        print(f"\nThe quickstart over HTTP, its cache in {where}:\n", flush=True)
        application = opened.enter_context(_running(folder / "log", url))
        for tier in (_cache, _live, _store, _persist):
            for step in tier(application, folder):
                print(f"{step.name:<9}{step.ms:>8.1f} ms  {step.told}", flush=True)


def _cache(application: Application, _: Path) -> Iterator[Step]:
    """Show a miss, a hit, a stampede, and what a write leads to."""
    yield _search(application, "Berlin")
    yield _search(application, "Berlin")
    yield _stampede(application, "Paris")
    yield _rename(application, 1, "Pythonista")
    yield _search(application, "Berlin")


def _live(application: Application, _: Path) -> Iterator[Step]:
    """Show what the searches cost: all that was asked, and less that was searched."""
    start = time.perf_counter()
    told = json.loads(application.ask("GET", "/searches"))
    ms = _ms_since(start)
    yield Step("quota", ms, f"GET /searches: {told['used']}, {told['spent']} spent")


def _store(application: Application, _: Path) -> Iterator[Step]:
    """Show a client whose state is in a store, and its way back."""
    store = client.new_store(application.url)
    with store.devtools() as tools:
        for city in ("Berlin", "Paris"):
            yield asyncio.run(_find(store, city))
        start = time.perf_counter()
        tools.jump(2)  # before: that the first search began
        told = f"jump(2): the client shows {client.line(store.state)}"
        yield Step("back", _ms_since(start), told)


def _persist(_: Application, folder: Path) -> Iterator[Step]:
    """Show a letter that survives the killing of the program it is written in."""
    command = [sys.executable, "-m", "examples.quickstart.draft", str(folder / "draft")]
    for line in ("Dear Sir,", "I can cook."):
        start = time.perf_counter()
        with subprocess.Popen(  # noqa: S603 - this Python, with a file of ours
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            if process.stdin is None or process.stdout is None:
                raise SystemExit("the draft has no pipes")
            found = process.stdout.readline().strip()
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            process.stdout.readline()  # it is saved
            process.kill()  # no signal that it could see, and no chance to save
        told = f"found {found!r}, wrote {line!r}; killed"
        yield Step("draft", _ms_since(start), told)


async def _find(store: Store, city: str) -> Step:
    start = time.perf_counter()
    await store.dispatch(client.search(city)).unwrap()
    told = f"search({city}): the client shows {client.line(store.state)}"
    return Step("client", _ms_since(start), told)


def _search(application: Application, city: str) -> Step:
    path = f"/jobs?city={city}"
    before, start = application.loads(), time.perf_counter()
    text = application.ask("GET", path)
    ms = _ms_since(start)
    name = "hit" if application.loads() == before else "miss"
    titles = ", ".join(job["title"] for job in json.loads(text))
    return Step(name, ms, f"GET {path}: {titles}")


def _stampede(application: Application, city: str) -> Step:
    path = f"/jobs?city={city}"
    together = threading.Barrier(READERS)

    def read(_: int) -> str:
        together.wait()
        return application.ask("GET", path)

    before, start = application.loads(), time.perf_counter()
    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(read, range(READERS)))
    ms, loads = _ms_since(start), application.loads() - before
    told = f"{loads} load{'' if loads == 1 else 's'}"
    return Step("stampede", ms, f"{READERS} times GET {path} at once: {told}")


def _rename(application: Application, number: int, title: str) -> Step:
    path = f"/jobs/{number}/title"
    start = time.perf_counter()
    application.ask("PUT", path, body={"title": title})
    told = f"PUT {path}: what is tagged Job:{number} is invalid"
    return Step("write", _ms_since(start), told)


def _ms_since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def _redis(home: Path, opened: ExitStack) -> str:
    """Return the URL of a Redis of our own; an empty one, and say why, for none."""
    url = f"embedded://{home}"
    try:
        # Held until the end: the server stops when nobody has it open.
        cache = opened.enter_context(Cache(url, namespace="quickstart"))
        cache.blocking.clear()
    except StateroomError as error:
        print(f"\nNo Redis for the quickstart: {error}", file=sys.stderr)
        return ""
    return url


@contextmanager
def _running(log: Path, url: str) -> Iterator[Application]:
    """Run the application in a process of its own, on a free port."""
    environment = {**os.environ, "STATEROOM_REDIS_URL": url}
    command = [sys.executable, "-m", "uvicorn", "examples.quickstart.app:app"]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - this Python, with a file of ours
            [*command, "--host", HOST, "--port", "0"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        yield Application(_port(process, log), log)
    finally:
        process.terminate()
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """Return the port that the application listens on, as soon as it does."""
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end and process.poll() is None:
        found = RUNNING.search(log.read_text("utf-8"))
        if found is not None:
            return int(found[1])
        time.sleep(0.02)
    raise SystemExit(f"the application did not start:\n{log.read_text('utf-8')}")


if __name__ == "__main__":
    main()
