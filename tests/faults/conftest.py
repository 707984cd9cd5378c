"""What the tests of faults share: a namespace, a source, and caches that are closed."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from stateroom.cache import Cache
from tests.faults.sources import Source
from tests.faults.stations import Station
from tests.faults.watching import engine_of

PATIENT_S = 3.0
"""For one exchange, in tests that are not about time: the machine may be busy."""


class OpensCache(Protocol):
    """The type of ``open_cache``: each of its caches plays a process of its own."""

    def __call__(
        self,
        url: str,
        *,
        local: bool = False,
        timeout: float = PATIENT_S,
        local_doubt: float = 2.0,
        bulkhead: int = 64,
        signing_keys: tuple[bytes, ...] = (),
    ) -> Cache: ...


Closes = Callable[[Cache], None]


class OpensBlocking(Protocol):
    """The type of ``open_blocking``: for tests without an event loop."""

    def __call__(
        self, url: str, *, local: bool = False, timeout: float = PATIENT_S
    ) -> Cache: ...


class OpensStation(Protocol):
    """The type of ``open_station``: each is a process."""

    def __call__(
        self, url: str, *, local: bool = False, timeout: float = PATIENT_S
    ) -> Station: ...


@pytest.fixture(scope="session")
def closing() -> Iterator[Closes]:
    """Closes caches beside the tests: each waits up to 0.25 s for its thread."""
    begun: list[Future[None]] = []
    with ThreadPoolExecutor(4) as threads:
        yield lambda cache: begun.append(threads.submit(cache.close))
    for each in begun:
        each.result()


@pytest.fixture
def namespace() -> str:
    """Keeps the keys of a test apart: servers are shared."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path)


@pytest.fixture
async def open_cache(namespace: str, closing: Closes) -> AsyncIterator[OpensCache]:
    opened: list[Cache] = []
    try:

        def open_it(
            url: str,
            *,
            local: bool = False,
            timeout: float = PATIENT_S,
            local_doubt: float = 2.0,
            bulkhead: int = 64,
            signing_keys: tuple[bytes, ...] = (),
        ) -> Cache:
            cache = Cache(
                url, namespace=namespace, local=local, timeout=timeout,
                connect_timeout=timeout, local_doubt=local_doubt, bulkhead=bulkhead,
                signing_keys=signing_keys,
            )  # fmt: skip
            opened.append(cache)
            return cache

        yield open_it
    finally:
        for each in opened:
            await engine_of(each).aclose_here()
        for each in opened:
            closing(each)


@pytest.fixture
def open_blocking(namespace: str, closing: Closes) -> Iterator[OpensBlocking]:
    with ExitStack() as stack:

        def open_it(
            url: str, *, local: bool = False, timeout: float = PATIENT_S
        ) -> Cache:
            cache = Cache(
                url, namespace=namespace, local=local, timeout=timeout,
                connect_timeout=timeout,
            )  # fmt: skip
            stack.callback(closing, cache)
            return cache

        yield open_it


@pytest.fixture
def open_station(namespace: str, source: Source) -> Iterator[OpensStation]:
    with ExitStack() as stack:

        def open_it(
            url: str, *, local: bool = False, timeout: float = PATIENT_S
        ) -> Station:
            station = Station(
                url, namespace=namespace, source=source, local=local, timeout=timeout
            )
            return stack.enter_context(station)

        yield open_it
