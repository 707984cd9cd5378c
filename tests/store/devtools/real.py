"""The Redux DevTools' own packages, asked through one long-lived Node process.

They come from the npm registry into pytest's cache, at the versions of
``tests/tools/devtools/package-lock.json``, once for any number of test processes. The
peers of the DevTools' window (React and the rest) are left out: its reducer needs none.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.tools.npm import Commands

__all__ = ("OPTIONS", "TOOL", "Node")

TOOL = Path(__file__).resolve().parents[2] / "tools" / "devtools"
OPTIONS = ("--legacy-peer-deps",)
"""What npm is told: the peers of the DevTools' window are not there."""


class Node:
    """Answers requests, one after the other."""

    def __init__(self, found: Commands, folder: Path) -> None:
        self._node = subprocess.Popen(
            [*found.node, "worker.mjs"],
            cwd=folder,
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

    def ask(self, family: str, **request: object) -> object:
        """Ask one family of programs.

        Raises:
            RuntimeError: the program itself is wrong, which is no finding.
        """
        send, receive = self._node.stdin, self._node.stdout
        assert send is not None
        assert receive is not None
        send.write(json.dumps({"family": family, **request}) + "\n")
        send.flush()
        answer = json.loads(receive.readline() or '{"error": "node has ended"}')
        if "error" in answer:
            raise RuntimeError(str(answer["error"]))
        found: object = answer["value"]
        return found
