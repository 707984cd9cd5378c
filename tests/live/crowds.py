"""Starts processes that all do the same to one piece of live data, at one moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

__all__ = ("CROWD", "crowd")

CROWD = 8
"""Processes of one crowd."""
ROOT = Path(__file__).resolve().parents[2]


def crowd(url: str, namespace: str, kind: str, times: int) -> list[list[int]]:
    """Return what each of eight processes saw."""
    command = (sys.executable, "-m", "tests.live.workers.hammer", url, namespace, kind)
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                subprocess.Popen(
                    (*command, str(number), str(times)),
                    cwd=ROOT,
                    env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for number in range(CROWD)
        ]
        for each in workers:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        return [json.loads(each.communicate()[0]) for each in _started(workers)]


def _started(
    workers: list[subprocess.Popen[str]],
) -> list[subprocess.Popen[str]]:
    """Let all begin before the first is waited for."""
    for each in workers:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return workers
