"""The page of a code: what it means, what to do, and examples that a test runs.

Pages are Markdown files beside this module, one per code. The command line prints
them, SARIF carries them, and the documentation is made of them.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

import msgspec

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.findings import Level
from stateroom.catalogue.values import nearest
from stateroom.errors import UsageError

__all__ = ("SECTIONS", "Example", "Page", "page", "pages")

SECTIONS = (
    "What it does",
    "Why it matters",
    "Evidence shown",
    "Bad example",
    "Good example",
    "How to fix",
    "When to ignore",
)
"""Of every page, in this order."""

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_FILE = re.compile(r'^```\w+ title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (stateroom .+)$", re.MULTILINE)


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """Files that show a finding, or that it is gone.

    Attributes:
        files: text by name; the catalogue is ``stateroom.toml``.
        commands: what is run beside them, in order; ``stateroom check`` when there
            is none.
    """

    files: dict[str, str]
    commands: tuple[str, ...] = ()


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say about a code.

    Attributes:
        text: the whole page, as Markdown.
        sections: Markdown by heading, in the order of ``SECTIONS``.
        bad: files in which the code is found.
        good: the same, mended.
    """

    code: str
    title: str
    level: Level
    text: str
    sections: dict[str, str]
    bad: Example
    good: Example


def page(code: str) -> Page:
    """Return the page of a code.

    Raises:
        UsageError: there is no such code.
    """
    if code not in CODES:
        close = nearest(code, CODES)
        raise UsageError(
            f"there is no code {code!r}",
            hint=f"did you mean {close}?" if close else "stateroom rules lists them",
        )
    return _read(code)


def pages() -> tuple[Page, ...]:
    """Return every page, in the order of the registry."""
    return tuple(_read(code) for code in CODES)


@functools.cache
def _read(code: str) -> Page:
    folder = resources.files("stateroom.check")
    text = folder.joinpath(f"pages/{code}.md").read_text("utf-8")
    # Before the first heading stands the title, then headings and bodies in turn.
    _, *parts = _SECTION.split(text)
    sections = dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
    return Page(
        code=code,
        title=CODES[code].title,
        level=CODES[code].level,
        text=text,
        sections=sections,
        bad=_example(sections.get("Bad example", "")),
        good=_example(sections.get("Good example", "")),
    )


def _example(section: str) -> Example:
    return Example(
        files=dict(_FILE.findall(section)), commands=tuple(_COMMAND.findall(section))
    )
