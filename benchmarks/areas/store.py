"""The area ``store``: dispatches, drafts and reads, beside Redux Toolkit and others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version

from benchmarks.figures import Area, Sides
from benchmarks.installing import version_of_node
from benchmarks.store.figures import FIGURES
from benchmarks.store.node import PROJECT
from benchmarks.store.workload import Sizes

__all__ = ("AREA", "prepared")

PEERS = ("python-redux", "patchdiff", "observ")


@contextmanager
def prepared(sizes: Sizes | None = None) -> Iterator[Sides]:
    """Start Node, make all states, and yield what is measured.

    Args:
        sizes: how much work a round is; those of the declared figures if none are
            given.
    """
    # The peers are needed by this area alone.
    from benchmarks.store import sides  # noqa: PLC0415 - on use, as said above

    with sides.prepared(sizes or Sizes()) as opened:
        yield opened


def _versions() -> Mapping[str, str]:
    python = {name: _version(name) for name in PEERS}
    return {"node": version_of_node(), **PROJECT.versions(), **python}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


AREA = Area(
    name="store",
    about="dispatches, drafts, selectors, entities; Redux Toolkit and others beside",
    figures=FIGURES,
    open=prepared,
    rounds=11,
    packages=("msgspec",),
    peers=_versions,
)
