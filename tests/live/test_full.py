"""A server that is full: what adds to it is refused whole, what takes away is not."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from stateroom.errors import Unavailable
from stateroom.live import Live, ManualClock
from tests.fixtures_servers import MakesRedis
from tests.servers.processes import RedisProcess

FULL = ("CONFIG", "SET", "maxmemory", "1")


@dataclass(frozen=True)
class Stats:
    points: int = 0


@pytest.fixture(params=["6.2", "7"])
def server(own_redis: MakesRedis, request: pytest.FixtureRequest) -> RedisProcess:
    return own_redis(request.param, config=("maxmemory-policy noeviction",))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def live(server: RedisProcess, clock: ManualClock) -> Iterator[Live]:
    namespace = f"f{secrets.token_hex(6)}"
    with Live(server.url, namespace=namespace, clock=clock, timeout=5) as live:
        yield live


def refused(call: Callable[[], object]) -> bool:
    with pytest.raises(Unavailable) as caught:
        call()
    return caught.value.is_full


def test_what_adds_is_refused_and_nothing_is_written(
    server: RedisProcess, live: Live
) -> None:
    adding: tuple[Callable[[], object], ...] = (
        live.counter("a").blocking.add,
        live.counter("b", window="day").blocking.add,
        lambda: live.membership("c", str).blocking.add("x", "y"),
        lambda: live.membership("d", str, member_ttl=60).blocking.add("x", "y"),
        lambda: live.recent("e", str, most=3).blocking.add("x", "y"),
        lambda: live.recent("f", str, most=3, unique=True).blocking.add("x", "y"),
        lambda: live.record("g", Stats).blocking.put(Stats()),
        lambda: live.record("g", Stats).blocking.increment("points"),
        lambda: live.leaderboard("h").blocking.add("x", 1, once="event"),
        lambda: live.leaderboard("i", ties="first").blocking.put("x", 1),
        lambda: live.login_sessions(data=Stats).blocking.start(7, Stats()),
    )
    server.cli(*FULL)
    assert [refused(each) for each in adding] == [True] * len(adding)
    assert server.cli("DBSIZE") == "0"


def test_a_counter_whose_window_is_over_is_as_it_was(
    server: RedisProcess, live: Live, clock: ManualClock
) -> None:
    views = live.counter("views", window="day").blocking
    views.add(5)
    server.cli(*FULL)
    clock.advance(86_400)
    assert refused(views.add)
    assert views.get() == 0


def test_who_is_logged_in_stays_so_and_the_use_is_noted(
    server: RedisProcess, live: Live, clock: ManualClock
) -> None:
    sessions = live.login_sessions(data=Stats, idle=100, touch_every=10).blocking
    token = sessions.start(7, Stats()).token
    server.cli(*FULL)
    for _ in range(4):
        clock.advance(50)
        assert sessions.load(token) is not None
    assert 0 < int(server.cli("TTL", server.cli("KEYS", "*").strip())) < 50_000


def test_what_takes_away_is_done(server: RedisProcess, live: Live) -> None:
    online = live.membership("online", str, member_ttl=60).blocking
    viewed = live.recent("viewed", str, most=3, unique=True).blocking
    sessions = live.login_sessions(data=Stats).blocking
    held = live.mutex("mutex", renew=False).blocking.acquire()
    online.add("x", "y")
    viewed.add("x", "y")
    tokens = [sessions.start(7, Stats()).token for _ in range(3)]
    server.cli(*FULL)
    assert (online.remove("x"), viewed.remove("x")) == (1, 1)
    assert sessions.rotate(tokens[0]) is not None
    assert (sessions.end(tokens[1]), sessions.end_all(7)) == (True, 2)
    held.release()
