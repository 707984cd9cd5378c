"""A small area with made-up numbers, for the tests of what is done with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.figures import Area, Figure, Sides

__all__ = ("TOY",)

FIGURES = (
    Figure(name="toy_ms", about="ours alone", unit="ms", of="ours", at_most=2),
    Figure(
        name="toy_vs_peer",
        about="ours over the peer's",
        unit="x",
        of="ours",
        beside="peer",
        how="ratio",
        at_most=0.5,
    ),
    Figure(
        name="toy_beyond_us",
        about="ours beyond the peer's",
        unit="us",
        of="ours",
        beside="peer",
        how="beyond",
    ),
    Figure(name="toy_hits", about="a count", unit="hits", of="hits", at_least=3),
)


@contextmanager
def prepared() -> Iterator[Sides]:
    yield {
        "ours": lambda: {"ours": 0.001, "hits": 3},
        "the peer": lambda: {"peer": 0.004},
    }


TOY = Area(
    name="toy",
    about="an area for tests",
    figures=FIGURES,
    open=prepared,
    rounds=2,
    packages=("msgspec", "no-such-package"),
    peers=lambda: {"a peer": "1.0"},
)
