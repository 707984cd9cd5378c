"""Runs the sides of an area in alternating rounds, with the calibration among them."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.calibration import Calibration, calibrated, one_round
from benchmarks.figures import Area, Measures, Sides
from benchmarks.summary import Result, summarise

__all__ = ("Measured", "Progress", "measure", "run_rounds")

Progress = Callable[[str], None]
"""Told, in words, what is being measured."""

_MIX = "calibration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures of an area, and how fast the machine was meanwhile."""

    area: Area
    results: tuple[Result, ...]
    calibration: Calibration


def measure(area: Area, *, rounds: int | None = None, progress: Progress) -> Measured:
    """Measure an area, in so many rounds or as many as it wants."""
    rounds = rounds or area.rounds
    with area.open() as sides:
        every = {_MIX: lambda: {_MIX: one_round()}, **sides}
        samples = run_rounds(
            every, rounds, lambda text: progress(f"{area.name}: {text}")
        )
    calibration = calibrated(samples[_MIX])
    results = tuple(
        summarise(figure, samples, calibration=calibration.ratio)
        for figure in area.figures
    )
    return Measured(area=area, results=results, calibration=calibration)


def run_rounds(sides: Sides, rounds: int, progress: Progress) -> dict[str, list[float]]:
    """Return what each round measured, after a round to warm up that does not count.

    Every second round runs the sides in the opposite order, so that none of them is
    always the one after a certain other.
    """
    samples: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        names = list(sides)[:: 1 if number % 2 else -1]
        for name in names:
            done = f"round {number} of {rounds}" if number else "warming up"
            progress(f"{done}, {name}")
            gc.collect()  # no side pays for what another one left behind
            measured = sides[name]()
            if number:
                _keep(samples, measured)
    return dict(samples)


def _keep(samples: dict[str, list[float]], measured: Measures) -> None:
    for name, number in measured.items():
        samples[name].append(number)
