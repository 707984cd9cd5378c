"""Redux Toolkit and plain JavaScript in a Node process that stays for the run."""

from __future__ import annotations

from pathlib import Path

from benchmarks import node
from benchmarks.installing import Project

__all__ = ("PROJECT", "Node", "started")

PROJECT = Project(
    folder=Path(__file__).parent / "js",
    programs=("programs.mjs",),
    measured=("@reduxjs/toolkit", "redux", "immer", "reselect"),
)


class Node(node.Node):
    """The process that runs our programs."""

    def seconds_of(self, program: str, count: int, *, span: float) -> float:
        """Return the seconds that one operation takes, as ``timing`` does."""
        order = {"do": "run", "program": program, "count": count, "span": span}
        return float(str(self.ask(order)["seconds"]))

    def show(self, program: str) -> object:
        """Return the state that the operations of a program have made so far."""
        return self.ask({"do": "show", "program": program})["state"]


def started(*, items: int, is_inlined: bool = False) -> Node:
    """Return Node, to be run until a ``with`` block ends.

    Args:
        items: entities of its boards.
        is_inlined: whether NODE_ENV is as cheap to ask for as a bundler makes it.
    """
    mode = ["inlined"] if is_inlined else []
    return Node(PROJECT, str(items), *mode)
