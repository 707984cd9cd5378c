"""Random texts, documents and states are read, written and merged as in the real ones.

How many, and how to run more: see ``oracle.families``.
"""

from __future__ import annotations

import pytest

from tests.oracle.families import PROGRAMS, Family
from tests.oracle.persist.families import FAMILIES
from tests.oracle.real import Real
from tests.oracle.running import compare_diced, compare_drawn
from tests.oracle.tally import Tally

each_family = pytest.mark.parametrize(
    "family", FAMILIES, ids=[family.name for family in FAMILIES]
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + PROGRAMS // 10)]


@each_family
def test_what_hypothesis_draws_is_the_same_in_both(
    family: Family, real: Real, tally: Tally
) -> None:
    assert compare_drawn(family, real, tally) >= family.half


@each_family
def test_what_dice_throw_is_the_same_in_both(
    family: Family, real: Real, tally: Tally
) -> None:
    assert compare_diced(family, real, tally) == family.half
