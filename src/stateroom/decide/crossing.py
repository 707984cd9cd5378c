"""Finds round numbers just across the bounds where a table is cut."""

from __future__ import annotations

import math
from collections.abc import Iterator

from stateroom.catalogue.item import Item
from stateroom.catalogue.values import Value
from stateroom.decide.columns import Bound, Column
from stateroom.decide.heat import HOUR, life_of

__all__ = ("across", "across_ratio")

KIB = 1024


def across(column: Column, now: int | None, piece: int) -> int:
    """Return a number in another piece of a column, just across its nearer bound."""
    if piece > (-1 if now is None else now) and piece > 0:
        return _above(column.bounds[piece - 1])
    return _below(column.bounds[piece])


def _above(bound: Bound) -> int:
    """Return a round size just above a bound, e.g. 257 KiB for ``<= 256 KiB``."""
    size = int(bound[0])
    step = max(unit for unit in (1, 1000, KIB, 1000**2, KIB**2) if size % unit == 0)
    return size + step if bound[1] else size


def _below(bound: Bound) -> int:
    return int(bound[0]) - 1 + bound[1]


def across_ratio(
    item: Item, column: Column, names: tuple[str, ...]
) -> Iterator[tuple[str, Value]]:
    """Yield the answers that bring the hit ratio just across each of its bounds.

    Args:
        item: with the numbers that it is worked out from.
        column: the hit ratio's.
        names: the inputs that may be answered otherwise.
    """
    life = life_of(item)
    reads = item.reads_per_hour
    for ratio, _ in column.bounds:
        # l reads per hour and a life of T hours give the ratio where lT = r / (1 - r).
        needed = ratio / (1 - ratio) * HOUR
        if "reads_per_hour" in names and life:
            yield from _around("reads_per_hour", needed / life)
        if not reads:
            continue
        wanted = needed / reads
        for name in ("staleness", "licence_ttl"):
            if name in names and (name == "staleness" or item.licence_ttl):
                yield from _lives(name, wanted)
        if "writes_per_hour" in names and item.writes_per_hour is not None:
            yield from _around("writes_per_hour", HOUR / wanted)


def _around(name: str, rate: float) -> Iterator[tuple[str, Value]]:
    """Yield a round rate just above and one just below."""
    step = 10.0 ** (math.floor(math.log10(rate)) - 1)
    yield name, float(f"{math.floor(rate / step + 1) * step:.6g}")
    below = float(f"{math.ceil(rate / step - 1) * step:.6g}")
    if below > 0:
        yield name, below


def _lives(name: str, seconds: float) -> Iterator[tuple[str, Value]]:
    """Yield a round duration just above and one just below."""
    unit = next((u for u in (86_400, 3600, 60) if seconds >= 2 * u), 1)
    yield name, math.ceil(seconds / unit) * unit
    below = math.ceil(seconds / unit - 1) * unit
    if below > 0:
        yield name, below
