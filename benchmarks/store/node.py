"""A Node process that stays for the run, and runs programs when it is told to.

So its start is not measured, and what its compiler has learned is kept between rounds.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from benchmarks.store.installing import (
    PROGRAMS,
    environment,
    installed,
    node_commands,
)

__all__ = ("Node", "started")

STOP_LIMIT = 10.0
"""Seconds for Node to end after its input has."""


class Node:
    """One process. It answers one order after the other."""

    def __init__(self, *, items: int, is_inlined: bool = False) -> None:
        node, _ = node_commands()
        folder = installed()
        mode = ["inlined"] if is_inlined else []
        self._process = subprocess.Popen(
            (*node, PROGRAMS, str(items), *mode),
            cwd=folder,
            env=environment(node),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.version = str(self._answer()["node"])

    def seconds_of(self, program: str, count: int, *, span: float) -> float:
        """Return the seconds that one operation takes, as ``timing`` does."""
        order = {"do": "run", "program": program, "count": count, "span": span}
        return float(str(self._ask(order)["seconds"]))

    def show(self, program: str) -> object:
        """Return the state that the operations of a program have made so far."""
        return self._ask({"do": "show", "program": program})["state"]

    def stop(self) -> None:
        """Make it end."""
        _pipe(self._process.stdin).close()
        try:
            self._process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()

    def _ask(self, order: Mapping[str, object]) -> dict[str, object]:
        told = _pipe(self._process.stdin)
        told.write(json.dumps(order).encode() + b"\n")
        told.flush()
        return self._answer()

    def _answer(self) -> dict[str, object]:
        line = _pipe(self._process.stdout).readline()
        if not line:
            status = self._process.wait()
            raise RuntimeError(f"node ended with status {status}, see above")
        answer: dict[str, object] = json.loads(line)
        return answer


@contextmanager
def started(*, items: int, is_inlined: bool = False) -> Iterator[Node]:
    """Run Node until the block ends.

    Args:
        items: entities of its boards.
        is_inlined: whether NODE_ENV is as cheap to ask for as a bundler makes it.
    """
    node = Node(items=items, is_inlined=is_inlined)
    try:
        yield node
    finally:
        node.stop()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
