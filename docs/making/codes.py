"""The codes of findings: an index by family, and the page of each."""

from __future__ import annotations

from docs.making.markdown import table
from stateroom.catalogue.codes import CODES, FAMILIES
from stateroom.check.pages import page

__all__ = ("FOLDER", "index", "pages")

FOLDER = "reference/findings"


def index() -> str:
    """Return a table of codes for each family, in the order of the registry."""
    return "\n".join(map(_family, FAMILIES))


def pages() -> dict[str, str]:
    """Return the page of every code, by its path."""
    return {f"{FOLDER}/{code}.md": page(code).text for code in CODES}


def _family(family: str) -> str:
    rows = (
        (f"[{each.code}](findings/{each.code}.md)", each.title, each.level)
        for each in CODES.values()
        if each.family == family
    )
    head = f"## {family}: {FAMILIES[family]} {{ #{family} }}\n\n"
    return head + table(("code", "what is wrong", "level"), rows)
