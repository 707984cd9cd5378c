"""The site is built, and every link in it leads somewhere."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from stateroom import errors
from stateroom.catalogue.codes import CODES
from tests.docs.story import ROOT

CONFIGURATION = ROOT / "docs" / "mkdocs.yml"
NEEDED = ("mkdocs", "material", "mkdocstrings")
ATTRIBUTES = {"a": "href", "img": "src", "link": "href", "script": "src"}
LOADED = {"img", "link", "script"}
"""What a browser fetches by itself."""
LEFT_OPEN = "<!-- generated:"
"""Where a page asked for a text and was given none."""


class Page(HTMLParser):
    """What a page refers to, and the ids that it can be referred to by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids |= {value for name in ("id", "name") if (value := values.get(name))}
        target = values.get(ATTRIBUTES.get(tag, ""))
        if not target or values.get("rel") == "canonical":
            return
        (self.loaded if tag in LOADED else self.links).append(target)


def built(folder: Path) -> subprocess.CompletedProcess[str]:
    # As `make docs` does: MkDocs takes a configuration beside its pages only where it
    # is named by a relative path.
    command = "mkdocs build --strict --quiet -f docs/mkdocs.yml -d"
    return subprocess.run(
        [sys.executable, "-m", *command.split(), str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=False,
    )


def broken_links(site: Path, pages: dict[Path, Page]) -> Iterator[str]:
    for path, page in pages.items():
        if path.name == "404.html":  # its links are those of a server's root
            continue
        for link in (*page.links, *page.loaded):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            file = (path.parent / unquote(parts.path) if parts.path else path).resolve()
            ids = pages[file].ids if file in pages else None
            is_there = file.exists()
            if parts.fragment and ids is not None:
                is_there = unquote(parts.fragment) in ids
            if not is_there:
                yield f"{path.relative_to(site)}: {link}"


def fetched_from_elsewhere(pages: dict[Path, Page]) -> set[str]:
    loaded = {link for page in pages.values() for link in page.loaded}
    return {link for link in loaded if urlsplit(link).netloc}


def names_in(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.html") if path.stem != "index"}


# One test, because it needs one build, which takes ten seconds.
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_site_is_built_whole_and_every_link_in_it_leads_somewhere(
    tmp_path: Path,
) -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"the docs group is not installed: {', '.join(missing)}")
    assert missing == [], "CI builds the documentation: install the docs group"

    done = built(tmp_path)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    texts = {path: path.read_text("utf-8") for path in tmp_path.rglob("*.html")}
    pages = {path.resolve(): Page(text) for path, text in texts.items()}
    assert list(broken_links(tmp_path.resolve(), pages)) == []
    assert fetched_from_elsewhere(pages) == set()
    assert [name for name, text in texts.items() if LEFT_OPEN in text] == []
    assert names_in(tmp_path / "errors") == raisable_codes()
    assert names_in(tmp_path / "reference" / "findings") == set(CODES)
    kinds = {path.suffix for path in tmp_path.rglob("*")}
    assert kinds & {".py", ".yml", ".pyc", ".md"} == set()


def raisable_codes() -> set[str]:
    found = [getattr(errors, name) for name in errors.__all__]
    kinds = [each for each in found if issubclass(each, errors.StateroomError)]
    return {each.code for each in kinds if each.code}


def test_every_page_is_in_the_navigation_or_linked_from_one_that_is() -> None:
    listed = set(re.findall(r"[\w/-]+\.md", CONFIGURATION.read_text("utf-8")))
    docs = ROOT / "docs"
    written = {str(path.relative_to(docs)) for path in docs.rglob("*.md")}
    reached = set(listed)
    for name in listed & written:
        links = re.findall(r"\]\(([\w./-]+\.md)", (docs / name).read_text("utf-8"))
        reached |= {os.path.normpath(Path(name).parent / link) for link in links}
    assert listed - written == set()
    assert written - reached == set()
