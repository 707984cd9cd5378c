"""The largest counts that a leaderboard takes are those that Redis reckons exactly."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest

from stateroom.errors import InvalidValue
from stateroom.live import BlockingLeaderboard, ManualClock
from tests.live.backends import MemoryBackend, RedisBackend
from tests.servers.processes import RedisProcess

MOST = 2**53 - 1


@pytest.fixture(params=["memory", "redis"])
def board(
    request: pytest.FixtureRequest, redis_7: RedisProcess
) -> Iterator[BlockingLeaderboard[str]]:
    clock = ManualClock()
    backend = (
        MemoryBackend(clock)
        if request.param == "memory"
        else RedisBackend(redis_7.unix_url)
    )
    with backend.open(namespace=f"b{secrets.token_hex(6)}", clock=clock) as live:
        board = live.leaderboard("points").blocking
        board.rebuild([("anna", 3), ("bob", 2), ("cy", 1)])
        yield board
        board.rebuild(())


def names(board: BlockingLeaderboard[str], n: int, offset: int) -> list[str]:
    return [each.member for each in board.top(n, offset=offset)]


def test_the_largest_page_is_all_of_the_board(board: BlockingLeaderboard[str]) -> None:
    told = [names(board, MOST, offset) for offset in (0, 1, MOST)]
    assert told == [["anna", "bob", "cy"], ["bob", "cy"], []]
    around = board.around("bob", before=MOST, after=MOST)
    assert [each.member for each in around] == ["anna", "bob", "cy"]
    assert len(board.between(None, None, n=MOST)) == 3


def test_a_larger_page_is_refused(board: BlockingLeaderboard[str]) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: board.top(MOST + 1),
        lambda: board.top(offset=MOST + 1),
        lambda: board.around("bob", before=MOST + 1),
        lambda: board.between(None, None, n=MOST + 1),
    )
    for call in calls:
        with pytest.raises(InvalidValue, match="not a count"):
            call()
