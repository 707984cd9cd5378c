"""What somebody else wrote over live data is told, lets nobody in, and is in no way."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
import redis

from stateroom.errors import Refused, Undecodable
from stateroom.live import BlockingLoginSessions, Live
from stateroom.live.kinds import place_of
from stateroom.live.login_records import field_of, user_place
from tests.servers.processes import RedisProcess

LATE = "99999999999999"
JUNK = (b"", b"\n", b"\xff\xfe", b"{}", b"12 34", b"a b c d\n", b"nan")
NO_RECORDS = (
    *JUNK,
    b"id 1 2 3",
    f"id 1 {LATE} {LATE}0000\n[]\n\x80".encode(),
    *(
        f"id 1 {LATE} {LATE}\n{about}\n".encode() + b"\x80"
        for about in ("", "null", "[7, 8]", '["7"]', "{")
    ),
    b"\xff 1 99999999999999 99999999999999\n[]\n\x80",
)


@dataclass(frozen=True)
class Stats:
    points: int = 0
    ratio: float = 0.5

    def __post_init__(self) -> None:
        if self.points < 0:
            raise ValueError("points are not negative")


@pytest.fixture
def live(redis_7: RedisProcess) -> Iterator[Live]:
    with Live(redis_7.url, namespace=f"d{secrets.token_hex(6)}", timeout=5) as live:
        yield live


@pytest.fixture
def raw(redis_7: RedisProcess) -> Iterator[redis.Redis]:
    with redis.Redis(port=redis_7.port) as raw:
        yield raw


@pytest.fixture
def sessions(live: Live) -> BlockingLoginSessions[Stats]:
    return live.login_sessions(data=Stats).blocking


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Undecodable) as caught:
        call()
    return caught.value.key


@pytest.mark.parametrize("junk", JUNK)
def test_a_counter_that_is_no_number_is_told(
    live: Live, raw: redis.Redis, junk: bytes
) -> None:
    views = live.counter("views").blocking
    views.add()
    key = place_of(live.namespace, "views").key
    raw.hset(key, "n", junk)
    told = [refused(each) for each in (views.add, views.get)]
    assert told == [key.decode()] * 2
    assert raw.hget(key, "n") == junk


@pytest.mark.parametrize("field", ["points", "ratio", "@"])
def test_a_record_that_is_damaged_is_told_and_left(
    live: Live, raw: redis.Redis, field: str
) -> None:
    stats = live.record("stats", Stats).blocking
    stats.put(Stats())
    raw.hset(place_of(live.namespace, "stats").key, field, b"junk")
    before = raw.hgetall(place_of(live.namespace, "stats").key)
    if field == "@":
        refused(lambda: stats.put(Stats(1)))
        refused(lambda: stats.update(points=1))
        refused(lambda: stats.increment("points"))
        assert raw.hgetall(place_of(live.namespace, "stats").key) == before
    else:
        refused(stats.get)
        refused(lambda: stats.increment(field))
    refused(lambda: stats.change(lambda found: replace(found, points=1)))
    after = raw.hgetall(place_of(live.namespace, "stats").key)
    assert after[field.encode()] == b"junk"


def test_a_record_that_its_class_refuses_is_told(live: Live) -> None:
    stats = live.record("stats", Stats).blocking
    stats.put(Stats(1))
    stats.increment("points", -5)
    with pytest.raises(Undecodable, match="points are not negative"):
        stats.get()


def test_a_sum_that_is_refused_makes_no_record(live: Live) -> None:
    stats = live.record("stats", Stats)
    full = stats.of("full").blocking
    full.put(Stats(2**63 - 1))
    with pytest.raises(Refused, match="overflow"):
        full.increment("points")
    assert full.get() == Stats(2**63 - 1)
    assert stats.blocking.get() is None


@pytest.mark.parametrize("junk", JUNK)
def test_a_mutex_that_is_none_is_told_at_once(
    live: Live, raw: redis.Redis, junk: bytes
) -> None:
    mutex = live.mutex("ledger").blocking
    key = place_of(live.namespace, "ledger").key
    raw.set(key, junk)
    for call in (mutex.holder, mutex.try_acquire, mutex.acquire):
        assert refused(call) == key.decode()
    assert raw.get(key) == junk


def test_a_mutex_whose_end_was_taken_away_is_told(live: Live, raw: redis.Redis) -> None:
    mutex = live.mutex("ledger", renew=False).blocking
    held = mutex.acquire()
    raw.persist(place_of(live.namespace, "ledger").key)
    with pytest.raises(Undecodable, match="it has no end"):
        mutex.acquire()
    held.release()


@pytest.mark.parametrize("junk", NO_RECORDS)
def test_what_is_no_login_session_lets_nobody_in_and_is_in_no_way(
    live: Live, raw: redis.Redis, sessions: BlockingLoginSessions[Stats], junk: bytes
) -> None:
    token = sessions.start(7, Stats()).token
    key = user_place(live.namespace, "login", 7).key
    raw.hset(key, field_of(token.split(".")[1]), junk)
    assert (sessions.load(token), sessions.all_of(7)) == (None, [])
    assert sessions.update(token, lambda data: data) is None
    assert raw.hget(key, field_of(token.split(".")[1])) == junk
    assert sessions.load(sessions.start(7, Stats()).token) is not None
    assert len(sessions.all_of(7)) == 1
    assert sessions.end_all(7) >= 1
    assert raw.hget(key, field_of(token.split(".")[1])) is None


@pytest.mark.parametrize("junk", JUNK)
def test_a_trace_of_an_old_token_that_is_none_is_in_no_way(
    live: Live, raw: redis.Redis, sessions: BlockingLoginSessions[Stats], junk: bytes
) -> None:
    token = sessions.start(7, Stats()).token
    key = user_place(live.namespace, "login", 7).key
    field = field_of(token.split(".")[1])
    raw.hdel(key, field)
    raw.hset(key, b"g" + field, junk)
    sessions.start(7, Stats())
    raw.hset(key, b"g" + field, junk)
    assert sessions.load(token) is None
    assert sessions.end_all(7) == 1


def test_no_data_of_a_damaged_session_is_logged(
    live: Live,
    raw: redis.Redis,
    sessions: BlockingLoginSessions[Stats],
    caplog: pytest.LogCaptureFixture,
) -> None:
    token = sessions.start(7, Stats()).token
    key = user_place(live.namespace, "login", 7).key
    raw.hset(key, field_of(token.split(".")[1]), b"what nobody is to read")
    sessions.load(token)
    assert "login: a login session is passed over" in caplog.text
    assert "nobody is to read" not in caplog.text
