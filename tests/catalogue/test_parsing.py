"""Parsing: what stands twice, and texts that are no TOML, no JSON or no text at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.refused import file, problem_of, problems_of

# ------------------------------------------------------------------ standing twice


@pytest.mark.parametrize(
    ("text", "named", "first", "again"),
    [
        ("[items.x]\n[items.y]\n[items.x]\n", 'item "x"', 1, 3),
        ("[items]\nx.size=1\n[items.x]\n", 'item "x"', 2, 3),
        ("[items.\"a.b\"]\n[items.'a.b']\n", 'item "a.b"', 1, 2),
        ("[items]\nx={}\ny={}\nx={}\n", 'item "x"', 2, 4),
        ("[items.x]\nsize=1\n\nsize=2\n", 'key "size" in items.x', 2, 4),
        ("[items]\nx = {size=1, size=2}\n", 'key "size" in items.x', 2, 2),
        ("[app]\n[app]\n", 'table "app"', 1, 2),
        ("items.x.like = 1\n[items.x]\n", 'item "x"', 1, 2),
        ("items = {}\n[items.x]\n", 'table "items"', 1, 2),
        ("[items.x.override]\n[items.x.override]", 'key "override" in items.x', 1, 2),
    ],
)
def test_what_stands_twice_in_toml_names_both_lines(
    tmp_path: Path, text: str, named: str, first: int, again: int
) -> None:
    problem = problem_of(file(tmp_path, text.encode()))
    message = f"duplicate {named}: first on line {first}, again on line {again}"
    assert (problem.message, problem.line) == (message, again)


def test_what_stands_twice_in_json_is_told_together_with_other_problems(
    tmp_path: Path,
) -> None:
    text = b'{"items": {\n"x": {"size": 1},\n"x": {"size": 1,\n"size": "y"}}}'
    problems = problems_of(file(tmp_path, text, "x.json"))
    assert [(each.line, each.message.split(":")[0]) for each in problems] == [
        (3, 'duplicate item "x"'),
        (4, 'duplicate key "size" in items.x'),
        (4, 'not a size such as "500 B", "10 KiB", "2 MB", or whole bytes'),
    ]


def test_all_that_stands_twice_is_told_at_once(tmp_path: Path) -> None:
    text = b"[items.x]\n[items.x]\n[items.y]\n[items.y]\n[items.x]\n"
    assert [each.line for each in problems_of(file(tmp_path, text))] == [2, 4, 5]


# ------------------------------------------------------------------- bad contents

DEEP = 100_000
DIGITS = b"9" * 5000


@pytest.mark.parametrize(
    ("name", "data", "line", "column", "words"),
    [
        ("x.toml", b"[items.x]\nlike = ui\n", 2, 8, 'found ui; did you mean "ui"'),
        ("x.toml", b"[items.x]\nstaleness = 30m # c", 2, 13, 'did you mean "30m"'),
        ("x.toml", b"[items.x]\noffline = True", 2, 11, "did you mean true"),
        ("x.toml", b'[items.x]\nlike "ui"', 2, 6, "expected '=' after a key"),
        ("x.toml", b"[items.x\n", 1, 9, "expected ']' at the end of a table"),
        ("x.toml", b"[items.x]\nlike = ", 2, 8, "invalid value; found the end"),
        ("x.toml", b'a = """\n\n', 3, 1, "unterminated string"),
        ("x.toml", b'a = "\\ud800"', 1, 12, "not a Unicode scalar value"),
        ("x.toml", b"a = 2024-02-30", 1, 5, "invalid date"),
        ("x.toml", b"a = " + b"[" * DEEP, 0, 0, "TOML nested too deeply"),
        ("x.toml", b"[items.x]\nsize = " + DIGITS, 2, 8, "too many digits"),
        ("x.json", b'{"items": {},}', 1, 14, "not JSON: "),
        ("x.json", b"", 1, 1, "not JSON: expecting value; found the end"),
        ("x.json", b'{"a": 1\n"b": 2}', 2, 1, "expecting ',' delimiter"),
        ("x.json", b'{"a":' * DEEP, 0, 0, "JSON nested too deeply"),
        ("x.json", b'{"a":\n {"x": {"size": ' + DIGITS, 2, 17, "too many digits"),
        ("x.toml", b"a = 1\nb = '\xc3\xa9\xff'", 2, 7, "found the byte 0xff"),
        ("x.toml", b"\xef\xbb\xbf\xed\xa0\x80", 1, 1, "not UTF-8"),
        ("x.toml", "a = 1".encode("utf-16"), 1, 1, "is UTF-16"),
        ("x.toml", b"a = 1\n# \0", 2, 3, "NUL"),
        ("x.json", b'{"a":\0}', 1, 6, "NUL"),
        ("x.toml", b"[items.x]\nsize = nan", 2, 1, "found nan"),
        ("x.toml", b"[items.x]\nsize = 0x" + b"f" * 5000, 2, 1, "number of 20000 bits"),
        ("x.json", b'{"items": {"x": {"load_ms": Infinity}}}', 1, 18, "found inf"),
        ("x.json", b'{"items": {"x": {"load_ms": 1e999}}}', 1, 18, "found inf"),
        ("x.json", b'{"items": {"x": {"title": "\\udc00"}}}', 1, 18, r'found "\udc00"'),
        ("x.json", b"[]", 1, 1, "must be a table"),
        ("x.json", b"null", 1, 1, "found null"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_a_bad_text_is_one_clear_problem_at_its_place(  # noqa: PLR0917
    tmp_path: Path, name: str, data: bytes, line: int, column: int, words: str
) -> None:
    problem = problem_of(file(tmp_path, data, name))
    assert words in str(problem)
    assert (problem.line, problem.column) == (line, column)
