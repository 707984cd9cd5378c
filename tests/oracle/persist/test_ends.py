"""Whole applications give the same state, and leave the same document, in both.

How many programs there are, and how to run more: see ``oracle.families``. What is
compared, and what may differ: see ``comparing_ends``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import cast

import pytest
from hypothesis import HealthCheck, given, seed, settings

from stateroom.persist.interchange import PERSIST, stringify
from tests.oracle.choosing import programs
from tests.oracle.families import PROGRAMS, SEED, Dice
from tests.oracle.persist.comparing_ends import KEY, Ours, compare_ends
from tests.oracle.persist.making_ends import make_ends, make_round
from tests.oracle.persist.programs import BOOTED
from tests.oracle.persist.terms import build
from tests.oracle.real import Json, Real
from tests.oracle.tally import Tally
from tests.oracle.terms import text

Program = dict[str, Json]
DRAWN = max(10, PROGRAMS // 10)
"""So many are drawn by Hypothesis, which takes its time."""
THROWN = max(10, PROGRAMS * 2 // 5)
"""So many are thrown by dice."""
ROUNDS = max(50, PROGRAMS // 20)
AT_ONCE = 200

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + PROGRAMS // 10)]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """What thousands of programs tell the log is not kept."""
    caplog.set_level(logging.CRITICAL, "stateroom.persist")


def hold(tally: Tally, program: Program, trace: Json) -> None:
    """Compare a program, and count it."""
    tally.deviations.update(compare_ends(program, trace))
    tally.compared["persisted"] += 1
    tally.distinct.setdefault("persisted", set()).add(hash(text(program)))


def test_what_hypothesis_draws_is_the_same_in_both(real: Real, tally: Tally) -> None:
    before = tally.compared["persisted"]

    @seed(SEED)
    @settings(
        max_examples=DRAWN,
        database=None,  # a seed repeats a run; nothing is kept of it
        suppress_health_check=list(HealthCheck),
    )
    @given(programs(make_ends))
    def drawn(program: Program) -> None:
        hold(tally, program, real.trace("persisted", program))

    drawn()
    assert tally.compared["persisted"] - before >= DRAWN


def test_what_dice_throw_is_the_same_in_both(real: Real, tally: Tally) -> None:
    before = tally.compared["persisted"]
    first = SEED * 1_000_000
    for start in range(first, first + THROWN, AT_ONCE):
        seeds = range(start, min(start + AT_ONCE, first + THROWN))
        several = [make_ends(Dice(each)) for each in seeds]
        traces = real.traces("persisted", cast("list[Json]", several))
        for program, trace in zip(several, traces, strict=True):
            hold(tally, program, trace)
    assert tally.compared["persisted"] - before == THROWN


# ------------------------------------------------------------------ and back


def texts_of(term: Json) -> dict[str, str]:
    """The fields of a state as texts: JSON has null for NaN, and one zero."""
    state = cast("Mapping[str, object]", build(term))
    return {key: stringify(each) for key, each in state.items() if key != PERSIST}


def next_start(program: Program, document: str) -> Program:
    """The same application, started once more with what was left behind."""
    return {**program, "stored": {KEY: document}, "steps": [*BOOTED]}


def last_state(trace: Json) -> dict[str, str]:
    return texts_of(cast("dict[str, list[Json]]", trace)["states"][-1])


def stored(trace: Json) -> str:
    return cast("dict[str, dict[str, str]]", trace)["stored"][KEY]


def test_we_read_what_redux_persist_has_written_for_a_random_state(real: Real) -> None:
    several = [make_round(Dice(each)) for each in range(ROUNDS)]
    traces = real.traces("persisted", cast("list[Json]", several))
    for program, trace in zip(several, traces, strict=True):
        ours = Ours(next_start(program, stored(trace)))
        assert last_state(ours.trace) == last_state(trace)


def test_redux_persist_reads_what_we_have_written_for_a_random_state(
    real: Real,
) -> None:
    several = [make_round(Dice(each)) for each in range(ROUNDS, 2 * ROUNDS)]
    ours = [Ours(each) for each in several]
    again = [
        next_start(program, each.document)
        for program, each in zip(several, ours, strict=True)
    ]
    traces = real.traces("persisted", cast("list[Json]", again))
    for each, trace in zip(ours, traces, strict=True):
        assert last_state(trace) == last_state(each.trace)


def test_a_state_that_goes_there_and_back_is_the_same(real: Real) -> None:
    several = [make_round(Dice(each)) for each in range(2 * ROUNDS, 3 * ROUNDS)]
    for program in several[: ROUNDS // 2]:
        ours = Ours(program)
        there = real.trace("persisted", next_start(program, ours.document))
        back = Ours(next_start(program, stored(there)))
        assert last_state(back.trace) == last_state(ours.trace)


# ------------------------------------------------------------ of the programs


def share(word: str, several: list[str]) -> float:
    return sum(word in each for each in several) / len(several)


def test_the_programs_have_all_that_is_to_be_compared() -> None:
    several = [text(make_ends(Dice(each))) for each in range(500)]
    often = ("whitelist", "blacklist", "transforms", "reconciler", "migrations")
    assert [word for word in often if share(f'"{word}"', several) < 0.2] == []
    rare = ("persist/REHYDRATE", "throw", "drop", "hardSet", "autoMergeLevel2")
    assert [word for word in rare if share(f'"{word}"', several) < 0.1] == []
    assert share('"stored":{}', several) > 0.05
    assert share('\\"gone\\"', several) > 0.2
