"""What a leaderboard refuses, and what its messages say."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import IntEnum

import pytest

from stateroom.errors import (
    InvalidValue,
    StateroomError,
    Unavailable,
    Undecodable,
    UsageError,
)
from stateroom.live import BlockingLeaderboard, Live
from stateroom.live.leaderboard_rules import Ties
from tests.fixtures_servers import MakesRedis
from tests.servers.processes import RedisProcess
from tests.servers.talking import ReplyError

NAN, INFINITE = float("nan"), float("inf")
FULL = ("maxmemory 8mb", "maxmemory-policy noeviction")


class Level(IntEnum):
    """A number of a subclass."""

    THIRD = 3


@pytest.fixture
def board() -> BlockingLeaderboard[str]:
    return Live.memory().leaderboard("points").blocking


def said(error: StateroomError) -> str:
    """Return what a traceback shows of an error."""
    return "\n".join((str(error), *error.__notes__))


@pytest.mark.parametrize(
    "score",
    [NAN, INFINITE, -INFINITE, 2**53 + 1, -(2**53) - 1, 10**400, True, "7", None, 1j],
)
def test_what_is_no_score_is_refused(
    board: BlockingLeaderboard[str], score: float
) -> None:
    for change in (board.put, board.add):
        with pytest.raises(InvalidValue, match="points: not a score") as caught:
            change("anna", score)
        assert caught.value.found == repr(score)[:80]
        assert "from -2**53 to 2**53" in said(caught.value)
    with pytest.raises(InvalidValue, match="the row of 'anna': not a score"):
        board.rebuild([("anna", score)])
    assert board.count() == 0


@pytest.mark.parametrize("member", ["", "\ud800", 7, None, b"anna", True])
def test_what_is_no_member_is_refused(
    board: BlockingLeaderboard[str], member: str
) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: board.put(member, 1),
        lambda: board.remove(member),
        lambda: board.standing(member),
        lambda: board.around(member),
        lambda: board.rebuild([(member, 1)]),
    )
    for call in calls:
        with pytest.raises(InvalidValue, match="points: not a member") as caught:
            call()
        assert caught.value.allowed == "text, not empty"


@pytest.mark.parametrize("member", ["7", 1.0, True, None, 2**63, -(2**63) - 1])
def test_what_is_no_number_is_no_member_where_members_are_numbers(member: int) -> None:
    board = Live.memory().leaderboard("points", members=int).blocking
    with pytest.raises(InvalidValue, match="points: not a member"):
        board.put(member, 1)


def test_numbers_of_a_subclass_are_numbers() -> None:
    board = Live.memory().leaderboard("points", members=int).blocking
    assert board.put(Level.THIRD, Level.THIRD).score == 3.0
    assert board.standing(3) is not None


@pytest.mark.parametrize("row", [7, None, (), ("anna",), ("anna", 1, 2), "abc"])
def test_what_is_no_row_is_refused(
    board: BlockingLeaderboard[str], row: tuple[str, float]
) -> None:
    with pytest.raises(InvalidValue, match="points: not a row of a ledger"):
        board.rebuild([row])


def test_counts_that_are_none_are_refused(board: BlockingLeaderboard[str]) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: board.top(-1),
        lambda: board.top(1, offset=-1),
        lambda: board.top(True),  # noqa: FBT003 - that is what is refused
        lambda: board.around("anna", before=-1),
        lambda: board.between(1, 2, n=-1),
    )
    for call in calls:
        with pytest.raises(InvalidValue, match="not a count"):
            call()
    with pytest.raises(InvalidValue, match="not a score"):
        board.between(NAN, 2)
    with pytest.raises(InvalidValue, match="once= names no event"):
        board.add("anna", 1, once="")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"members": bytes}, "not what members of a leaderboard are"),
        ({"members": []}, "not what members of a leaderboard are"),
        ({"order": "up"}, "not the order of a leaderboard"),
        ({"ties": "last"}, "not the ties of a leaderboard"),
        ({"window": "fortnight"}, "not a period"),
        ({"keep_windows": -1}, "keep_windows: not a count"),
        ({"most": 0}, "most: not a count"),
    ],
)
def test_a_declaration_that_is_wrong_is_refused(
    options: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidValue, match=message):
        Live.memory().leaderboard("points", **options)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "when",
    [1, -3, True, datetime(2027, 1, 15)],  # noqa: DTZ001 - that is refused
)
def test_what_is_no_window_is_refused(when: int | datetime) -> None:
    board = Live.memory().leaderboard("points", window="week", keep_windows=2)
    for face in (board, board.blocking):
        with pytest.raises(InvalidValue, match="in_window: not a"):
            face.in_window(when)


def test_a_board_without_windows_has_no_last_week(
    board: BlockingLeaderboard[str],
) -> None:
    with pytest.raises(UsageError, match="has no windows"):
        board.in_window(-1)


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("day", [1, 31])
def test_the_ends_of_all_time_are_in_no_window_that_is_kept(
    year: int, day: int
) -> None:
    board = Live.memory().leaderboard("points", window="week")
    moment = datetime(year, 12 if day > 1 else 1, day, tzinfo=UTC)
    assert board.blocking.in_window(moment).top() == []


# -- what stands in Redis


@pytest.fixture
def live(redis_7: RedisProcess) -> Iterator[Live]:
    namespace = f"b{secrets.token_hex(6)}"
    with Live(redis_7.unix_url, namespace=namespace, timeout=10.0) as live:
        yield live


@pytest.mark.parametrize("ties", ["shared", "first"])
def test_members_of_another_type_are_told_and_left(live: Live, ties: Ties) -> None:
    texts = live.leaderboard("points", ties=ties).blocking
    numbers = live.leaderboard("points", ties=ties, members=int).blocking
    texts.put("anna", 1)
    with pytest.raises(Undecodable, match="points: b'anna' on it is no int") as caught:
        numbers.top()
    assert caught.value.key.startswith(f"{live.namespace}:d:pub:points:")
    assert texts.standing("anna") is not None


def test_another_kind_of_data_under_its_key_is_refused(
    redis_7: RedisProcess, live: Live
) -> None:
    board = live.leaderboard("points").blocking
    board.put("anna", 1)
    key = redis_7.cli("KEYS", f"{live.namespace}:*").strip()
    redis_7.cli("SET", key, "text")
    calls: tuple[Callable[[], object], ...] = (
        board.top,
        board.count,
        lambda: board.put("anna", 2),
    )
    for call in calls:
        with pytest.raises(Undecodable, match="another kind of data stands there"):
            call()
    assert redis_7.cli("GET", key).strip() == "text"


@pytest.mark.parametrize("ties", ["shared", "first"])
@pytest.mark.parametrize("binary", ["6.2", "7"])
def test_a_full_server_refuses_points_and_still_reads_and_removes(
    own_redis: MakesRedis, binary: str, ties: Ties
) -> None:
    server = own_redis(binary, config=FULL)
    with Live(server.unix_url, namespace="full", timeout=10.0) as live:
        board = live.leaderboard("points", ties=ties).blocking
        board.rebuild([("anna", 2), ("ben", 1)])
        fill(server)
        calls: tuple[Callable[[], object], ...] = (
            lambda: board.add("anna", 1),
            lambda: board.put("cleo", 1, if_better=True),
            lambda: board.rebuild([("cleo", 1)]),
        )
        for call in calls:
            with pytest.raises(Unavailable) as caught:
                call()
            assert caught.value.is_full
        found = [(each.member, each.score, each.rank) for each in board.top()]
        assert found == [("anna", 2.0, 1), ("ben", 1.0, 2)]
        assert [board.remove("anna"), board.count()] == [1, 1]


def fill(server: RedisProcess) -> None:
    """Write until nothing finds room any more."""
    with pytest.raises(ReplyError, match="OOM command not allowed"):
        _write(server)
    # What connections take comes and goes; so take away more than they ever give back.
    server.cli("CONFIG", "SET", "maxmemory", "2mb")


def _write(server: RedisProcess) -> None:
    for number in itertools.count():
        server.cli("SET", f"fill:{number}", "x" * 65_536)
