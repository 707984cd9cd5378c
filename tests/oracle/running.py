"""Runs the programs of a family on both sides: drawn ones, and diced ones."""

from __future__ import annotations

from hypothesis import HealthCheck, given, seed, settings

from tests.oracle.choosing import programs
from tests.oracle.families import SEED, Dice, Family
from tests.oracle.real import Json, Real
from tests.oracle.tally import Tally

__all__ = ("compare_diced", "compare_drawn")

AT_ONCE = 200
"""Programs of one request."""


def compare_drawn(family: Family, real: Real, tally: Tally) -> int:
    """Compare what Hypothesis draws; return how many programs were compared."""
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
    return tally.compared[family.name] - before


def compare_diced(family: Family, real: Real, tally: Tally) -> int:
    """Compare what dice throw; return how many programs were compared."""
    before = tally.compared[family.name]
    first = SEED * 1_000_000
    for start in range(first, first + family.half, AT_ONCE):
        seeds = range(start, min(start + AT_ONCE, first + family.half))
        several = [family.make(Dice(each)) for each in seeds]
        traces = real.traces(family.name, several)
        for program, trace in zip(several, traces, strict=True):
            tally.compare(family, program, trace)
    return tally.compared[family.name] - before
