"""Everything in the documentation that is generated, by name.

The texts are made of what the program itself reads: the inputs, the rules, the
properties, the registry of codes, the commands. So a page cannot fall behind. No part
of MkDocs is needed here; ``hooks`` puts the texts into pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from docs.making import (
    catalogue,
    codes,
    commands,
    flowchart,
    places,
    rules,
    seed,
    shapes,
)

__all__ = ("FRAGMENTS", "MARK", "filled", "pages")

MARK = re.compile(r"^<!-- generated: ([a-z-]+) -->$", re.MULTILINE)
"""How a page asks for a text: on a line of its own."""

FRAGMENTS: dict[str, Callable[[], str]] = {
    "inputs": catalogue.inputs,
    "input-values": catalogue.values,
    "presets": catalogue.presets,
    "impossible": catalogue.impossible,
    "columns": rules.columns,
    "rules": rules.rules,
    "space": rules.space,
    "properties": rules.properties,
    "flowchart": flowchart.drawn,
    "flowchart-source": flowchart.source,
    "seed-summary": seed.summary,
    "seed-rules": seed.rules,
    "seed-table": seed.compared,
    "seed-cells": seed.cells,
    "places": places.places,
    "kinds": places.kinds,
    "tiers": places.tiers,
    "other-places": places.others,
    "decision-json": shapes.decision,
    "lock-shape": shapes.lock,
    "commands": commands.commands,
    "settings": commands.settings,
    "codes": codes.index,
}
"""Every text, by the name under which pages ask for it."""


def filled(markdown: str) -> str:
    """Return a page with everything in it that it asks for.

    Raises:
        KeyError: there is no text of a name that it asks for.
    """
    return MARK.sub(_text, markdown)


def pages() -> dict[str, str]:
    """Return the pages that are generated as a whole, by their path."""
    return codes.pages()


def _text(mark: re.Match[str]) -> str:
    name = mark[1]
    if name not in FRAGMENTS:
        raise KeyError(f"nothing is generated under the name {name!r}")
    return FRAGMENTS[name]().rstrip("\n")
