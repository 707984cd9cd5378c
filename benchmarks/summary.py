"""Makes one figure of many rounds, and says whether it keeps its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from benchmarks.figures import TIMES, Figure

__all__ = ("Result", "Samples", "spread_of", "summarise")

Samples: TypeAlias = Mapping[str, Sequence[float]]
"""What was measured: for each measure one number per round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A figure as it came out.

    Attributes:
        value: the median over the rounds, in the figure's unit.
        spread: half of the range of the middle half of the rounds, over the median.
        at_most: the bound on this machine; ``at_least`` likewise.
        is_met: None where there is no target.
    """

    figure: Figure
    value: float
    spread: float
    at_most: float | None
    at_least: float | None

    @property
    def is_met(self) -> bool | None:
        if self.at_most is None and self.at_least is None:
            return None
        over = self.at_most is not None and self.value > self.at_most
        under = self.at_least is not None and self.value < self.at_least
        return not (over or under)


def summarise(figure: Figure, samples: Samples, *, calibration: float) -> Result:
    """Return the result of a figure.

    Args:
        figure: what is made of the samples.
        samples: of all rounds.
        calibration: how many times slower than the reference this machine is now;
            bounds that are times are multiplied by it.
    """
    rounds = _rounds(figure, samples)
    factor = calibration if figure.is_absolute else 1.0
    return Result(
        figure=figure,
        value=median(rounds),
        spread=spread_of(rounds),
        at_most=None if figure.at_most is None else figure.at_most * factor,
        at_least=None if figure.at_least is None else figure.at_least * factor,
    )


def spread_of(rounds: Sequence[float]) -> float:
    """Return how far the middle half of the rounds lies around the median, as a share.

    0.0 for a single round, or a median of zero.
    """
    middle = median(rounds)
    ordered = sorted(rounds)
    quarter = len(ordered) // 4
    inner = ordered[quarter : len(ordered) - quarter]
    return (inner[-1] - inner[0]) / 2 / abs(middle) if middle else 0.0


def _rounds(figure: Figure, samples: Samples) -> list[float]:
    """Return the figure of each round."""
    scale = TIMES.get(figure.unit, 1.0)
    ours = samples[figure.of]
    if figure.how == "value":
        return [each * scale for each in ours]
    pairs = zip(ours, samples[figure.beside], strict=True)
    if figure.how == "ratio":
        return [mine / theirs for mine, theirs in pairs]
    return [(mine - theirs) * scale for mine, theirs in pairs]
