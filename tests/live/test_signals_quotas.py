"""A recorder is told what a quota decides, and who decided."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stateroom import signals
from stateroom.errors import BlockingCall, QuotaExceeded, Unavailable
from stateroom.live import Live, ManualClock
from stateroom.live.quota_rules import OnUnavailable
from stateroom.live.quota_scripts import RATE, WINDOW
from stateroom.signals import Event, LiveCalled, QuotaDecided
from tests.live.watched import WatchedServer, opened


@pytest.fixture
def events() -> Iterator[list[Event]]:
    """Fills with what a recorder is told of during the test."""
    events: list[Event] = []
    with signals.recording(events.append):
        yield events


@pytest.fixture
def server() -> WatchedServer:
    return WatchedServer(ManualClock())


@pytest.fixture
def live(server: WatchedServer) -> Live:
    return opened(server)


def calls(events: list[Event]) -> list[tuple[str, str, str, str]]:
    return [
        (each.kind, each.item, each.operation, each.code)
        for each in events
        if isinstance(each, LiveCalled)
    ]


def decisions(events: list[Event]) -> list[tuple[str, bool, str]]:
    return [
        (each.item, each.is_allowed, each.origin)
        for each in events
        if isinstance(each, QuotaDecided)
    ]


async def test_a_decision_is_told_before_its_call_ends(
    live: Live, events: list[Event]
) -> None:
    await live.quota("job-api", limit=300, per="day").of(user=7).take(2)
    assert events[0] == QuotaDecided(
        namespace="app", item="job-api", is_allowed=True, is_soft=False, calls=2,
        limit="300/day", origin="redis",
    )  # fmt: skip
    assert [type(each) for each in events] == [QuotaDecided, LiveCalled]


def test_a_refusal_is_told_once_whether_it_is_raised_or_not(
    live: Live, events: list[Event]
) -> None:
    rate = live.quota("burst", limit=10, per=60.0, burst=1).blocking
    rate.take()
    assert rate.take().is_allowed is False
    with pytest.raises(QuotaExceeded):
        rate.require()
    no = ("burst", False, "redis")
    assert decisions(events) == [("burst", True, "redis"), no, no]
    assert calls(events)[2] == ("quota", "burst", "require", "STR-708")
    assert {each.limit for each in events if isinstance(each, QuotaDecided)} == {
        "10/60s"
    }


def test_a_soft_limit_is_told_where_it_is_exceeded_and_where_it_is_in_the_way(
    live: Live, events: list[Event]
) -> None:
    quota = live.quota("job-api", limit=2, soft=0, per="year").blocking
    sparing = quota.guarded(when_soft="refuse")(str)
    quota.take()
    with pytest.raises(QuotaExceeded):
        sparing()
    told = [each for each in events if isinstance(each, QuotaDecided)]
    assert [(each.is_allowed, each.is_soft) for each in told] == [
        (True, True),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("way", "decision"),
    [
        ("allow", [("job-api", True, "allowed")]),
        ("deny", [("job-api", False, "denied")]),
        ("raise", []),
    ],
)
async def test_what_is_decided_without_redis_is_told(
    live: Live,
    server: WatchedServer,
    *,
    events: list[Event],
    way: OnUnavailable,
    decision: list[tuple[str, bool, str]],
) -> None:
    server.failing[WINDOW.name] = [Unavailable("away")]
    quota = live.quota("job-api", limit=2, per="year", on_unavailable=way)
    try:
        await quota.take()
    except Unavailable:
        assert way == "raise"
    assert decisions(events) == decision
    (call,) = [each for each in events if isinstance(each, LiveCalled)]
    assert call.outcome == ("unavailable" if way == "raise" else "ok")


async def test_several_quotas_are_one_call_and_as_many_decisions(
    live: Live, server: WatchedServer, events: list[Event]
) -> None:
    month = live.quota("month", limit=9, per="month")
    rate = live.quota("rate", limit=1, per=60.0)
    both = month.also(rate)
    await both.take()
    await both.take()
    yes, no = ("month", True, "redis"), ("rate", False, "redis")
    assert decisions(events) == [yes, ("rate", True, "redis"), yes, no]
    assert calls(events) == [("quotas", "month+rate", "take", "")] * 2
    assert (server.calls[WINDOW.name], server.calls[RATE.name]) == (2, 2)


async def test_a_guarded_function_is_the_call_that_it_waits_for(
    live: Live, events: list[Event]
) -> None:
    quota = live.quota("job-api", limit=9, per="year")

    @quota.also(live.quota("rate", limit=9, per=60.0)).guarded(not_called=(OSError,))
    async def fetch(page: str) -> str:
        if not page:
            raise OSError("nobody listens")
        return page

    assert await fetch("one") == "one"
    with pytest.raises(OSError, match="nobody"):
        await fetch("")
    names = ("quotas", "job-api+rate")
    taken, given = (*names, "guarded", ""), (*names, "give_back", "")
    assert calls(events) == [taken, taken, given]


def test_a_guarded_blocking_function_is_the_call_that_it_waits_for(
    live: Live, events: list[Event]
) -> None:
    @live.quota("job-api", limit=9, per="year").guarded(not_called=(OSError,))
    def fetch() -> str:
        raise OSError("nobody listens")

    with pytest.raises(OSError, match="nobody"):
        fetch()
    operations = [each[:3] for each in calls(events)]
    assert operations == [
        ("quota", "job-api", "guarded"),
        ("quota", "job-api", "give_back"),
    ]


async def test_a_call_that_would_block_a_loop_is_an_error(
    live: Live, events: list[Event]
) -> None:
    quota = live.quota("job-api", limit=9, per="year")
    with pytest.raises(BlockingCall, match="job-api: guarded"):
        quota.guarded()(str)()
    with pytest.raises(BlockingCall, match=r"quota\.take"):
        quota.blocking.take()
    assert [each[2:] for each in calls(events)] == [
        ("guarded", "STR-102"),
        ("take", "STR-102"),
    ]
    assert decisions(events) == []
