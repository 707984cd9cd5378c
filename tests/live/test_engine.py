"""Live data is used by any thread, loop and forked process; outages are errors."""

from __future__ import annotations

import asyncio
import contextlib
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from stateroom.errors import BlockingCall, MissingExtra, Unavailable
from stateroom.live import Counter, Live
from tests.fixtures_servers import MakesRedis
from tests.servers.processes import RedisProcess


@pytest.fixture
def namespace(request: pytest.FixtureRequest) -> str:
    return f"e{abs(hash(request.node.nodeid)) % 10**12}"


async def test_a_blocking_call_in_a_loop_is_refused_before_anything_is_asked() -> None:
    views = Live.memory().counter("views")
    with pytest.raises(BlockingCall, match=r"counter\.add") as caught:
        views.blocking.add()
    assert "without .blocking" in caught.value.hint
    assert await views.get() == 0


def test_several_loops_one_after_the_other_are_served(
    redis_7: RedisProcess, namespace: str
) -> None:
    live = Live(redis_7.url, namespace=namespace)

    async def add() -> int:
        try:
            return await live.counter("views").add()
        finally:
            await live.aclose()

    assert [asyncio.run(add()) for _ in range(3)] == [1, 2, 3]


def test_threads_share_it(redis_7: RedisProcess, namespace: str) -> None:
    with Live(redis_7.url, namespace=namespace) as live, ThreadPoolExecutor(8) as pool:
        views = live.counter("views").blocking
        told = sorted(pool.map(lambda _: views.add(), range(40)))
    assert told == list(range(1, 41))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_uses_connections_of_its_own(
    redis_7: RedisProcess, namespace: str
) -> None:
    with Live(redis_7.url, namespace=namespace) as live:
        views = live.counter("views").blocking
        views.add()
        child = os.fork()
        if not child:
            os._exit(0 if views.add() == 2 else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert views.add() == 3


@pytest.mark.slow
async def test_an_outage_is_an_error_and_ends(own_redis: MakesRedis) -> None:
    server = own_redis()
    async with Live(server.url, namespace="app") as live:
        views = live.counter("views")
        await views.add()
        server.kill()
        with pytest.raises(Unavailable):
            await views.add()
        server.restart()
        assert await answered(views) == 0  # this server keeps nothing on its disk


async def answered(views: Counter) -> int:
    """Return what a counter is, as soon as the server answers again."""
    async with asyncio.timeout(10):
        while True:
            with contextlib.suppress(Unavailable):
                return await views.get()
            await asyncio.sleep(0.05)


def test_an_application_without_redis_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> object:
        raise ModuleNotFoundError(name, name="redis")

    monkeypatch.setattr("stateroom.live.live.importlib.import_module", missing)
    with pytest.raises(MissingExtra, match="redis"):
        Live("redis://localhost", namespace="app")
