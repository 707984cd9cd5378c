"""The area ``query``: what it declares, and that both sides do the same work.

Everything is done with little work: no speed is judged here. What needs Node and its
packages is skipped where they cannot be had; in CI it fails then.
"""

from __future__ import annotations

import os

import pytest

from benchmarks.areas.query import AREA, prepared
from benchmarks.query.node import PROJECT
from benchmarks.query.ours import measure_ours
from benchmarks.query.workload import Sizes

pytestmark = pytest.mark.timeout(120)  # npm installs the packages once

TINY = Sizes(queries=3, reads=3, entries=5, few=4)
TARGETS = {"query_cached_read_us": 5, "query_fulfilled_vs_rtkq": 1.5}


def test_each_figure_has_the_target_that_was_promised() -> None:
    declared = {each.name: each.at_most for each in AREA.figures if each.at_most}
    assert declared == TARGETS
    assert "invalidate_10k_entries_ms" in {each.name for each in AREA.figures}


def test_rounds_are_enough_for_a_median_and_work_is_as_large_as_promised() -> None:
    assert AREA.rounds >= 5
    assert Sizes().entries == 10_000


def test_our_side_measures_what_its_figures_need() -> None:
    measured = measure_ours(TINY)
    needed = {each.of for each in AREA.figures if "rtkq" not in each.of}
    assert needed - set(measured) == set()
    assert min(measured.values()) > 0


@pytest.mark.slow
def test_the_area_measures_all_that_its_figures_need() -> None:
    try:
        assert PROJECT.installed().is_dir()
    except RuntimeError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))
    needed = {name for each in AREA.figures for name in (each.of, each.beside) if name}
    measured: dict[str, float] = {}
    with prepared(TINY) as sides:
        for side in sides.values():
            measured |= side()
    assert needed - set(measured) == set()
