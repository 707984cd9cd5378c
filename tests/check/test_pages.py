"""Every code has a page, and the examples of each page show what it says."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from stateroom.catalogue.codes import CODES
from stateroom.check import Example, page, pages
from stateroom.check.pages import SECTIONS
from stateroom.errors import UsageError
from tests.check.running import codes_of, codes_of_server, run

UNAVOIDABLE = {"SUP001": {"PER006"}}
"""Code -> what its bad example shows besides, as one defect cannot be without both."""

OF_SERVERS = {"MEM002"}
"""Codes of what a server is asked, whose examples are its configuration."""

MANY = {"TBL008"}
"""Codes of which an unsafe example shows several: a finding for each property."""


def shown(example: Example, code: str, folder: Path) -> list[str]:
    """Return the codes that an example shows, of a catalogue or of a server."""
    if code in OF_SERVERS:
        return codes_of_server(example)
    return codes_of(run(example, folder))


def written() -> set[str]:
    folder = resources.files("stateroom.check").joinpath("pages")
    return {each.name.removesuffix(".md") for each in folder.iterdir()}


def test_every_code_has_a_page_and_no_page_is_without_a_code() -> None:
    assert written() == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_its_title_and_every_section_in_order(code: str) -> None:
    about = page(code)
    assert about.text.startswith(f"# {code}: {CODES[code].title}\n")
    assert tuple(about.sections) == SECTIONS
    assert [name for name, text in about.sections.items() if not text] == []


@pytest.mark.parametrize("code", CODES)
def test_the_bad_example_shows_the_code_and_nothing_else(
    code: str, tmp_path: Path
) -> None:
    found = shown(page(code).bad, code, tmp_path)
    assert set(found) == {code} | UNAVOIDABLE.get(code, set())
    assert found.count(code) == 1 or code in MANY


@pytest.mark.parametrize("code", CODES)
def test_the_good_example_shows_nothing_at_all(code: str, tmp_path: Path) -> None:
    assert shown(page(code).good, code, tmp_path) == []


@pytest.mark.parametrize("code", CODES)
def test_a_page_names_no_code_that_is_not_there(code: str) -> None:
    named = set(re.findall(r"\b[A-Z]{3}\d{3}\b", page(code).text))
    assert named - set(CODES) == set()


def test_pages_come_in_the_order_of_the_registry() -> None:
    assert [each.code for each in pages()] == list(CODES)


def test_a_code_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="SEC02") as caught:
        page("SEC02")
    assert "SEC00" in caught.value.hint


def test_an_example_is_its_files_and_its_commands() -> None:
    assert page("DEC006").good == Example(
        files={"stateroom.toml": page("DEC006").bad.files["stateroom.toml"]},
        commands=("stateroom decide --write",),
    )
