"""What an area declares: its figures, their targets, and the sides that are measured.

A side does one round of work and returns what it measured, by name. A figure is the
median over all rounds of one such measure, or of its ratio to another one, taken round
by round: so what slows a whole round down does not change a ratio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ("TIMES", "Area", "Figure", "Measures", "Side", "Sides")

Measures: TypeAlias = Mapping[str, float]
"""What one round of a side measured: name to number, times in seconds."""
Side: TypeAlias = Callable[[], Measures]
Sides: TypeAlias = Mapping[str, Side]
"""By name, ours and the peers'; each round runs all of them."""

TIMES: dict[str, float] = {"s": 1.0, "ms": 1e3, "us": 1e6}
"""Units of time, with how many make a second. Bounds in them depend on the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number that an area prints.

    Attributes:
        name: its key in the JSON document; unique among all areas.
        about: what it measures, in one line.
        unit: ``s``, ``ms``, ``us``, ``x`` for a ratio, or what is counted.
        of: name of the measure.
        beside: name of the measure that it is compared with, or empty.
        how: ``value``; ``ratio``: of / beside; ``beyond``: of - beside.
        at_most: the target, or None; ``at_least`` likewise. With neither, the figure is
            printed only.
    """

    name: str
    about: str
    unit: str
    of: str
    beside: str = ""
    how: Literal["value", "ratio", "beyond"] = "value"
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if (self.how == "value") == bool(self.beside):
            raise ValueError(f"{self.name}: {self.how} with beside={self.beside!r}")

    @property
    def is_absolute(self) -> bool:
        """Whether its bounds are times, which a slower machine may exceed in step."""
        return self.unit in TIMES and self.how != "ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A part of the project, and how fast it shall be.

    Attributes:
        name: what ``python -m benchmarks NAME`` takes.
        about: one line.
        figures: in the order in which they are printed.
        open: sets up, yields the sides, and cleans up.
        rounds: how many, unless told otherwise; at least 5 where peers are compared.
        packages: distributions whose versions matter for the figures.
        peers: says what is compared with, and in which version.
    """

    name: str
    about: str
    figures: tuple[Figure, ...]
    open: Callable[[], AbstractContextManager[Sides]]
    rounds: int = 7
    packages: tuple[str, ...] = ()
    peers: Callable[[], Mapping[str, str]] = dict
