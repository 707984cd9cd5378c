"""A Node process that stays for the run, and does what it is told line by line.

So its start is not measured, and what its compiler has learned is kept between rounds.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Self

from benchmarks.installing import Project, environment, node_commands

__all__ = ("Node",)

STOP_LIMIT = 10.0
"""Seconds for Node to end after its input has."""


class Node:
    """One process. It answers one order after the other.

    Args:
        project: whose first program runs.
        arguments: for it.

    Raises:
        RuntimeError: there is no Node, or its packages cannot be installed.
    """

    def __init__(self, project: Project, *arguments: str) -> None:
        node, _ = node_commands()
        folder = project.installed()
        self._process = subprocess.Popen(
            (*node, project.programs[0], *arguments),
            cwd=folder,
            env=environment(node),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.version = str(self._answer()["node"])

    def ask(self, order: Mapping[str, object]) -> dict[str, object]:
        """Return the answer to an order.

        Raises:
            RuntimeError: Node has ended; what it said is on standard error.
        """
        told = _pipe(self._process.stdin)
        told.write(json.dumps(order).encode() + b"\n")
        told.flush()
        return self._answer()

    def stop(self) -> None:
        """Make it end."""
        _pipe(self._process.stdin).close()
        try:
            self._process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.stop()

    def _answer(self) -> dict[str, object]:
        line = _pipe(self._process.stdout).readline()
        if not line:
            status = self._process.wait()
            raise RuntimeError(f"node ended with status {status}, see above")
        answer: dict[str, object] = json.loads(line)
        return answer


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
