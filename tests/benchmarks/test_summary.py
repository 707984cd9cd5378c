from __future__ import annotations

import pytest

from benchmarks.figures import Figure
from benchmarks.summary import Result, spread_of, summarise

VALUE = Figure(name="v", about="", unit="ms", of="ours", at_most=2)
RATIO = Figure(
    name="r", about="", unit="x", of="ours", beside="peer", how="ratio", at_most=2
)
BEYOND = Figure(name="b", about="", unit="us", of="ours", beside="peer", how="beyond")
COUNT = Figure(name="c", about="", unit="loads", of="ours", at_most=1, at_least=1)


def result(figure: Figure, *ours: float, calibration: float = 1.0) -> Result:
    return summarise(figure, {"ours": ours}, calibration=calibration)


def test_a_figure_is_the_median_of_its_rounds_in_its_unit() -> None:
    assert result(VALUE, 0.001, 0.009, 0.002).value == 2


def test_a_ratio_is_taken_round_by_round_before_the_median() -> None:
    # The second round ran on a machine ten times slower; the ratios do not show it.
    samples = {"ours": (2.0, 30.0, 1.0), "peer": (1.0, 10.0, 1.0)}
    assert summarise(RATIO, samples, calibration=1.0).value == 2


def test_a_difference_is_taken_round_by_round_before_the_median() -> None:
    samples = {"ours": (3e-6, 12e-6, 5e-6), "peer": (1e-6, 9e-6, 4e-6)}
    value = summarise(BEYOND, samples, calibration=1.0).value
    assert value == pytest.approx(2)


def test_bounds_in_time_grow_with_a_slower_machine() -> None:
    assert result(VALUE, 0.003, calibration=1.6).at_most == 3.2
    assert result(VALUE, 0.003, calibration=1.6).is_met is True
    assert result(VALUE, 0.003).is_met is False


@pytest.mark.parametrize("figure", [RATIO, COUNT])
def test_bounds_of_ratios_and_counts_are_the_same_on_every_machine(
    figure: Figure,
) -> None:
    samples = {"ours": (1.0,), "peer": (1.0,)}
    assert summarise(figure, samples, calibration=3.0).at_most == figure.at_most


@pytest.mark.parametrize(("loads", "is_met"), [(0, False), (1, True), (2, False)])
def test_two_equal_bounds_mean_exactly(loads: int, *, is_met: bool) -> None:
    assert result(COUNT, loads).is_met is is_met


def test_a_figure_without_a_bound_is_neither_met_nor_missed() -> None:
    samples = {"ours": (2.0,), "peer": (1.0,)}
    assert summarise(BEYOND, samples, calibration=1.0).is_met is None


@pytest.mark.parametrize(
    ("rounds", "spread"),
    [
        ([2.0], 0.0),
        ([1.0, 2.0, 3.0], 0.5),
        ([1.0, 2.0, 2.0, 2.0, 99.0], 0.0),  # an outlier is not the spread
        ([0.0, 0.0], 0.0),
    ],
)
def test_the_spread_is_that_of_the_middle_half(
    rounds: list[float], spread: float
) -> None:
    assert spread_of(rounds) == spread


@pytest.mark.parametrize(
    ("beside", "how"), [("peer", "value"), ("", "ratio"), ("", "beyond")]
)
def test_a_figure_compares_with_a_peer_or_does_not(beside: str, how: str) -> None:
    with pytest.raises(ValueError, match="f: "):
        Figure(name="f", about="", unit="x", of="ours", beside=beside, how=how)  # type: ignore[arg-type]  # the wrong combination is the point
