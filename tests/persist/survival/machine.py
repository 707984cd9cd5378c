"""Runs ``program.py`` in processes of their own, and ends them in every way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias, Unpack

from tests.persist.survival.program import Told

__all__ = ("Ending", "Running", "end", "running", "started")

ROOT = Path(__file__).parents[3]
Ending: TypeAlias = Literal["end", "close", "terminate", "kill"]


class Running:
    """A program that runs, on a place that outlives it."""

    def __init__(self, place: Path, told: Told) -> None:
        command = (sys.executable, "-m", "tests.persist.survival.program")
        # What this process has on its path comes first: so a copy tests itself.
        paths = os.pathsep.join([*filter(None, sys.path), str(ROOT), str(ROOT / "src")])
        self.process = subprocess.Popen(
            (*command, str(place), json.dumps(told)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=ROOT,
            text=True,
        )

    def ask(self, command: str, *arguments: object) -> object:
        """Tell it to do something, and return what it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([command, *arguments]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the program ended at {command}"
        answered: object = json.loads(answer)
        return answered


def end(program: Running, ending: Ending) -> int:
    """End a program, and return its status."""
    process = program.process
    if ending == "close":
        program.ask("close")
    if ending == "terminate":
        process.send_signal(signal.SIGTERM)
    elif ending == "kill":
        process.kill()
    else:
        assert process.stdin is not None
        process.stdin.close()
    return process.wait(10)


@contextmanager
def running(place: Path, **told: Unpack[Told]) -> Iterator[Running]:
    """Run a program that has read nothing yet; it is killed if it has not ended."""
    program = Running(place, told)
    try:
        yield program
    finally:
        program.process.kill()
        with program.process:  # closes its pipes
            pass


@contextmanager
def started(place: Path, **told: Unpack[Told]) -> Iterator[Running]:
    """Run a program that has brought back what is stored."""
    with running(place, **told) as program:
        program.ask("hydrate")
        yield program
