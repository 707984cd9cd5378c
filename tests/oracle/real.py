"""The real packages, asked through one long-lived Node process.

A request is one line, a family of programs and the programs; the answer is one line
with a trace for each. Both are JSON, so every value is a term (see ``terms``).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias, cast

from tests.tools.npm import Commands

__all__ = ("Json", "Real")

SOURCES = Path(__file__).resolve().parent / "js"
"""The npm project with the real packages, and the programs that run them."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What a line can carry."""


class Real:
    """Runs programs with the real packages."""

    def __init__(self, found: Commands, programs: Path) -> None:
        self._node = subprocess.Popen(
            [*found.node, str(programs / "worker.mjs")],
            cwd=programs,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._node.communicate()

    def trace(self, family: str, program: Json) -> Json:
        """What one program does."""
        return self.traces(family, [program])[0]

    def traces(self, family: str, programs: Sequence[Json]) -> list[Json]:
        """What each of many programs does.

        Raises:
            RuntimeError: a program of ours is wrong, which is no finding.
        """
        line = json.dumps(
            {"family": family, "programs": list(programs)}, allow_nan=False
        )
        answer = json.loads(self._ask(line))
        if "error" in answer:
            raise RuntimeError(f"the oracle's own program failed: {answer['error']}")
        return cast("list[Json]", answer["traces"])

    def _ask(self, line: str) -> str:
        send, receive = self._node.stdin, self._node.stdout
        assert send is not None
        assert receive is not None
        send.write(f"{line}\n")
        send.flush()
        answer = receive.readline()
        if not answer:
            raise RuntimeError(f"node ended with {self._node.wait()}")
        return answer
