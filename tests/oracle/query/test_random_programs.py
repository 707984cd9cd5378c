"""Random programs about queries do the same in Python as with RTK Query.

How many, and how to run more: see ``oracle.families``. What may differ: ``comparing``.
"""

from __future__ import annotations

import pytest

from tests.oracle.families import PROGRAMS, Family
from tests.oracle.query.families import FAMILIES
from tests.oracle.query.holding import Held
from tests.oracle.real import Real
from tests.oracle.running import compare_diced, compare_drawn
from tests.oracle.tally import Tally

each_family = pytest.mark.parametrize(
    "family", FAMILIES, ids=[family.name for family in FAMILIES]
)
# Some ten of the longer programs a second, on the slowest machine.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + PROGRAMS // 10)]


@each_family
def test_what_hypothesis_draws_is_the_same_in_both(
    family: Family, real: Real, tally: Tally
) -> None:
    assert compare_drawn(family, real, Held(tally)) >= family.half


@each_family
def test_what_dice_throw_is_the_same_in_both(
    family: Family, real: Real, tally: Tally
) -> None:
    assert compare_diced(family, real, Held(tally)) == family.half
