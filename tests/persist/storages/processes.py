"""Starts ``worker.py`` in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import stateroom

WORKER = Path(__file__).with_name("worker.py")
SOURCE = Path(stateroom.__file__).parent.parent
ENVIRONMENT = {"PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "error"}


def command(task: str, kind: str, place: Path) -> list[str]:
    return [sys.executable, str(WORKER), task, kind, str(place)]


@contextmanager
def started(task: str, kind: str, place: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a task; it is killed at the end, if it has not ended before."""
    with subprocess.Popen(
        command(task, kind, place),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
        text=True,
    ) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def said(task: str, kind: str, place: Path, *before: str) -> list[str]:
    """Run a task to its end, and return the lines that it said."""
    done = subprocess.run(
        [*before, *command(task, kind, place)],
        capture_output=True,
        check=False,
        env={**ENVIRONMENT, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        text=True,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout.splitlines()


def line_of(worker: subprocess.Popen[str]) -> str:
    """Wait for the next line of a worker."""
    assert worker.stdout is not None
    return worker.stdout.readline().strip()
