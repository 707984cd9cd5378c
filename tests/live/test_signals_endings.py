"""A recorder is told how a call of live data ended, and whether Redis is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from stateroom import signals
from stateroom.errors import (
    InvalidValue,
    MutexBusy,
    MutexLost,
    Unavailable,
    Undecodable,
)
from stateroom.live import Live
from stateroom.live.kinds import place_of
from stateroom.live.mutex_scripts import RELEASE, TAKE
from stateroom.signals import Event, LiveCalled, LiveCircuit
from stateroom.testing import FaultProxy
from tests.fixtures_servers import MakesRedis
from tests.live.backends import PATIENT_S
from tests.live.told import Stats
from tests.live.watched import WatchedServer, opened
from tests.servers.processes import RedisProcess

HIDDEN = "a-password-of-the-server"


@pytest.fixture
def events() -> Iterator[list[Event]]:
    """Fills with what a recorder is told of during the test."""
    events: list[Event] = []
    with signals.recording(events.append):
        yield events


@pytest.fixture
def server() -> WatchedServer:
    return WatchedServer()


@pytest.fixture
def live(server: WatchedServer) -> Live:
    return opened(server)


def ends(events: list[Event]) -> list[tuple[str, str, str]]:
    """Return how the calls ended that a recorder was told of."""
    calls = [each for each in events if isinstance(each, LiveCalled)]
    return [(each.operation, each.outcome, each.code) for each in calls]


def test_redis_that_is_away_is_unavailable(
    own_redis: MakesRedis, events: list[Event]
) -> None:
    server = own_redis()
    with Live(server.url, namespace="app", timeout=PATIENT_S) as live:
        views = live.counter("views").blocking
        views.add()
        server.kill()
        for _ in range(6):
            with pytest.raises(Unavailable):
                views.add()
    away = ("add", "unavailable", "STR-701")
    assert ends(events) == [("add", "ok", ""), *[away] * 6]
    circuits = [each for each in events if isinstance(each, LiveCircuit)]
    shown = f"127.0.0.1:{server.port}"
    assert circuits == [LiveCircuit(namespace="app", server=shown, circuit="open")]


async def test_a_circuit_is_told_until_it_is_closed_again(
    own_redis: MakesRedis, events: list[Event]
) -> None:
    server = own_redis(password=HIDDEN)
    async with Live(server.url, namespace="app", timeout=PATIENT_S) as live:
        server.kill()
        while not any(isinstance(each, LiveCircuit) for each in events):
            with pytest.raises(Unavailable):
                await live.counter("views").add()
        server.restart()
        async with asyncio.timeout(PATIENT_S):
            while ends(events)[-1][1] != "ok":
                await asyncio.sleep(0.05)
                await asyncio.gather(
                    live.counter("views").get(), return_exceptions=True
                )
    circuits = [each for each in events if isinstance(each, LiveCircuit)]
    assert [each.circuit for each in circuits] == ["open", "half-open", "closed"]
    assert HIDDEN not in repr(circuits)


def test_what_is_not_of_the_type_is_an_error(live: Live, events: list[Event]) -> None:
    words, numbers = (
        live.recent("viewed", str, most=9),
        live.recent("viewed", int, most=9),
    )
    words.blocking.add("no number")
    with pytest.raises(Undecodable):
        numbers.blocking.newest()
    assert ends(events)[1:] == [("newest", "error", "STR-711")]


def test_an_argument_that_is_none_is_an_error(live: Live, events: list[Event]) -> None:
    empty = ""
    with pytest.raises(InvalidValue):
        live.record("stats", Stats).blocking.get_each(empty)
    with pytest.raises(InvalidValue):
        live.login_sessions(data=Stats).blocking.start(empty, Stats())
    with pytest.raises(InvalidValue):
        live.mutex("ledger").blocking.acquire(wait=-1)
    with pytest.raises(InvalidValue):
        live.leaderboard("points").blocking.rebuild([], batch=0)
    assert {each[1:] for each in ends(events)} == {("error", "STR-101")}
    assert len(events) == 4


def test_an_error_of_the_application_has_no_code(
    live: Live, events: list[Event]
) -> None:
    stats = live.record("stats", Stats).blocking
    stats.put(Stats())
    with pytest.raises(ZeroDivisionError):
        stats.change(lambda stats: Stats(points=stats.points // 0))
    assert ends(events)[1:] == [("change", "error", "")]


def test_a_mutex_that_is_busy_or_lost_is_an_error(
    live: Live, events: list[Event]
) -> None:
    mutex = live.mutex("ledger").blocking
    held = mutex.acquire()
    with pytest.raises(MutexBusy):
        mutex.acquire(wait=0)
    live.engine.link.run([("DEL", place_of(live.namespace, "ledger").key)])
    with pytest.raises(MutexLost):
        held.release()
    assert [each for each in ends(events) if each[1] != "ok"] == [
        ("acquire", "error", "STR-709"),
        ("release", "error", "STR-710"),
    ]


async def test_what_could_not_be_given_back_is_unavailable(
    server: WatchedServer, events: list[Event]
) -> None:
    server.failing[RELEASE.name] = [Unavailable("away")]
    async with opened(server).mutex("ledger").hold():
        pass  # leaving raises nothing: the lease ends by itself
    assert ends(events)[1:] == [("release", "unavailable", "STR-701")]


async def test_a_caller_that_waits_and_is_cancelled_is_told_so(
    server: WatchedServer, events: list[Event]
) -> None:
    live = opened(server)
    async with live.mutex("ledger").hold():
        task = asyncio.ensure_future(live.mutex("ledger").acquire())
        await server.seen_async(TAKE, 2)
        task.cancel()
        await asyncio.wait([task])
        assert ends(events)[1:] == [("acquire", "cancelled", "")]


async def test_a_call_that_is_cancelled_on_its_way_is_told_so(
    redis_7: RedisProcess, events: list[Event]
) -> None:
    with FaultProxy("127.0.0.1", redis_7.port) as proxy:
        proxy.black_hole()
        async with Live(proxy.url(), namespace="app", timeout=PATIENT_S) as live:
            task = asyncio.ensure_future(live.counter("views").add())
            await asyncio.sleep(0)  # now it is on its way
            task.cancel()
            await asyncio.wait([task])
    assert ends(events) == [("add", "cancelled", "")]
