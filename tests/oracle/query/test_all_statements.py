"""Every statement about RTK Query that the reference makes has a test here."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
ASKS = r"both\(\s*real,|real\.trace\("
STATEMENTS = [f"k{number}" for number in range(1, 14)]


def test_every_statement_has_a_test() -> None:
    texts = [path.read_text("utf-8") for path in HERE.glob("test_statements_*.py")]
    named = re.findall(r"^def test_(k\d+)_", "\n".join(texts), re.MULTILINE)
    assert sorted(set(named)) == sorted(STATEMENTS)


def test_every_test_of_a_statement_asks_the_real_package() -> None:
    for path in HERE.glob("test_statements_*.py"):
        parts = path.read_text("utf-8").split("\ndef test_")[1:]
        silent = [part for part in parts if not re.search(ASKS, part)]
        assert [part.partition("(")[0] for part in silent] == []
