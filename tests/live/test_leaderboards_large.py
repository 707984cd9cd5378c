"""A leaderboard of a million members: filled in a minute, its ranks are exact."""

from __future__ import annotations

import bisect
import random
import secrets
import time
from collections.abc import Iterator

import pytest

from stateroom.live import Live, Standing
from tests.servers.processes import RedisProcess

MEMBERS = 1_000_000
SCORES = 200_000
"""Fewer than members: about five share each."""
MOST_S = 60.0


@pytest.fixture
def live(redis_7: RedisProcess) -> Iterator[Live]:
    namespace = f"b{secrets.token_hex(6)}"
    with Live(redis_7.unix_url, namespace=namespace, timeout=10.0) as live:
        yield live
        live.leaderboard("points", members=int).blocking.rebuild(())


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_ranks_of_a_million_are_exact(live: Live) -> None:
    dice = random.Random(6)
    scores = [dice.randrange(SCORES) for _ in range(MEMBERS)]
    board = live.leaderboard("points", members=int).blocking
    begun = time.monotonic()
    assert board.rebuild(enumerate(scores)) == MEMBERS
    assert time.monotonic() - begun <= MOST_S

    in_order = sorted(scores)

    def exact(member: int) -> Standing[int]:
        better = MEMBERS - bisect.bisect_right(in_order, scores[member])
        return Standing(member, float(scores[member]), better + 1, MEMBERS)

    chosen = [dice.randrange(MEMBERS) for _ in range(1_000)]
    assert board.standings(*chosen) == [exact(each) for each in chosen]
    rows = sorted(range(MEMBERS), key=lambda each: (-scores[each], str(each)))
    assert board.top(1_000, offset=500_000) == [
        exact(each) for each in rows[500_000:501_000]
    ]
    at = dice.randrange(5, MEMBERS - 5)
    assert board.around(rows[at]) == [exact(each) for each in rows[at - 5 : at + 6]]
