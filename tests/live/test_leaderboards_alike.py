"""Memory and Redis answer as a naive leaderboard does, whatever is done with them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateroom.errors import InvalidValue
from stateroom.live import BlockingLeaderboard, Live, ManualClock
from stateroom.live.leaderboard_rules import Order, Ties
from tests.live.backends import RedisBackend
from tests.live.leaderboard_model import Declared, NaiveBoard
from tests.servers.processes import RedisProcess

T = TypeVar("T")
Board: TypeAlias = BlockingLeaderboard[str]
Step: TypeAlias = tuple[str, Callable[[Board], object], Callable[[NaiveBoard], object]]
"""What is done, for a failure's text; how a real board does it; how the naive one."""

MEMBERS = st.sampled_from(["anna", "ben", "cleo", "dan", "é", "a b"])
SCORES = st.one_of(
    st.integers(-2, 2),
    st.sampled_from([0.5, -0.0, 0.1, 0.2, 2**53, -(2**53), 1e300, -1e-300]),
)
POINTS = st.one_of(st.integers(-2, 2), st.sampled_from([0.5, -0.5, 0.1, 0.2]))
SMALL = st.integers(0, 4)
REFUSED = "refused"
HOURS = st.sampled_from([1, 5, 13, 24])


def answer(do: Callable[[T], object], board: T) -> object:
    """Return what a board answers; that it refuses is an answer."""
    try:
        return do(board)
    except InvalidValue:
        return REFUSED


def adds(draw: st.DrawFn, declared: Declared) -> Step:
    member, points = draw(MEMBERS), draw(POINTS)
    # An event is remembered for a day of the server, which no clock of a test moves.
    events = [None] if declared.has_windows else [None, None, "e1", "e2"]
    once = draw(st.sampled_from(events))
    return (
        f"add {member} {points} {once}",
        lambda board: board.add(member, points, once=once),
        lambda naive: naive.add(member, points, once),
    )


def puts(draw: st.DrawFn, declared: Declared) -> Step:
    member, score, if_better = draw(MEMBERS), draw(SCORES), draw(st.booleans())
    return (
        f"put {member} {score} {if_better}",
        lambda board: board.put(member, score, if_better=if_better),
        lambda naive: naive.put(member, score, if_better=if_better),
    )


def removes(draw: st.DrawFn, declared: Declared) -> Step:
    members = draw(st.lists(MEMBERS, max_size=2, unique=True))
    return (
        f"remove {members}",
        lambda board: board.remove(*members),
        lambda naive: naive.remove(*members),
    )


def rebuilds(draw: st.DrawFn, declared: Declared) -> Step:
    # Who has fallen out of the best is not known any more when a second row comes.
    key = (lambda row: row[0]) if declared.most else (lambda row: object())
    rows = draw(st.lists(st.tuples(MEMBERS, SCORES), max_size=6, unique_by=key))
    meanwhile = draw(st.lists(changes(declared), max_size=4))

    def real(board: Board) -> object:
        def ledger() -> Iterator[tuple[str, float]]:
            yield from rows
            for _, change, _ in meanwhile:
                answer(change, board)

        return board.rebuild(ledger(), batch=2)

    def naive(board: NaiveBoard) -> object:
        old = deepcopy(board)
        board.rebuild(rows)
        board.is_bounded = False  # nobody is there to be told
        for _, _, change in meanwhile:
            if answer(change, old) != REFUSED:
                change(board)
        board.is_bounded = True
        return board.count()

    return f"rebuild {rows} amid {[each for each, _, _ in meanwhile]}", real, naive


def reads(draw: st.DrawFn, declared: Declared) -> Step:
    member, n, offset = draw(MEMBERS), draw(SMALL), draw(SMALL)
    low, high = sorted((draw(SCORES), draw(SCORES)))
    return (
        f"read {member} {n} {offset} {low} {high}",
        lambda board: (
            board.top(n, offset=offset),
            board.around(member, before=n, after=offset),
            board.between(low, high, n=n),
        ),
        lambda naive: (
            naive.top(n, offset),
            naive.around(member, n, offset),
            naive.between(low, high, n),
        ),
    )


Makes: TypeAlias = Callable[[st.DrawFn, Declared], Step]


@st.composite
def changes(draw: st.DrawFn, declared: Declared) -> Step:
    makes: Makes = draw(st.sampled_from((adds, puts, removes)))
    return makes(draw, declared)


@st.composite
def steps(draw: st.DrawFn, declared: Declared) -> Step:
    makes: Makes = draw(st.sampled_from((adds, adds, puts, puts, removes, reads)))
    if draw(st.integers(0, 9)) == 0:
        makes = rebuilds
    return makes(draw, declared)


@st.composite
def programs(draw: st.DrawFn) -> tuple[Declared, list[Step | int]]:
    """Return a declaration, and what is done; a number lets so many hours pass."""
    declared = Declared(
        order=draw(st.sampled_from(get_args(Order))),
        ties=draw(st.sampled_from(get_args(Ties))),
        most=draw(st.sampled_from([None, 1, 3])),
        has_windows=draw(st.booleans()),
    )
    things: st.SearchStrategy[Step | int] = steps(declared)
    if declared.has_windows:
        things |= HOURS
    return declared, draw(st.lists(things, max_size=25))


@dataclass
class Boards:
    """The boards that are compared; one clock drives them."""

    clock: ManualClock
    lives: tuple[Live, ...]

    def of(self, declared: Declared) -> list[Board]:
        name = secrets.token_hex(8)
        return [
            each.leaderboard(
                "points",
                order=declared.order,
                ties=declared.ties,
                most=declared.most,
                window="day" if declared.has_windows else None,
                keep_windows=1,
            ).of(name).blocking
            for each in self.lives
        ]  # fmt: skip


@pytest.fixture(scope="module")
def boards(redis_7: RedisProcess) -> Iterator[Boards]:
    clock = ManualClock()
    backend = RedisBackend(redis_7.unix_url)
    with (
        Live.memory(clock=clock) as memory,
        backend.open(namespace=f"l{secrets.token_hex(6)}", clock=clock) as real,
    ):
        yield Boards(clock, (memory, real))


@pytest.mark.timeout(300)
@pytest.mark.slow
@settings(max_examples=300)
@given(program=programs())
def test_all_boards_answer_alike(
    boards: Boards, program: tuple[Declared, list[Step | int]]
) -> None:
    declared, things = program
    real = boards.of(declared)
    naive = NaiveBoard(declared)
    for thing in things:
        if isinstance(thing, int):
            boards.clock.advance(thing * 3600)
            continue
        text, do, expect = thing
        naive.now_ms = boards.clock.now_ms()
        expected = answer(expect, naive)
        assert [(text, answer(do, each)) for each in real] == [(text, expected)] * 2
        everybody = list(naive.scores)
        found = [(each.top(9), each.standings(*everybody)) for each in real]
        assert found == [(naive.all(), naive.standings(*everybody))] * 2
