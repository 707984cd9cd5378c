"""Answers survive the process: another one finds them, of their own classes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
JOBS = (
    "{'found': [Job(id=1, kind=<Kind.FULL: 'full'>, pay=Pay(cents=100)), "
    "Job(id=2, kind=<Kind.FULL: 'full'>, pay=None)]}"
)


@pytest.mark.slow
def test_another_process_finds_the_answers_of_the_one_before(tmp_path: Path) -> None:
    assert told(tmp_path) == f"{JOBS} 1"
    assert told(tmp_path) == f"{JOBS} 0"


def told(folder: Path) -> str:
    command = (sys.executable, "-m", "tests.query.mirror.restarting", str(folder))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stderr == ""
    return done.stdout.strip()
