"""The real packages, asked through one long-lived Node process.

A request is one line, a family of programs and the programs; the answer is one line
with a trace for each. Both are JSON, so every value is a term (see ``terms``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias, cast

from tests.tools.npm import Worker

__all__ = ("Json", "Real")

SOURCES = Path(__file__).resolve().parent / "js"
"""The npm project with the real packages, and the programs that run them."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What a line can carry."""


class Real(Worker):
    """Runs programs with the real packages."""

    name = "oracle"

    def trace(self, family: str, program: Json) -> Json:
        """What one program does."""
        return self.traces(family, [program])[0]

    def traces(self, family: str, programs: Sequence[Json]) -> list[Json]:
        """What each of many programs does.

        Raises:
            RuntimeError: a program of ours is wrong, which is no finding.
        """
        answer = self.answer({"family": family, "programs": list(programs)})
        return cast("list[Json]", answer["traces"])
