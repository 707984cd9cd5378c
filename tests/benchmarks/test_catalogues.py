from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.areas.decide import AREA, prepared
from benchmarks.catalogues import catalogue_text
from stateroom.catalogue import PRESETS, Catalogue, load
from stateroom.decide import decide


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    path = tmp_path / "stateroom.toml"
    path.write_text(catalogue_text(400), "utf-8")
    return load(path)


def test_a_made_catalogue_loads_without_a_problem(catalogue: Catalogue) -> None:
    assert len(catalogue.items) == 400


def test_the_same_seed_makes_the_same_catalogue() -> None:
    assert catalogue_text(20, seed=7) == catalogue_text(20, seed=7)
    assert catalogue_text(20, seed=7) != catalogue_text(20, seed=8)


def test_a_made_catalogue_is_as_varied_as_a_real_one(catalogue: Catalogue) -> None:
    items = catalogue.items.values()
    decisions = decide(catalogue).decisions
    assert {item.like for item in items} == {None, *PRESETS}
    assert any(item.override for item in items)
    assert any(decision.confidence < 1 for decision in decisions)
    assert len({decision.rule for decision in decisions}) > 15
    # What depends on numbers differs from item to item of one preset.
    assert len({item.staleness for item in items}) > 50


@pytest.mark.slow
def test_each_figure_of_the_area_is_measured() -> None:
    measured: set[str] = set()
    with prepared(20) as sides:
        for side in sides.values():
            measured |= side().keys()
    wanted = {name for each in AREA.figures for name in (each.of, each.beside) if name}
    assert wanted <= measured
