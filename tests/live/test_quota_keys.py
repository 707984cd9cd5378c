"""What of a quota stands in Redis, and that it goes by itself."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from stateroom.live import Live, ManualClock
from stateroom.live.quota_rules import Per
from tests.live.backends import RedisBackend
from tests.servers.processes import RedisProcess

DAY_S = 86_400
DAY_MS = DAY_S * 1000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@pytest.fixture
def namespace() -> str:
    return f"k{secrets.token_hex(6)}"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def live(redis_7: RedisProcess, namespace: str, clock: ManualClock) -> Iterator[Live]:
    with RedisBackend(redis_7.url).open(namespace=namespace, clock=clock) as live:
        yield live


def left_ms(server: RedisProcess, namespace: str) -> dict[str, int]:
    """Return how long each key is there yet, by the last word of its name."""
    keys = server.cli("KEYS", f"{namespace}:*").split()
    words = {key: key.rpartition("}")[2].lstrip(":") for key in keys}
    return {words[key]: int(server.cli("PTTL", key)) for key in keys}


def test_a_window_is_one_key_that_ends_some_time_after_it(
    live: Live, redis_7: RedisProcess, namespace: str
) -> None:
    live.quota("job-api", limit=9, per="minute").blocking.take()
    left = left_ms(redis_7, namespace)
    assert list(left) == [""]
    assert MINUTE_MS < left[""] <= 2 * MINUTE_MS


def test_calls_do_not_make_a_window_stay_longer(
    live: Live, redis_7: RedisProcess, namespace: str, clock: ManualClock
) -> None:
    calls = live.quota("job-api", limit=9, per="day").blocking
    calls.take()
    before = left_ms(redis_7, namespace)[""]
    clock.advance(10)
    calls.take()
    calls.avoided()
    assert left_ms(redis_7, namespace)[""] <= before


def test_a_window_that_a_wrong_clock_began_is_over_after_its_length(
    redis_7: RedisProcess, namespace: str, clock: ManualClock, live: Live
) -> None:
    wrong = ManualClock(clock.now_ms() + 400 * DAY_MS)
    with RedisBackend(redis_7.url).open(namespace=namespace, clock=wrong) as ahead:
        ahead.quota("job-api", limit=9, per="day").blocking.take()
    grant = live.quota("job-api", limit=9, per="day").blocking.take()
    assert (grant.used, grant.resets_at.year) == (2, 2028)
    assert left_ms(redis_7, namespace)[""] <= DAY_MS + HOUR_MS


def test_a_rate_goes_soon_after_it_is_free_again(
    live: Live, redis_7: RedisProcess, namespace: str
) -> None:
    live.quota("job-api", limit=10, per=100, burst=3).blocking.take(2)
    left = left_ms(redis_7, namespace)
    assert list(left) == ["rate"]
    assert 20_000 < left["rate"] <= 20_000 + MINUTE_MS


@pytest.mark.parametrize("per", ["day", 86_400.0])
def test_what_was_given_back_is_forgotten_after_two_hours(
    live: Live, redis_7: RedisProcess, namespace: str, clock: ManualClock, per: Per
) -> None:
    calls = live.quota("job-api", limit=9, per=per).blocking
    for _ in range(5):
        assert calls.give_back(calls.take())
        clock.advance(1_800)
    (key,) = redis_7.cli("KEYS", f"{namespace}:*:back").split()
    assert int(redis_7.cli("ZCARD", key)) == 4  # the first is two hours old
    assert HOUR_MS < left_ms(redis_7, namespace)["back"] <= 2 * HOUR_MS


def test_a_reset_leaves_nothing(
    live: Live, redis_7: RedisProcess, namespace: str
) -> None:
    pers: tuple[Per, ...] = ("day", 60.0)
    for per in pers:
        calls = live.quota("job-api", limit=9, per=per).blocking
        calls.give_back(calls.take())
        calls.reset()
    assert left_ms(redis_7, namespace) == {}
