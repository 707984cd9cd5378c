"""The Redux DevTools' own packages, asked through one long-lived Node process.

They come from the npm registry into pytest's cache, at the versions of
``tests/tools/devtools/package-lock.json``, once for any number of test processes. The
peers of the DevTools' window (React and the rest) are left out: its reducer needs none.
"""

from __future__ import annotations

from pathlib import Path

from tests.tools.npm import Worker

__all__ = ("OPTIONS", "TOOL", "Node")

TOOL = Path(__file__).resolve().parents[2] / "tools" / "devtools"
OPTIONS = ("--legacy-peer-deps",)
"""What npm is told: the peers of the DevTools' window are not there."""


class Node(Worker):
    """Answers requests, one after the other."""

    name = "devtools"

    def ask(self, family: str, **request: object) -> object:
        """Ask one family of programs.

        Raises:
            RuntimeError: the program itself is wrong, which is no finding.
        """
        return self.answer({"family": family, **request})["value"]
