"""Every statement about redux-persist that the reference makes has a test here."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATEMENTS = [f"p{number}" for number in range(1, 13)]
ROWS = [f"{number:02}" for number in range(1, 21)]


def named(pattern: str, files: str) -> list[str]:
    texts = [path.read_text("utf-8") for path in HERE.glob(files)]
    found = re.findall(rf"^def test_{pattern}_", "\n".join(texts), re.MULTILINE)
    return sorted({str(each) for each in found})


def test_every_statement_has_a_test() -> None:
    assert named(r"(p\d+)", "test_statements_*.py") == sorted(STATEMENTS)


def test_every_way_to_lose_data_has_a_test() -> None:
    assert named(r"row_(\d\d)", "test_losses*.py") == ROWS
