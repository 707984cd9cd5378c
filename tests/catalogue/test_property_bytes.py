"""Any bytes as a file give a catalogue, or problems that can be found and mended."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stateroom.catalogue import CODES, INPUTS, Catalogue, load, template
from stateroom.errors import CatalogueError, Problem

GOOD = re.sub(r"(?m)^# (?=[a-z_]+ = |\[)", "", template())
GOOD_TOML = "[app]\n" + GOOD.split("[app]\n")[1]
GOOD_JSON = json.dumps(tomllib.loads(GOOD_TOML), default=str, indent=1)

TOKENS = [
    *INPUTS, *CODES, "app", "items", "suppress", "override", "reason", "tags", "like",
    "[", "]", "[[", "]]", "{", "}", "=", ",", ":", ".", '"', "'", '"""', "'''", "#",
    "\n", "\r\n", "\t", "\\", "\\u0041", "\\ud800", "\0", "\ufeff", "é", "nan", "inf",
    "1e999", "0x" + "f" * 30, "-1", "0s", "5m", "true", "null", "[items.theme]\n",
    "[[suppress]]\n",
    '"items": {', '"theme": {}', "x = [1, {y = 2}]\n", "items.theme.like = 1\n",
]  # fmt: skip

# One file is written over and over: what stood there before does not matter.
relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def loaded(path: Path, data: bytes) -> Catalogue | tuple[Problem, ...]:
    path.write_bytes(data)
    try:
        return load(path)
    except CatalogueError as error:
        problems = error.problems
    assert problems
    assert all(each.message and str(each).isprintable() for each in problems)
    assert all(each.file == str(path) for each in problems)
    return problems


@st.composite
def mutations(draw: st.DrawFn, text: str) -> bytes:
    """Bytes that were a valid text before some were taken out or put in."""
    data = text.encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.sampled_from([0, 0, 1, 2, 10, 200]))
        new = draw(st.sampled_from(TOKENS).map(str.encode) | st.binary(max_size=3))
        data = data[:start] + new + data[end:]
    return data


def last_key(where: str) -> str:
    """Return the last key of a printed path, as the text spells it or not at all."""
    bare = re.search(r"([A-Za-z0-9_-]+)$", where)
    return bare[1] if bare else ""


def check_places(data: bytes, problems: tuple[Problem, ...]) -> None:
    """Each problem of a document that could be parsed points at a line with its key.

    Or, when the key is what is missing, at the key of a parent.
    """
    lines = data.removeprefix(b"\xef\xbb\xbf").decode(errors="replace").split("\n")
    for each in problems:
        if not each.where:
            continue  # not parsed at all
        assert 1 <= each.line <= len(lines)
        assert 1 <= each.column <= len(lines[each.line - 1]) + 1
        key, line = last_key(each.where), lines[each.line - 1]
        if key and "\\" not in line:
            assert line[each.column - 1 :].lstrip("\"'").startswith(key), str(each)


@relaxed
@given(st.binary(max_size=200), st.sampled_from(["any.toml", "any.json", "any"]))
@example(b"\xff\xfe", "any.toml")
@example(b'"\\ud800"', "any.json")
def test_any_bytes_give_a_catalogue_or_problems(
    tmp_path: Path, data: bytes, name: str
) -> None:
    assert loaded(tmp_path / name, data)


@relaxed
@given(st.lists(st.sampled_from(TOKENS), max_size=30).map("".join))
def test_any_tokens_give_a_catalogue_or_problems(tmp_path: Path, text: str) -> None:
    data = text.encode()
    for name in ("any.toml", "any.json"):
        found = loaded(tmp_path / name, data)
        if isinstance(found, tuple):
            check_places(data, found)


@relaxed
@pytest.mark.parametrize("name", ["mutated.toml", "mutated.json"])
@given(data=st.data())
def test_a_valid_file_with_some_bytes_changed_is_still_placed_right(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    text = GOOD_JSON if name.endswith("json") else GOOD_TOML
    changed = data.draw(mutations(text))
    found = loaded(tmp_path / name, changed)
    if isinstance(found, tuple):
        check_places(changed, found)


@pytest.mark.parametrize(
    ("name", "text"), [("good.toml", GOOD_TOML), ("good.json", GOOD_JSON)]
)
def test_the_files_that_are_mutated_are_valid_before(
    tmp_path: Path, name: str, text: str
) -> None:
    assert isinstance(loaded(tmp_path / name, text.encode()), Catalogue)
