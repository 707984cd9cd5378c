"""Times Python in processes of its own: their whole life, or work in a fresh one."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.figures import Measures

__all__ = ("fresh", "main", "wall_time")

ROOT = Path(__file__).resolve().parents[1]


def wall_time(*arguments: str, allowed: Sequence[int] = (0,)) -> float:
    """Return the seconds that ``python ARGUMENTS`` takes from start to end.

    Args:
        arguments: for the interpreter that runs this one.
        allowed: exit statuses that are no failure.
    """
    start = time.perf_counter()
    done = subprocess.run(
        (sys.executable, *arguments), cwd=ROOT, capture_output=True, check=False
    )
    taken = time.perf_counter() - start
    if done.returncode not in allowed:
        raise RuntimeError(f"{' '.join(arguments)}:\n{done.stderr.decode()}")
    return taken


def fresh(work: Callable[[str], Measures], argument: str = "") -> Measures:
    """Run a function of a module in a fresh process; return what it measured there.

    So nothing that an earlier round left in memory makes a later one faster.
    """
    command = (sys.executable, "-m", __name__, work.__module__, work.__name__, argument)
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, env=_environment()
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _environment() -> dict[str, str]:
    path = os.pathsep.join(each for each in sys.path if each)
    return {**os.environ, "PYTHONPATH": path}


def main() -> None:
    """Do what ``fresh`` asked for, and print what was measured."""
    module, name, argument = sys.argv[1:]
    work = getattr(importlib.import_module(module), name)
    print(json.dumps(work(argument)))


if __name__ == "__main__":
    main()
