from __future__ import annotations

from benchmarks.figures import Measures, Side
from benchmarks.registry import all_areas
from benchmarks.runner import measure, run_rounds
from tests.benchmarks.areas import TOY


def silent(_: str) -> None:
    pass


def test_rounds_alternate_and_the_first_one_only_warms_up() -> None:
    order = []

    def side(name: str) -> Side:
        def work() -> Measures:
            order.append(name)
            return {name: len(order)}

        return work

    samples = run_rounds({"a": side("a"), "b": side("b")}, 2, silent)
    assert order == ["b", "a", "a", "b", "b", "a"]
    assert samples == {"a": [3, 6], "b": [4, 5]}


def test_progress_names_the_area_the_round_and_the_side() -> None:
    told: list[str] = []
    measure(TOY, rounds=1, progress=told.append)
    assert "toy: round 1 of 1, the peer" in told


def test_an_area_is_measured_beside_the_calibration() -> None:
    measured = measure(TOY, rounds=2, progress=silent)
    assert [result.value for result in measured.results] == [1, 0.25, -3000, 3]
    assert measured.calibration.seconds > 0


def test_the_areas_are_found_by_their_names_and_no_figure_is_declared_twice() -> None:
    areas = all_areas()
    names = [figure.name for area in areas.values() for figure in area.figures]
    assert [area.name for area in areas.values()] == list(areas)
    assert "decide" in areas
    assert sorted(set(names)) == sorted(names)
