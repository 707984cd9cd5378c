"""A rebuild that is interrupted, late or long: what is left of it, and who wins."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from typing import TypeVar

import pytest

from stateroom.errors import Conflict, InvalidValue
from stateroom.flows import Flow
from stateroom.link import Call
from stateroom.live import BlockingLeaderboard, Live, ManualClock
from stateroom.live import leaderboard_rebuilds as rebuilds
from stateroom.live.kinds import Head, place_of
from stateroom.live.leaderboard_rebuild_scripts import BEGIN
from stateroom.live.leaderboard_rules import LeaderboardRule, Ties
from tests.live.players import ROOT
from tests.servers.processes import RedisProcess, until

T = TypeVar("T")
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


def head_of(live: Live) -> Head[LeaderboardRule[str]]:
    rule = LeaderboardRule(members=str, ties="first")
    return Head(live.engine, place_of(live.namespace, "points"), rule)


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


def seated(head: Head[LeaderboardRule[str]]) -> set[str]:
    """Return who has a seat."""
    key = head.place.beside("first") + b":seats"
    (reply,) = head.engine.link.run([("HGETALL", key)])
    assert isinstance(reply, list)
    return {name.decode() for name in reply[::2] if name}


@pytest.mark.parametrize("is_memory", [False, True])
def test_nobody_has_a_seat_who_is_not_on_the_board(
    live: Live,
    is_memory: bool,  # noqa: FBT001 - a case
) -> None:
    live = Live.memory(namespace=live.namespace) if is_memory else live
    head = head_of(live)
    board = live.leaderboard("points", ties="first", most=3).blocking
    for number, member in enumerate("abcde"):
        board.put(member, number)
    assert seated(head) == {"c", "d", "e"}
    board.remove("d", "nobody")
    assert seated(head) == {"c", "e"}
    board.rebuild([("v", 4), ("w", 3), ("x", 2), ("y", 1)], batch=4)
    assert seated(head) == {"v", "w", "x"}
    board.remove("v", "w", "x")
    assert head.engine.link.run([("EXISTS", head.place.beside("first"))]) == [0]
    assert seated(head) == set()


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


@pytest.fixture
def head(live: Live) -> Head[LeaderboardRule[str]]:
    """What the steps of a rebuild are taken with, one by one."""
    return head_of(live)


def run(head: Head[LeaderboardRule[str]], flow: Flow[T]) -> T:
    return head.engine.run(flow, "rebuild")


def test_one_that_lapsed_does_not_disturb_the_one_under_way(
    redis_server: RedisProcess,
    namespace: str,
    board: BlockingLeaderboard[str],
    head: Head[LeaderboardRule[str]],
) -> None:
    late = run(head, rebuilds.begin(head, lease=0.05))
    run(head, rebuilds.fill(head, late, [("late", 1)]))
    until(lambda: "rebuild" not in keys(redis_server, namespace), "the lease to lapse")
    newer = run(head, rebuilds.begin(head, lease=60))
    run(head, rebuilds.fill(head, newer, LEDGER))
    board.add("dan", 1)
    for step in (rebuilds.fill(head, late, [("late", 2)]), rebuilds.settle(head, late)):
        with pytest.raises(Conflict, match="has lapsed"):
            run(head, step)
    run(head, rebuilds.abandon(late))
    assert run(head, rebuilds.settle(head, newer)) == 3
    assert scores(board) == {"anna": 30.0, "ben": 20.0, "dan": 1.0}


def test_a_step_whose_answer_was_lost_may_be_taken_again(
    board: BlockingLeaderboard[str], head: Head[LeaderboardRule[str]]
) -> None:
    rebuild = run(head, rebuilds.begin(head, lease=60))
    words = (rebuild.token, rebuild.lease_ms)
    assert head.engine.link.run([Call(BEGIN, rebuild.keys, words)]) == [0]
    for _ in range(2):
        run(head, rebuilds.fill(head, rebuild, LEDGER))
    assert [run(head, rebuilds.settle(head, rebuild)) for _ in range(2)] == [2, 2]
    board.add("dan", 1)
    run(head, rebuilds.abandon(rebuild))
    assert scores(board) == {"anna": 30.0, "ben": 20.0, "dan": 1.0}


@pytest.mark.parametrize("is_memory", [False, True])
def test_more_changes_than_one_exchange_repeats_are_all_repeated(
    live: Live,
    is_memory: bool,  # noqa: FBT001 - a case
) -> None:
    board = (Live.memory() if is_memory else live).leaderboard("points").blocking
    many = [f"n{number}" for number in range(2_500)]

    def ledger() -> Iterator[tuple[str, float]]:
        yield from ((member, 1) for member in many)
        board.put("anna", 7)
        board.remove(*many)
        board.add("anna", 1)
        board.add(many[0], 2)

    assert board.rebuild(ledger()) == 2
    assert scores(board) == {"anna": 8.0, many[0]: 2.0}


@pytest.mark.parametrize("ties", ["shared", "first"])
@pytest.mark.parametrize("is_memory", [False, True])
def test_a_board_that_has_become_too_long_is_cut_bit_by_bit(
    live: Live,
    ties: Ties,
    is_memory: bool,  # noqa: FBT001 - a case
) -> None:
    live = Live.memory() if is_memory else live
    board = live.leaderboard("points", ties=ties).blocking
    board.rebuild((f"n{number}", number) for number in range(2_100))
    shorter = live.leaderboard("points", ties=ties, most=10).blocking
    totals = [shorter.put("n9", 3_000).total for _ in range(4)]
    assert totals == [1_100, 100, 10, 10]
    assert [each.score for each in shorter.top(3)] == [3_000.0, 2_099.0, 2_098.0]


def test_in_memory_a_ledger_may_be_late_too() -> None:
    clock = ManualClock()
    board = Live.memory(clock=clock).leaderboard("points").blocking

    def ledger() -> Iterator[tuple[str, float]]:
        for each in LEDGER:
            yield each
            clock.advance(61)

    with pytest.raises(Conflict, match="has lapsed"):
        board.rebuild(ledger(), batch=1)
    assert [board.count(), board.rebuild(LEDGER)] == [0, 2]


@pytest.mark.parametrize("lease", [0, -1, 0.0001, 1e9, float("nan")])
def test_a_lease_that_is_none_is_refused(lease: float) -> None:
    board = Live.memory().leaderboard("points").blocking
    with pytest.raises(InvalidValue, match="points: not a lease"):
        board.rebuild(LEDGER, lease=lease)


@pytest.mark.parametrize("batch", [0, -1, 10_001])
def test_a_batch_that_is_none_is_refused(batch: int) -> None:
    board = Live.memory().leaderboard("points").blocking
    with pytest.raises(InvalidValue, match="not a batch"):
        board.rebuild(LEDGER, batch=batch)
