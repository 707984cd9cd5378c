"""Random texts, documents and states are read, written and merged as in the real ones.

How many, and how to run more: see ``oracle.families``.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.oracle.choosing import programs
from tests.oracle.families import PROGRAMS, SEED, Dice, Family
from tests.oracle.persist.families import FAMILIES
from tests.oracle.real import Json, Real
from tests.oracle.tally import Tally

AT_ONCE = 200
"""Programs of one request."""

each_family = pytest.mark.parametrize(
    "family", FAMILIES, ids=[family.name for family in FAMILIES]
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + PROGRAMS // 10)]


@each_family
def test_what_hypothesis_draws_is_the_same_in_both(
    family: Family, real: Real, tally: Tally
) -> None:
    before = tally.compared[family.name]

    @seed(SEED)
    @settings(
        max_examples=family.half,
        database=None,  # a seed repeats a run; nothing is kept of it
        suppress_health_check=list(HealthCheck),
    )
    @given(programs(family.make))
    def drawn(program: dict[str, Json]) -> None:
        tally.compare(family, program, real.trace(family.name, program))

    drawn()
    assert tally.compared[family.name] - before >= family.half


@each_family
def test_what_dice_throw_is_the_same_in_both(
    family: Family, real: Real, tally: Tally
) -> None:
    before = tally.compared[family.name]
    first = SEED * 1_000_000
    for start in range(first, first + family.half, AT_ONCE):
        seeds = range(start, min(start + AT_ONCE, first + family.half))
        several = [family.make(Dice(each)) for each in seeds]
        traces = real.traces(family.name, several)
        for program, trace in zip(several, traces, strict=True):
            tally.compare(family, program, trace)
    assert tally.compared[family.name] - before == family.half
