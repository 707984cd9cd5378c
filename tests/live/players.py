"""Eight processes that change one leaderboard, from ``go`` until ``stop``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Self

__all__ = ("PLAYERS", "Players")

PLAYERS = 8
ROOT = Path(__file__).resolve().parents[2]


class Players:
    """The processes. They end with the ``with`` block."""

    def __init__(self, url: str, namespace: str, what: str) -> None:
        program = (sys.executable, "-m", "tests.live.workers.board_player")
        self._worker = subprocess.Popen(
            (*program, url, namespace, what, str(PLAYERS)),
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def go(self) -> None:
        """Let all begin at once; return when each is amid its work."""
        self._tell("go")
        assert self._worker.stdout is not None
        told = [self._worker.stdout.readline() for _ in range(PLAYERS)]
        assert told == ["amid\n"] * PLAYERS

    def stop(self) -> list[object]:
        """Return what each has done, when all have ended."""
        told, _ = self._worker.communicate("stop\n")
        assert self._worker.returncode == 0
        return [json.loads(each) for each in told.splitlines()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._worker:
            self._worker.kill()

    def _tell(self, line: str) -> None:
        assert self._worker.stdin is not None
        self._worker.stdin.write(f"{line}\n")
        self._worker.stdin.flush()
