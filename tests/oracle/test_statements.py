"""Every statement that the store is to keep has a test in this folder."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATEMENTS = [
    f"{letter}{number}"
    for letter, count in (("r", 14), ("s", 13), ("i", 11), ("q", 3))
    for number in range(1, count + 1)
]
"""R about Redux, S about Redux Toolkit, I about Immer, Q about Reselect."""


def test_every_statement_has_a_test() -> None:
    texts = [path.read_text("utf-8") for path in HERE.glob("test_statements_*.py")]
    named = re.findall(
        r"^(?:async )?def test_([a-z]\d+)_", "\n".join(texts), re.MULTILINE
    )
    assert sorted(named) == sorted(STATEMENTS)


def test_every_test_of_a_statement_asks_for_its_own() -> None:
    for path in HERE.glob("test_statements_*.py"):
        parts = re.split(
            r"^(?:async )?def test_", path.read_text("utf-8"), flags=re.MULTILINE
        )
        for part in parts[1:]:
            name = part.partition("_")[0]
            assert re.findall(r'(?:"name": |real, )"(\w+)"', part) == [name]
