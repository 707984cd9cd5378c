"""What is sent twice, as a connection died under it, is done once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from stateroom.errors import InvalidValue, Unavailable
from stateroom.live import BlockingLoginSessions, Live
from tests.live.repeats import loses_reply, sends_twice
from tests.servers.processes import RedisProcess


@dataclass(frozen=True)
class Stats:
    points: int = 0


def more(stats: Stats) -> Stats:
    return replace(stats, points=stats.points + 1)


def opened(where: str, request: pytest.FixtureRequest) -> Live:
    if where == "memory":
        return Live.memory()
    server = request.getfixturevalue(where)
    assert isinstance(server, RedisProcess)
    return Live(server.unix_url, namespace=f"t{secrets.token_hex(6)}", timeout=5)


@pytest.fixture(params=["memory", "redis_7", "redis_62"])
def live(request: pytest.FixtureRequest) -> Iterator[Live]:
    """What sends everything twice."""
    with opened(request.param, request) as live:
        sends_twice(live)
        yield live


@pytest.fixture
def sessions(live: Live) -> BlockingLoginSessions[Stats]:
    return live.login_sessions(data=Stats, most_per_user=2).blocking


def test_an_event_with_a_name_is_counted_once(live: Live) -> None:
    views = live.counter("views").blocking
    told = [views.add(3, once="order 7"), views.add(once="order 8"), views.add(5)]
    assert told == [3, 4, 14]  # without a name, five are counted twice


def test_an_event_is_counted_once_in_all_windows(live: Live) -> None:
    views = live.counter("views", window="minute").blocking
    views.add(once="order 7")
    views.reset()
    assert views.add(once="order 7") == 0


def test_an_event_adds_to_a_field_once(live: Live) -> None:
    stats = live.record("stats", Stats).blocking
    told = [stats.increment("points", 3, once="match 7"), stats.increment("points")]
    assert told == [3, 5]


@pytest.mark.parametrize("once", ["", 7])
def test_what_names_no_event_is_refused(live: Live, once: str) -> None:
    with pytest.raises(InvalidValue, match="views: once= names no event"):
        live.counter("views").blocking.add(once=once)
    with pytest.raises(InvalidValue, match="stats: once= names no event"):
        live.record("stats", Stats).blocking.increment("points", once=once)


def test_a_record_is_changed_once(live: Live) -> None:
    stats = live.record("stats", Stats).blocking
    stats.put(Stats())
    told = [stats.change(more) for _ in range(20)]
    assert told == [Stats(each + 1) for each in range(20)]
    assert stats.get() == Stats(20)


def test_the_data_of_a_login_session_is_changed_once(
    sessions: BlockingLoginSessions[Stats],
) -> None:
    token = sessions.start(7, Stats()).token
    told = [sessions.update(token, more) for _ in range(20)]
    assert [each and each.data.points for each in told] == [*range(1, 21)]
    assert len(sessions.all_of(7)) == 1


def test_a_login_session_whose_token_is_replaced_goes_on(
    sessions: BlockingLoginSessions[Stats],
) -> None:
    token = sessions.start(7, Stats()).token
    rotated = sessions.rotate(token, more)
    assert rotated is not None
    found = sessions.load(rotated.token)
    assert (found and found.data, sessions.load(token)) == (Stats(1), None)


def test_a_login_ends_no_more_sessions_than_it_has_to(
    sessions: BlockingLoginSessions[Stats],
) -> None:
    for _ in range(3):
        sessions.start(7, Stats())
    assert len(sessions.all_of(7)) == 2


def test_all_are_logged_out_also_after_changes(
    sessions: BlockingLoginSessions[Stats],
) -> None:
    kept = sessions.start(7, Stats()).token
    sessions.update(sessions.start(7, Stats()).token, more)
    sessions.end_all(7, keep=kept)
    assert len(sessions.all_of(7)) == 1
    sessions.end_all(7)
    assert sessions.all_of(7) == []


def test_a_rebuild_that_was_not_answered_when_it_began_blocks_nobody() -> None:
    live = Live.memory()
    board = live.leaderboard("points").blocking
    loses_reply(live, "leaderboard.begin")
    with pytest.raises(Unavailable):
        board.rebuild([("anna", 1)])
    assert board.rebuild([("anna", 2)]) == 1
