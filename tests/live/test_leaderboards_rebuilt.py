"""A rebuild that is interrupted, late or long: what is left of it, and who wins."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator

import pytest

from stateroom.errors import Conflict, InvalidValue
from stateroom.live import BlockingLeaderboard, Live, ManualClock
from stateroom.live import leaderboard_rebuilds as rebuilds
from stateroom.live.kinds import Head, place_of
from stateroom.live.leaderboard_rules import LeaderboardRule
from tests.live.players import ROOT
from tests.servers.processes import RedisProcess, until

LEDGER = [("anna", 30.0), ("ben", 20.0)]
LEASE_S = 0.3


@pytest.fixture
def namespace() -> str:
    return f"b{secrets.token_hex(6)}"


@pytest.fixture
def live(redis_server: RedisProcess, namespace: str) -> Iterator[Live]:
    with Live(redis_server.unix_url, namespace=namespace, timeout=10.0) as live:
        yield live


@pytest.fixture
def board(live: Live) -> BlockingLeaderboard[str]:
    board = live.leaderboard("points", ties="first").blocking
    board.put("old", 99)
    return board


def scores(board: BlockingLeaderboard[str]) -> dict[str, float]:
    return {each.member: each.score for each in board.top(10_000)}


def keys(server: RedisProcess, namespace: str) -> set[str]:
    """Return what stands beside the board, by the last word of its key."""
    found = server.cli("KEYS", f"{namespace}:*").splitlines()
    return {each.rpartition(":")[2] for each in found}


def ends(server: RedisProcess, namespace: str) -> dict[str, bool]:
    """Say which keys end by themselves, by the last word of each."""
    found = server.cli("KEYS", f"{namespace}:*").splitlines()
    return {
        each.rpartition(":")[2]: int(server.cli("PTTL", each)) > 0 for each in found
    }


def test_nothing_of_a_rebuild_stays_but_the_board(
    redis_server: RedisProcess,
    namespace: str,
    board: BlockingLeaderboard[str],
) -> None:
    def ledger() -> Iterator[tuple[str, float]]:
        yield from LEDGER
        board.add("anna", 1)  # so that there is a journal
        assert ends(redis_server, namespace) == {
            "first": False, "seats": False, "journal": True, "rebuild": True,
            "shadow": True, "shadowseats": True,
        }  # fmt: skip

    board.rebuild(ledger(), batch=1)
    assert ends(redis_server, namespace) == {
        "first": False,
        "seats": False,
        "rebuilt": True,
    }


def test_a_rebuilt_window_ends_as_windows_do(
    redis_server: RedisProcess, namespace: str, live: Live
) -> None:
    board = live.leaderboard("points", ties="first", window="week")
    board.blocking.rebuild(LEDGER)
    board.in_window(-1).blocking.put("anna", 1)
    assert set(ends(redis_server, namespace).values()) == {True}


@pytest.mark.slow
def test_a_rebuild_that_is_killed_leaves_the_board_and_goes_by_itself(
    redis_server: RedisProcess, namespace: str, board: BlockingLeaderboard[str]
) -> None:
    program = (sys.executable, "-m", "tests.live.workers.board_keeper")
    with subprocess.Popen(
        (*program, redis_server.unix_url, namespace, "2"),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == "amid\n"
        keeper.kill()
    with pytest.raises(Conflict, match="being rebuilt by another"):
        board.rebuild(LEDGER)
    assert board.add("old", 1).score == 100.0
    until(
        lambda: keys(redis_server, namespace) == {"first", "seats"},
        "what the rebuild left behind to go",
    )
    assert scores(board) == {"old": 100.0}
    assert board.rebuild(LEDGER) == 2


@pytest.mark.parametrize("is_taken_over", [False, True])
def test_a_ledger_that_is_later_than_the_lease_changes_nothing(
    redis_server: RedisProcess,
    namespace: str,
    board: BlockingLeaderboard[str],
    is_taken_over: bool,  # noqa: FBT001 - a case
) -> None:
    def ledger() -> Iterator[tuple[str, float]]:
        yield from LEDGER
        until(
            lambda: "rebuild" not in keys(redis_server, namespace), "the lease to lapse"
        )
        if is_taken_over:
            board.rebuild([("new", 1)])
        yield "late", 7

    with pytest.raises(Conflict, match="has lapsed") as caught:
        board.rebuild(ledger(), batch=1, lease=LEASE_S)
    assert "lease=0.3 seconds" in caught.value.hint
    assert scores(board) == ({"new": 1.0} if is_taken_over else {"old": 99.0})


def test_one_that_lapsed_does_not_disturb_the_one_under_way(
    redis_server: RedisProcess, namespace: str, board: BlockingLeaderboard[str]
) -> None:
    def slow() -> Iterator[tuple[str, float]]:
        yield "slow", 1
        until(
            lambda: "rebuild" not in keys(redis_server, namespace), "the lease to lapse"
        )
        assert board.rebuild(quick(), batch=1) == 3
        yield "slow", 2

    def quick() -> Iterator[tuple[str, float]]:
        yield from LEDGER
        with pytest.raises(Conflict, match="has lapsed"):
            late.send(None)
        board.add("dan", 1)

    def lapse() -> Iterator[tuple[str, float]]:
        """Be the slow one, one step at a time."""
        yield from slow()

    late = stepwise(board, lapse())
    next(late)
    with pytest.raises(StopIteration):
        late.send(None)
    assert scores(board) == {"anna": 30.0, "ben": 20.0, "dan": 1.0}
