"""The area ``query``: server state in the store, beside RTK Query on Node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from benchmarks.figures import Area, Figure, Sides
from benchmarks.query.workload import Sizes

__all__ = ("AREA", "prepared")


@contextmanager
def prepared(sizes: Sizes | None = None) -> Iterator[Sides]:
    """Start Node, and yield what is measured.

    Args:
        sizes: how much work a round is; those of the declared figures if none are
            given.
    """
    # Node's packages are installed when this area is opened, and not before.
    from benchmarks.query.node import Node  # noqa: PLC0415 - as said above
    from benchmarks.query.ours import measure_ours  # noqa: PLC0415 - as above

    sizes = sizes or Sizes()
    with Node(sizes) as node:
        node.prepare()
        measure_ours(sizes)  # our side's first time imports and compiles
        yield {
            "stateroom": partial(measure_ours, sizes),
            "RTK Query on Node": node.measure,
        }


def _versions() -> Mapping[str, str]:
    from benchmarks.installing import version_of_node  # noqa: PLC0415 - as above

    return {"node": version_of_node(), "@reduxjs/toolkit": "2.14.0"}


def _time(name: str, about: str, unit: str, of: str) -> Figure:
    return Figure(name=name, about=about, unit=unit, of=of)


AREA = Area(
    name="query",
    about="queries that are fulfilled, read and invalidated, beside RTK Query",
    figures=(
        Figure(
            name="query_cached_read_us",
            about="read the result of a query that is cached",
            unit="us",
            of="read",
            at_most=5,
        ),
        _time("query_cached_made_us", "the same by its argument", "us", "read_made"),
        _time("query_cached_fetch_us", "await what is cached", "us", "read_fetch"),
        _time("query_cached_rtkq_us", "the same read on Node", "us", "rtkq_read"),
        Figure(
            name="query_fulfilled_vs_rtkq",
            about="ask, answer, share and tag one query, over RTK Query on Node",
            unit="x",
            of="fulfilled",
            beside="rtkq_fulfilled",
            how="ratio",
            at_most=1.5,
        ),
        _time("query_fulfilled_us", "the same in time", "us", "fulfilled"),
        _time("query_fulfilled_typed_us", "of a class", "us", "fulfilled_typed"),
        _time("query_fulfilled_rtkq_us", "on Node", "us", "rtkq_fulfilled"),
        _time(
            "invalidate_10k_entries_ms",
            "invalidate the tag of 10,000 entries that nobody watches",
            "ms",
            "invalidate",
        ),
        _time("invalidate_each_us", "one of them", "us", "invalidate_each"),
        _time(
            "invalidate_each_rtkq_us",
            "one of 200 on Node",
            "us",
            "rtkq_invalidate_each",
        ),
    ),
    open=prepared,
    peers=_versions,
)
