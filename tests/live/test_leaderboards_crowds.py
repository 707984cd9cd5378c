"""Eight processes at one leaderboard: no points are lost, also while it is rebuilt."""

from __future__ import annotations

import itertools
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import cast

import pytest

from stateroom.live import Live
from tests.live.players import Players
from tests.live.workers.board_player import MEMBERS
from tests.servers.processes import RedisProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

BASE = 1_000.0


@pytest.fixture
def namespace() -> str:
    return f"b{secrets.token_hex(6)}"


@pytest.fixture
def live(redis_server: RedisProcess, namespace: str) -> Iterator[Live]:
    with Live(redis_server.unix_url, namespace=namespace, timeout=10.0) as live:
        yield live


def given(told: list[object]) -> Counter[str]:
    """Return how many points the processes gave to each member."""
    total: Counter[str] = Counter()
    for each in told:
        total += Counter(cast("dict[str, int]", each))
    return total


def test_no_points_are_lost_among_processes(
    redis_server: RedisProcess, live: Live, namespace: str
) -> None:
    with Players(redis_server.unix_url, namespace, "add") as players:
        players.go()
        points = given(players.stop())
    found = live.leaderboard("points").blocking.top(MEMBERS + 1)
    assert {each.member: each.score for each in found} == dict(points)


@pytest.mark.parametrize("batch", [1, 1_000])
def test_points_that_come_while_a_board_is_rebuilt_are_not_lost(
    redis_server: RedisProcess, live: Live, namespace: str, batch: int
) -> None:
    board = live.leaderboard("points").blocking
    board.put("old", 1)
    with Players(redis_server.unix_url, namespace, "add") as players:

        def ledger() -> Iterator[tuple[str, float]]:
            yield "m0", BASE
            players.go()  # and they go on, over the swap
            yield from ((f"m{n}", BASE) for n in range(1, MEMBERS))

        board.rebuild(ledger(), batch=batch)
        points = given(players.stop())
    found = {each.member: each.score for each in board.top(MEMBERS + 1)}
    assert found == {member: BASE + points[member] for member in points}
    assert len(found) == MEMBERS


def test_an_event_that_all_of_them_tell_counts_once(
    redis_server: RedisProcess, live: Live, namespace: str
) -> None:
    with Players(redis_server.unix_url, namespace, "repeat") as players:
        players.go()
        last = max(cast("list[int]", players.stop()))
    found = live.leaderboard("points").blocking.standing("anna")
    assert found is not None
    assert found.score == last + 1


def test_ranks_stay_whole_where_ties_are_broken_among_processes(
    redis_server: RedisProcess, live: Live, namespace: str
) -> None:
    board = live.leaderboard("points", ties="first", most=20).blocking
    with Players(redis_server.unix_url, namespace, "race") as players:
        players.go()
        pages = [board.top(30) for _ in range(50)]
        players.stop()
    for page in (*pages, board.top(30)):
        assert len(page) <= 20
        assert [each.rank for each in page] == list(range(1, len(page) + 1))
        assert len({each.member for each in page}) == len(page)
        assert all(a.score >= b.score for a, b in itertools.pairwise(page))
    last = board.top(30)
    everybody = [f"m{n}" for n in range(30)]
    there = {each.member: each for each in board.standings(*everybody) if each}
    assert there == {each.member: each for each in last}
