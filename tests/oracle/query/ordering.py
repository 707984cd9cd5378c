"""Puts a trace into an order in which it does not tell of event loops.

What one function of an endpoint tells, or changes, keeps its order, and so does all
that happens at different times. Which of two functions goes on first, when both can, is
up to the loop: microtasks here, turns there.
"""

from __future__ import annotations

from typing import Final, cast

from tests.oracle.query.programs import Trace
from tests.oracle.real import Json

__all__ = ("in_order",)

STARTED: Final = ("started", "fulfilled", "failed", "undone", "updated", "before")
"""What ``on_started`` tells; all else is told by ``on_entry_added``, or by a step."""
PATCHING: Final = ("queries/queryResultPatched", "invalidation/updateProvidedBy")

Rows = list[list[Json]]


def in_order(trace: Trace) -> Trace:
    """Return a copy of a trace that can be compared."""
    return [
        {
            **step,
            "actions": cast("Json", _by_entry(cast("Rows", step["actions"]))),
            "lives": cast("Json", sorted(cast("Rows", step["lives"]), key=_teller)),
        }
        for step in trace
    ]


def _teller(row: list[Json]) -> tuple[float, str, bool]:
    """When something was told, and by which function."""
    time, what, name, *_ = [*row, ""]
    return cast("float", time), str(name), what in STARTED


def _by_entry(actions: Rows) -> Rows:
    """Put updates of several entries, made in one moment, in the order of the keys."""
    told: Rows = []
    together: Rows = []
    for row in actions:
        is_patch = row[1] in PATCHING
        if not is_patch or (together and together[0][0] != row[0]):
            told += sorted(together, key=_key)
            together = []
        (together if is_patch else told).append(row)
    return [*told, *sorted(together, key=_key)]


def _key(row: list[Json]) -> str:
    return str(row[2])
