"""Eight processes at one quota: together they make as many calls as it allows."""

from __future__ import annotations

import secrets

import pytest

from stateroom.live import Live
from tests.live.crowds import CROWD, crowd
from tests.live.workers.hammer import LIMIT
from tests.servers.processes import RedisProcess

TIMES = 60

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


@pytest.fixture
def namespace() -> str:
    return f"q{secrets.token_hex(6)}"


def test_together_they_make_as_many_calls_as_are_allowed(
    redis_server: RedisProcess, namespace: str
) -> None:
    told = crowd(redis_server.url, namespace, "take", TIMES)
    places = sorted(place for each in told for place in each)
    assert CROWD * TIMES > LIMIT
    assert places == list(range(1, LIMIT + 1))


def test_together_they_make_as_many_calls_as_a_rate_allows(
    redis_server: RedisProcess, namespace: str
) -> None:
    """What a rate tells is of a moment; only the number of its calls is exact."""
    told = crowd(redis_server.url, namespace, "take-rate", TIMES)
    assert sum(map(len, told)) == LIMIT
    assert max(place for each in told for place in each) <= LIMIT


def test_what_they_give_back_is_given_back_once(
    redis_7: RedisProcess, namespace: str
) -> None:
    told = crowd(redis_7.url, namespace, "take-and-give", TIMES // 2)
    given, kept = (sum(numbers) for numbers in zip(*told, strict=True))
    assert (given, kept) == (CROWD * TIMES // 4, CROWD * TIMES // 4)
    with Live(redis_7.url, namespace=namespace) as live:
        calls = live.quota("calls", limit=LIMIT, per="year").blocking
        assert calls.usage().used == kept
