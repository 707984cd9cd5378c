"""Random programs do the same in Python as with the real packages.

How many, and how to run more: see ``families``. A difference that Hypothesis finds is
the smallest of its kind, and its program is in the message; so is that of the dice.
"""

from __future__ import annotations

import pytest

from tests.oracle.families import FAMILIES, PROGRAMS, Family
from tests.oracle.real import Real
from tests.oracle.running import compare_diced, compare_drawn
from tests.oracle.tally import Tally

each_family = pytest.mark.parametrize(
    "family", FAMILIES, ids=[family.name for family in FAMILIES]
)
# Some ten of the larger programs a second, on the slowest machine.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + PROGRAMS // 10)]


@each_family
def test_a_drawn_program_does_the_same_in_both(
    family: Family, real: Real, tally: Tally
) -> None:
    assert compare_drawn(family, real, tally) >= family.half


@each_family
def test_a_diced_program_does_the_same_in_both(
    family: Family, real: Real, tally: Tally
) -> None:
    assert compare_diced(family, real, tally) == family.half
