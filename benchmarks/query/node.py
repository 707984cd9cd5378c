"""RTK Query in a Node process that stays for the run."""

from __future__ import annotations

from pathlib import Path

from benchmarks import node
from benchmarks.figures import Measures
from benchmarks.installing import Project
from benchmarks.query.workload import Sizes, job_of

__all__ = ("PROJECT", "Node")

PROJECT = Project(
    folder=Path(__file__).parent / "js",
    programs=("programs.mjs",),
    measured=("@reduxjs/toolkit",),
)
WARM = 3
"""Rounds until its compiler knows the programs."""


class Node(node.Node):
    """The process that runs our programs."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__(PROJECT)
        self._sizes = sizes

    def prepare(self) -> None:
        """Let the compiler learn."""
        for _ in range(WARM):
            self.measure()

    def measure(self) -> Measures:
        """Return what our side measures, of RTK Query."""
        sizes = self._sizes
        fulfilled = self.ask({"do": "fulfil", "count": sizes.queries})
        assert fulfilled["data"] == job_of(sizes.queries - 1)
        read = self.ask({"do": "read", "count": sizes.reads})
        assert read["data"] == job_of(1)
        gone = self.ask({"do": "invalidate", "count": sizes.few})
        assert gone["left"] == 0
        return {
            "rtkq_fulfilled": _seconds(fulfilled),
            "rtkq_read": _seconds(read),
            "rtkq_invalidate_each": _seconds(gone) / sizes.few,
        }


def _seconds(answer: dict[str, object]) -> float:
    return float(str(answer["seconds"]))
