"""Live data tells a recorder of each call, once, and of nothing that is somebody's."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateroom import signals
from stateroom.errors import InvalidValue
from stateroom.live import Live, ManualClock
from stateroom.live.calling import SILENT
from stateroom.live.mutex_scripts import RENEW
from stateroom.signals import Event, LiveCalled
from tests.live.backends import RedisBackend
from tests.live.told import Stats, awaited, blocking, methods, tell, tell_async
from tests.live.watched import WatchedServer, opened
from tests.servers.processes import RedisProcess

WORDS = {
    *(word for each in methods() for word in each.split(".")),
    *("app", "views", "job-api", "burst", "job-api+burst", "points", "online"),
    *("viewed", "stats", "ledger", "login", "100/month", "100/60s"),
    *("ok", "error", "redis", "", "STR-101"),
}
"""All that an event of the stories may say: names that were declared, and of ours."""


@pytest.fixture
def events() -> Iterator[list[Event]]:
    """Fills with what a recorder is told of during the test."""
    events: list[Event] = []
    with signals.recording(events.append):
        yield events


@pytest.fixture(params=["memory", "redis"])
def live(request: pytest.FixtureRequest) -> Iterator[Live]:
    namespace, clock = f"s{secrets.token_hex(6)}", ManualClock()
    if request.param == "memory":
        yield Live.memory(namespace=namespace, clock=clock)
        return
    server = request.getfixturevalue("redis_7")
    assert isinstance(server, RedisProcess)
    live = RedisBackend(server.url).open(namespace=namespace, clock=clock)
    yield live
    live.close()


@pytest.fixture
def server() -> WatchedServer:
    return WatchedServer()


def ends(events: list[Event]) -> list[tuple[str, str, str]]:
    """Return how the calls ended that a recorder was told of."""
    calls = [each for each in events if isinstance(each, LiveCalled)]
    return [(each.operation, each.outcome, each.code) for each in calls]


# -- each call, once


def test_each_blocking_call_is_told_once(live: Live, events: list[Event]) -> None:
    seen = [step for story in blocking(live) for step in tell(story, events)]
    assert seen == [(what, [what]) for what, _ in seen]
    assert {what for what, _ in seen} == methods()


async def test_each_awaited_call_is_told_once(live: Live, events: list[Event]) -> None:
    async with live:
        seen = [
            step for story in awaited(live) for step in await tell_async(story, events)
        ]
    assert seen == [(what, [what]) for what, _ in seen]
    assert {what for what, _ in seen} == methods()


async def test_a_call_is_told_with_its_name_and_its_time(events: list[Event]) -> None:
    clock = ManualClock()
    record = Live.memory(namespace="careers", clock=clock).record("stats", Stats)

    def slowly(stats: Stats) -> Stats:
        clock.advance(1.5)
        return stats

    await record.of(user=7).put(Stats())
    await record.of(user=7).change(slowly)
    assert events[1] == LiveCalled(
        namespace="careers", item="stats", kind="record", operation="change",
        outcome="ok", code="", seconds=1.5,
    )  # fmt: skip


async def test_a_block_that_holds_a_mutex_is_two_calls(events: list[Event]) -> None:
    mutex = Live.memory().mutex("ledger")
    async with mutex.hold():
        assert ends(events) == [("acquire", "ok", "")]
    assert ends(events)[1:] == [("release", "ok", "")]


async def test_renewals_for_a_task_are_no_calls(
    server: WatchedServer, events: list[Event]
) -> None:
    async with opened(server).mutex("ledger", lease=0.6).hold():
        await server.seen_async(RENEW, 2)
    assert [each[0] for each in ends(events)] == ["acquire", "release"]


def test_renewals_for_a_thread_are_no_calls(
    server: WatchedServer, events: list[Event]
) -> None:
    with opened(server) as live, live.mutex("ledger", lease=0.6).blocking.hold():
        server.seen(RENEW, 2)
    assert [each[0] for each in ends(events)] == ["acquire", "release"]


def test_a_call_that_asks_nobody_is_told(events: list[Event]) -> None:
    logins = Live.memory().login_sessions(data=Stats).blocking
    assert logins.load("no token") is None  # answered without asking Redis
    assert ends(events) == [("load", "ok", "")]


# -- nobody is told


async def test_nothing_is_told_where_nothing_is_installed(live: Live) -> None:
    events: list[Event] = []
    with signals.recording(events.append):
        pass
    async with live:
        await live.counter("views").add()
        async with live.mutex("ledger").hold():
            pass
    assert live.engine.calling("counter.add", item="views") is SILENT
    assert events == []


async def test_who_is_removed_during_a_call_is_not_told_of_it() -> None:
    events: list[Event] = []
    stats = Live.memory().record("stats", Stats)
    await stats.put(Stats())
    recorder = events.append
    signals.install(recorder)

    def remove(stats: Stats) -> Stats:
        signals.remove(recorder)
        return stats

    assert (await stats.change(remove), events) == (Stats(), [])


def test_a_recorder_that_raises_breaks_nothing(live: Live) -> None:
    def fails(event: Event) -> None:
        raise LookupError(type(event).__name__)

    calls = live.quota("job-api", limit=1, per="year").blocking
    mutex = live.mutex("ledger").blocking
    with signals.recording(fails), pytest.warns(RuntimeWarning) as told:
        answers = [bool(calls.take()), bool(calls.take()), mutex.acquire().is_lost]
    assert answers == [True, False, False]
    assert len(told) == 5  # two decisions, and three calls


# -- nothing that is somebody's


@settings(max_examples=25)
@given(st.uuids().map(lambda each: each.hex))
def test_no_event_says_whose_it_is_or_what_it_is(who: str) -> None:
    events: list[Event] = []
    logins = Live.memory(namespace="app").login_sessions(data=Stats).blocking
    with signals.recording(events.append):
        for story in blocking(Live.memory(namespace="app"), who):
            tell(story, [])
        with pytest.raises(InvalidValue):
            logins.end_all(who, keep=f"{who}.none")
    values = [value for each in events for value in dataclasses.astuple(each)]
    assert {each for each in values if isinstance(each, str)} <= WORDS
    assert who not in repr(events)
    assert len(events) > len(methods())
