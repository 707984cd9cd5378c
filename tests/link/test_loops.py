"""What belongs to an event loop ends with it, whoever closes the loop, and how."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import warnings
import weakref
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from stateroom.link import AsyncLink, Budgets, read_url
from stateroom.link.belonging import PerLoop
from stateroom.link.opening import open_async_link
from tests.fixtures_servers import MakesRedis
from tests.link.elsewhere import elsewhere
from tests.link.looping import FACES
from tests.servers.processes import RedisProcess, until

ROOT = Path(__file__).resolve().parents[2]
LOOPS = 30
PATIENT = Budgets(connect_s=5.0, operation_s=5.0)


class Thing:
    """Something of one loop.

    Attributes:
        ended: in which loops it was.
    """

    def __init__(self) -> None:
        self.ended: list[asyncio.AbstractEventLoop] = []

    async def end(self) -> None:
        await asyncio.sleep(0)
        self.ended.append(asyncio.get_running_loop())


def things() -> PerLoop[Thing]:
    return PerLoop(Thing, end=Thing.end)


async def of(each: PerLoop[Thing]) -> tuple[Thing, asyncio.AbstractEventLoop]:
    return each.here(), asyncio.get_running_loop()


def closed(each: PerLoop[Thing]) -> weakref.ref[Thing]:
    """Return a thing of a loop that was closed without a word."""
    loop = asyncio.new_event_loop()
    thing, _ = loop.run_until_complete(of(each))
    loop.close()
    return weakref.ref(thing)


# ------------------------------------------------------------------- how they end


def test_what_belongs_to_a_loop_ends_in_it_when_it_ends() -> None:
    each = things()
    found = [asyncio.run(of(each)) for _ in range(3)]
    assert [thing.ended for thing, _ in found] == [[loop] for _, loop in found]
    assert len({thing for thing, _ in found}) == 3


def test_what_was_ended_before_its_loop_is_ended_once() -> None:
    each = things()

    async def main() -> tuple[Thing, Thing]:
        first = each.here()
        await each.aclose_here()
        await each.aclose_here()  # there is nothing any more
        assert len(first.ended) == 1
        return first, each.here()

    first, second = asyncio.run(main())
    assert (len(first.ended), len(second.ended)) == (1, 1)


@pytest.mark.parametrize("was_used", [True, False])
def test_what_else_ends_with_a_loop_may_use_what_belongs_to_it(
    *, was_used: bool
) -> None:
    each, found, waiting = things(), list[Thing](), list[AsyncGenerator[None, None]]()

    async def last() -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await asyncio.sleep(0)
            found.append(each.here())

    async def main() -> None:
        if was_used:
            found.append(each.here())
        waiting.append(last())
        await anext(waiting[0])

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asyncio.run(main())
    assert told == []
    assert len(found) == 1 + was_used
    assert len(set(found)) == 1


def test_what_belongs_to_closed_loops_is_dropped_when_another_needs_its_own() -> None:
    each = things()
    gone = [closed(each) for _ in range(3)]
    assert len(each.all()) == 1
    asyncio.run(of(each))
    gc.collect()
    assert [one() for one in gone] == [None] * 3


def test_what_belongs_to_a_loop_that_runs_elsewhere_is_left_alone() -> None:
    each = things()
    with elsewhere() as other:
        before, _ = other.run(of(each))
        closed(each)
        asyncio.run(of(each))
        each.drop_closed()
        after, _ = other.run(of(each))
        assert before.ended == []
    assert after is before


# ------------------------------------------------------------------- connections


def looping(
    server: RedisProcess, face: str, way: str, times: int = LOOPS, *, url: str = ""
) -> int:
    """Return how many connections a process has left open that ran many loops."""
    command = [sys.executable, "-W", "error", "-m", "tests.link.looping"]
    with subprocess.Popen(
        (*command, url or server.url, face, way, str(times)),
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONASYNCIODEBUG": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        said = worker.stdout.readline()
        left = settled(server)
        _, faults = worker.communicate("end\n")
    # Where the machine is slow, a loop that debugs tells what took its time.
    faults = "".join(x for x in faults.splitlines() if not x.startswith("Executing <"))
    assert (said, faults, worker.returncode) == ("ready\n", "", 0)
    return left


def settled(server: RedisProcess) -> int:
    """Return how many of our clients a server has, once it has seen who has gone."""
    seen = [-1, clients(server)]

    def is_still() -> bool:
        seen.append(clients(server))
        return seen[-1] == seen[-2] == seen[-3]

    until(is_still, "connections to be closed")
    return seen[-1]


def clients(server: RedisProcess) -> int:
    return server.cli("CLIENT", "LIST").count("name=stateroom")


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("face", FACES)
def test_loops_in_a_row_leave_no_connection_and_no_warning(
    own_redis: MakesRedis, face: str
) -> None:
    assert looping(own_redis(), face, "ended") == 0


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("face", FACES)
def test_loops_that_are_just_closed_leave_the_connections_of_the_last_one(
    own_redis: MakesRedis, face: str
) -> None:
    server = own_redis()
    one = looping(server, face, "closed", 1)
    server.cli("FLUSHALL")
    assert 0 < looping(server, face, "closed") <= one + 1


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("way", ["ended", "closed"])
def test_loops_leave_as_little_where_connections_are_encrypted(
    own_redis: MakesRedis, way: str
) -> None:
    server = own_redis(tls=True)
    url = f"rediss://{server.address}?ssl_ca_certs={server.authority}"
    assert looping(server, "live", way, 10, url=url) <= 4


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("face", FACES)
def test_a_child_that_ends_the_loop_of_its_parent_closes_nothing_of_it(
    own_redis: MakesRedis, face: str
) -> None:
    assert looping(own_redis(), face, "forked", 3) == 0


def test_a_closed_loop_has_its_sockets_closed_at_once(own_redis: MakesRedis) -> None:
    server = own_redis()
    links: PerLoop[AsyncLink] = PerLoop(
        lambda: open_async_link(read_url(server.url), PATIENT),
        end=lambda link: link.aclose(),
    )

    async def ping() -> None:
        await links.here().run([("PING",)])

    loop = asyncio.new_event_loop()
    loop.run_until_complete(ping())
    loop.close()
    assert clients(server) == 1
    links.drop_closed()
    until(lambda: clients(server) == 0, "the server to see it")
