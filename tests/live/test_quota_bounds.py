"""Whatever is taken and given back: what was really called is within bounds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from stateroom.live import BlockingQuota, Live, ManualClock

Step: TypeAlias = tuple[str, int]

PERIOD_S = 10
LIMITS = st.sampled_from([1, 3, 7, 10])
BURSTS = st.integers(1, 4)
PAUSES = (100, 500, 900, 999, 1_000)
"""Thousandths of the time that one call takes up."""
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.sampled_from(
        [
            *[("take", 1)] * 9,
            ("take", 2),
            *[("pause", each) for each in PAUSES],
            *[("give back", each) for each in (0, 1, 1, 2, 2)],
        ]
    ),
    min_size=30,
    max_size=40,
)

many = settings(max_examples=400)


@dataclass
class Made:
    """Calls that were allowed at a moment, and are made unless they are given back."""

    at_ms: int
    calls: int


def in_ms(steps: list[Step], *, limit: int, most: int) -> list[Step]:
    """Return steps whose pauses are in ms, and none of which takes too many calls."""
    return [
        (what, n * PERIOD_S // limit)
        if what == "pause"
        else (what, min(n, most) if what == "take" else n)
        for what, n in steps
    ]


def play(calls: BlockingQuota, clock: ManualClock, steps: list[Step]) -> list[Made]:
    """Do what the steps say; return what was really called."""
    made: list[Made] = []
    grants = []
    for what, number in steps:
        if what == "pause":
            clock.advance(number / 1000)
        elif what == "take" and (grant := calls.take(number)).is_allowed:
            made.append(Made(clock.now_ms(), number))
            grants.append(grant)
        elif what == "give back" and grants:
            at = max(0, len(grants) - 1 - number)
            calls.give_back(grants[at])
            made[at].calls = 0  # not made, whether it could still be given back or not
    return made


@many
@given(limit=LIMITS, burst=BURSTS, steps=STEPS)
def test_no_stretch_of_time_has_more_calls_than_its_rate_and_a_burst(
    limit: int, burst: int, steps: list[Step]
) -> None:
    clock = ManualClock()
    steps = in_ms(steps, limit=limit, most=burst)
    rate = Live.memory(clock=clock).quota("r", limit=limit, per=PERIOD_S, burst=burst)
    made = play(rate.blocking, clock, steps)
    for first, last in itertools.combinations_with_replacement(range(len(made)), 2):
        stretch = made[first : last + 1]
        seconds = Fraction(stretch[-1].at_ms - stretch[0].at_ms, 1000)
        most = burst + seconds * limit / PERIOD_S
        assert sum(each.calls for each in stretch) <= most


@many
@given(limit=LIMITS, burst=BURSTS, steps=STEPS)
def test_a_rate_refuses_nothing_that_a_bucket_of_exact_numbers_would_allow(
    limit: int, burst: int, steps: list[Step]
) -> None:
    clock = ManualClock()
    calls = Live.memory(clock=clock).quota("r", limit=limit, per=PERIOD_S, burst=burst)
    level = Fraction(0)
    for what, number in in_ms(steps, limit=limit, most=burst):
        if what == "pause":
            clock.advance(number / 1000)
            level = max(Fraction(0), level - Fraction(number * limit, 1000 * PERIOD_S))
        elif what == "take":
            fits = level + number <= burst
            grant = calls.blocking.take(number)
            level += number if fits else 0
            assert grant.is_allowed == fits
            assert (grant.used, grant.remaining) == (
                -(-level // 1),
                (burst - level) // 1,
            )


@many
@given(limit=st.integers(1, 8), steps=STEPS)
def test_no_window_has_more_calls_than_its_limit(limit: int, steps: list[Step]) -> None:
    clock = ManualClock()
    calls = Live.memory(clock=clock).quota("w", limit=limit, per="minute").blocking
    steps = in_ms(steps, limit=1, most=limit)
    windows: dict[int, int] = {}
    for each in play(calls, clock, steps):
        window = each.at_ms // 60_000
        windows[window] = windows.get(window, 0) + each.calls
    assert max(windows.values(), default=0) <= limit
    assert calls.usage().used >= windows.get(clock.now_ms() // 60_000, 0)
