"""Links for the tests: of both kinds, with time enough, and closed when a test ends."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from stateroom.cache import Cache
from stateroom.link.targets import Budgets
from tests.link.talkers import AsyncTalker, BlockingTalker, Talker
from tests.servers.certificates import Certificates, make_certificates

PATIENT_S = 3.0
"""For one exchange, in tests that are not about time: the machine may be busy."""


class Opens(Protocol):
    """The type of ``opens``: opens a link of the kind that is tested."""

    def __call__(
        self, url: str, *, operation_s: float = PATIENT_S, connect_s: float = PATIENT_S
    ) -> Talker: ...


@pytest.fixture(params=["asyncio", "blocking"])
async def opens(request: pytest.FixtureRequest) -> AsyncIterator[Opens]:
    kinds: dict[str, Callable[[str, Budgets], Talker]] = {
        "asyncio": AsyncTalker,
        "blocking": BlockingTalker,
    }
    kind = kinds[request.param]
    async with AsyncExitStack() as stack:

        def opened(
            url: str, *, operation_s: float = PATIENT_S, connect_s: float = PATIENT_S
        ) -> Talker:
            budgets = Budgets(connect_s=connect_s, operation_s=operation_s)
            talker = kind(url, budgets)
            stack.push_async_callback(talker.close)
            return talker

        yield opened


class OpensBlocking(Protocol):
    """The type of ``opens_blocking``."""

    def __call__(self, url: str) -> BlockingTalker: ...


@pytest.fixture
def opens_blocking() -> Iterator[OpensBlocking]:
    """For tests that need threads of their own."""
    with ExitStack() as stack:

        def opened(url: str) -> BlockingTalker:
            budgets = Budgets(connect_s=PATIENT_S, operation_s=PATIENT_S)
            talker = BlockingTalker(url, budgets)
            stack.callback(talker.link.close)
            return talker

        yield opened


@pytest.fixture
def prefix() -> str:
    """Keeps the keys of a test apart: servers are shared."""
    return f"t{uuid.uuid4().hex[:12]}"


class OpensCache(Protocol):
    """The type of ``opens_cache``: each of its caches plays a process of its own."""

    def __call__(
        self, url: str, *, local: bool = False, timeout: float = PATIENT_S
    ) -> Cache: ...


@pytest.fixture
async def opens_cache(prefix: str) -> AsyncIterator[OpensCache]:
    opened: list[Cache] = []

    def open_it(
        url: str,
        *,
        local: bool = False,
        timeout: float = PATIENT_S,
    ) -> Cache:
        cache = Cache(
            url, namespace=prefix, local=local, timeout=timeout, connect_timeout=timeout
        )
        opened.append(cache)
        return cache

    yield open_it
    for each in opened:
        await each.engine.aclose_here()
    await asyncio.gather(*(asyncio.to_thread(each.close) for each in opened))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority and a server's certificate, for several servers to share."""
    directory: Path = tmp_path_factory.mktemp("certificates")
    return make_certificates(directory)
