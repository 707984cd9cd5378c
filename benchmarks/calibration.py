"""How fast this machine runs Python now, beside the machine of the recorded reference.

A fixed mix of interpreter work is timed. Bounds in seconds are multiplied by the ratio
of that time to the reference, so that a target means the same on another machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from benchmarks.summary import spread_of

__all__ = (
    "REFERENCE",
    "Calibration",
    "Reference",
    "calibrate",
    "calibrated",
    "mix",
    "one_round",
)

Clock: TypeAlias = Callable[[], float]
Work: TypeAlias = Callable[[], object]

ROUNDS = 11
"""Of the mix, for a calibration of its own: about two seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the mix took where the targets were set."""

    seconds: float
    machine: str
    python: str


REFERENCE = Reference(
    seconds=0.101, machine="2 cores of an AMD EPYC, Linux", python="CPython 3.11.7"
)
"""The best of 75 calibrations of nine rounds, which itself spread by 1.4 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the mix took here.

    Attributes:
        ratio: to the reference; above 1 this machine is slower.
        spread: of the rounds, as a share of the median.
        seconds: the median of the rounds.
    """

    ratio: float
    spread: float
    seconds: float


def calibrate(
    rounds: int = ROUNDS, *, clock: Clock = time.perf_counter, work: Work | None = None
) -> Calibration:
    """Time the mix, after a round to warm up that does not count.

    Args:
        rounds: how many count.
        clock: gives seconds.
        work: done instead of the mix.
    """
    times = [one_round(clock, work) for _ in range(rounds + 1)]
    return calibrated(times[1:])


def calibrated(times: Sequence[float]) -> Calibration:
    """Return what timed rounds of the mix say."""
    middle = median(times)
    return Calibration(
        ratio=middle / REFERENCE.seconds, spread=spread_of(times), seconds=middle
    )


def one_round(clock: Clock = time.perf_counter, work: Work | None = None) -> float:
    """Return the seconds that the mix takes, or other work instead."""
    start = clock()
    (work or mix)()
    return clock() - start


def mix() -> int:
    """Do a fixed amount of what interpreters spend their time on; return a checksum."""
    parts = (_dicts(), _texts(), _calls(), _objects(), _numbers(), _documents())
    return sum(parts) % 1_000_003


def _dicts() -> int:
    counts: dict[tuple[int, int], int] = {}
    for number in range(120_000):
        key = (number % 251, number % 83)
        counts[key] = counts.get(key, 0) + number
    return len(counts) + max(counts.values())


def _texts() -> int:
    words = [f"item-{number * 7919 % 10_007}" for number in range(60_000)]
    words.sort()
    joined = ":".join(word.upper() for word in words if word.endswith(("1", "7")))
    return len(joined.split(":")) + joined.count("77")


def _calls() -> int:
    return sum(_fibonacci(number) for number in (18, 19, 20, 21))


def _fibonacci(number: int) -> int:
    return number if number < 2 else _fibonacci(number - 1) + _fibonacci(number - 2)  # noqa: PLR2004


class _Point:
    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y

    def moved(self, by: int) -> _Point:
        return _Point(self.x + by, self.y - by)


def _objects() -> int:
    points = [_Point(number, -number) for number in range(20_000)]
    points = [point.moved(3).moved(-1) for point in points]
    return sum(point.x * point.y for point in points) % 1_000_003


def _numbers() -> int:
    big = 3
    for _ in range(24):
        big = big * big % (1 << 4096) + 1
    bits = 0
    for number in range(80_000):
        bits ^= (number << 17) & 0xFFFF_FFFF | number % 13
    return big % 1_000_003 + bits


def _documents() -> int:
    document = {
        f"key-{number}": {
            "size": number,
            "ratio": number / 7,
            "tags": ["a", str(number)],
        }
        for number in range(6_000)
    }
    text = json.dumps(document, sort_keys=True)
    return len(text) + len(json.loads(text))
