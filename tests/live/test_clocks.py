"""Processes whose clocks differ, and releases that declare other lives."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from stateroom.live import Live, ManualClock
from tests.live.backends import MemoryBackend, RedisBackend
from tests.servers.processes import RedisProcess

MINUTE_MS = 60_000
START_MS = 1_800_000_000_000
Two = tuple[Live, Live]


@pytest.fixture
def behind() -> ManualClock:
    """The clock of one process; that of the other goes first."""
    return ManualClock(START_MS - 1_000)


@pytest.fixture(params=["memory", "redis"])
def two(
    request: pytest.FixtureRequest, behind: ManualClock, redis_7: RedisProcess
) -> Iterator[Two]:
    """A process whose clock is ahead, and one whose clock is behind."""
    namespace = f"c{secrets.token_hex(6)}"
    ahead = ManualClock(START_MS)
    backend = (
        MemoryBackend(ahead)
        if request.param == "memory"
        else RedisBackend(redis_7.unix_url)
    )
    with (
        backend.open(namespace=namespace, clock=ahead) as first,
        backend.open(namespace=namespace, clock=behind) as second,
    ):
        yield first, second


def test_at_the_end_of_a_window_nothing_is_lost(two: Two, behind: ManualClock) -> None:
    ahead, late = (each.counter("views", window="minute").blocking for each in two)
    told = [late.add(5), ahead.add(), late.add(), ahead.add(), late.get(), late.add()]
    behind.advance(2)
    assert [*told, late.get()] == [5, 1, 2, 3, 3, 4, 4]


def test_a_late_clock_does_not_end_the_window_of_others(
    redis_7: RedisProcess, behind: ManualClock
) -> None:
    namespace = f"c{secrets.token_hex(6)}"
    backend = RedisBackend(redis_7.unix_url)
    clock = ManualClock(START_MS)
    with (
        backend.open(namespace=namespace, clock=clock) as first,
        backend.open(namespace=namespace, clock=behind) as second,
    ):
        first.counter("views", window="hour").blocking.add()
        second.counter("views", window="hour").blocking.add()
        key = redis_7.cli("KEYS", f"{namespace}:*").strip()
        left_ms = int(redis_7.cli("PTTL", key))
        assert left_ms > MINUTE_MS


def test_a_shorter_life_does_not_end_members_who_have_more(
    redis_7: RedisProcess,
) -> None:
    namespace = f"c{secrets.token_hex(6)}"
    with Live(redis_7.unix_url, namespace=namespace, timeout=5) as live:
        live.membership("online", str, member_ttl=3600).blocking.add("anna")
        live.membership("online", str, member_ttl=30).blocking.add("ben")
        key = redis_7.cli("KEYS", f"{namespace}:*").strip()
        assert int(redis_7.cli("TTL", key)) > 3000


def test_what_is_declared_without_an_end_has_none_any_more(
    redis_7: RedisProcess,
) -> None:
    namespace = f"c{secrets.token_hex(6)}"
    with Live(redis_7.unix_url, namespace=namespace, timeout=5) as live:
        live.membership("topics", str, expires=60).blocking.add("python")
        live.membership("topics", str).blocking.add("redis")
        live.recent("viewed", str, most=3, expires=60).blocking.add("a")
        live.recent("viewed", str, most=3).blocking.add("b")
        keys = redis_7.cli("KEYS", f"{namespace}:*").split()
        assert [redis_7.cli("TTL", key) for key in keys] == ["-1", "-1"]
