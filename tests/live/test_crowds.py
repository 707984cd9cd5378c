"""Eight processes at one piece of live data: each change is one, and none is lost."""

from __future__ import annotations

import secrets

import pytest

from stateroom.live import Live
from tests.live.crowds import CROWD, crowd
from tests.live.workers.hammer import Stats
from tests.servers.processes import RedisProcess

TIMES = 60

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


@pytest.fixture
def namespace() -> str:
    return f"c{secrets.token_hex(6)}"


def test_no_two_processes_get_one_number(redis_7: RedisProcess, namespace: str) -> None:
    told = crowd(redis_7.url, namespace, "count", TIMES)
    numbers = sorted(number for each in told for number in each)
    assert numbers == list(range(1, CROWD * TIMES + 1))


def test_each_member_is_new_to_one_process(
    redis_7: RedisProcess, namespace: str
) -> None:
    told = crowd(redis_7.url, namespace, "join", TIMES)
    assert [sum(new) for new in zip(*told, strict=True)] == [1] * TIMES


def test_no_list_is_ever_longer_than_it_may_be(
    redis_7: RedisProcess, namespace: str
) -> None:
    told = crowd(redis_7.url, namespace, "remember", TIMES)
    assert max(length for each in told for length in each) == 10
    with Live(redis_7.url, namespace=namespace) as live:
        left = live.recent("seen", int, most=10, unique=True).blocking.newest()
    assert len(set(left)) == 10


def test_no_change_of_a_record_is_lost(redis_7: RedisProcess, namespace: str) -> None:
    with Live(redis_7.url, namespace=namespace) as live:
        stats = live.record("stats", Stats).blocking
        stats.put(Stats())
        told = crowd(redis_7.url, namespace, "change", TIMES // 3)
        points = sorted(number for each in told for number in each)
        assert points == list(range(1, CROWD * (TIMES // 3) + 1))
        assert stats.get() == Stats(points[-1])
