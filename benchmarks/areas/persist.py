"""The area ``persist``: reading, writing and delays, beside redux-persist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks.figures import Area, Sides
from benchmarks.installing import version_of_node
from benchmarks.persist.figures import FIGURES
from benchmarks.persist.node import PROJECT
from benchmarks.persist.sides import prepared as opened
from benchmarks.persist.workload import Sizes

__all__ = ("AREA", "prepared")


@contextmanager
def prepared(sizes: Sizes | None = None) -> Iterator[Sides]:
    """Start Node, store what is read, and yield what is measured.

    Args:
        sizes: how much work a round is; those of the declared figures if none are
            given.
    """
    with opened(sizes or Sizes()) as sides:
        yield sides


def _versions() -> Mapping[str, str]:
    return {"node": version_of_node(), **PROJECT.versions()}


AREA = Area(
    name="persist",
    about="hydration, dispatches, bytes and delays of writes; redux-persist beside",
    figures=FIGURES,
    open=prepared,
    peers=_versions,
)
"""Rounds are long: the slices change for seconds, three times in each."""
