"""How many bytes may be written is judged by two figures, and nothing else."""

from __future__ import annotations

import pytest

from stateroom.persist.budgets import (
    SLICE_BUDGET,
    TOTAL_BUDGET,
    WARN_AT,
    Judgement,
    judge,
)


@pytest.mark.parametrize(
    ("size", "judged"),
    [(0, "ok"), (69, "ok"), (70, "near"), (100, "near"), (101, "over")],
)
def test_it_is_told_from_seventy_percent_on_and_refused_above_all(
    size: int, judged: Judgement
) -> None:
    assert judge(size, budget=100) == judged


@pytest.mark.parametrize("budget", [SLICE_BUDGET, TOTAL_BUDGET, 1, 3])
def test_a_budget_may_be_used_up_to_its_last_byte(budget: int) -> None:
    assert judge(budget, budget=budget) == "near"
    assert judge(budget + 1, budget=budget) == "over"


def test_the_budgets_are_those_that_are_documented() -> None:
    assert (SLICE_BUDGET, TOTAL_BUDGET, WARN_AT) == (262_144, 2_097_152, 0.7)


@pytest.mark.parametrize("budget", [0, -1])
def test_a_budget_of_nothing_is_a_mistake(budget: int) -> None:
    with pytest.raises(ValueError, match=f"got {budget}$"):
        judge(1, budget=budget)
