"""Both type checkers agree on what the decorator keeps, and on what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SAMPLES = sorted(each for each in HERE.glob("*.py") if each.name != "test_typing.py")
CHECKERS = {
    "mypy": ("-m", "mypy", "--no-incremental"),
    "pyright": ("-m", "pyright"),
}


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("checker", CHECKERS)
def test_types_survive_for(checker: str) -> None:
    command = (sys.executable, *CHECKERS[checker], *map(str, SAMPLES))
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_wrong_use_would_be_seen_by(checker: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    text = (HERE / "cached.py").read_text("utf-8")
    wrong.write_text(text.replace('await search("python", loc', "await search(7, loc"))
    command = (sys.executable, *CHECKERS[checker], str(wrong))
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, text=True
    )
    assert done.returncode == 1, done.stdout
    assert "search" in done.stdout or "str" in done.stdout
