"""Writes Mermaid diagrams: text, names and colours so that what is shown was meant.

Mermaid reads markup, styles, comments, formulas and directives inside labels; a rule's
words must never become any of these. Colours only help: whatever a colour says, the
label says too.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

from stateroom.decide.ruleset import KINDS, PLACES, Place

__all__ = (
    "PAINTS",
    "Flowchart",
    "Shape",
    "Weight",
    "class_of",
    "classes",
    "escape",
    "label",
    "meaning",
    "node_id",
)

WIDTH = 44
"""Characters of a label's line; longer text is broken at blanks."""
Weight: TypeAlias = Literal["plain", "tried", "lit"]
WEIGHTS: dict[Weight, str] = {
    "tried": "stroke:#5b6677,stroke-width:2px,stroke-dasharray:3 3",
    "lit": "stroke:#111111,stroke-width:4px",
}
"""How edges look that are on the way of an item, or lead to what it tried in vain."""

Shape: TypeAlias = Literal["([])", "{{}}", "()", "[]"]
"""Brackets of a node: an end, a condition, a question, a note."""

_NAMED = {
    "&": "amp", "<": "lt", ">": "gt", '"': "quot", "#": "num", "%": "percnt",
    "\\": "bsol", "`": "grave", "\u200c": "zwnj",
}  # fmt: skip
"""Characters that would be markup, comments or ends of a label. By HTML's names, as
Mermaid decodes its own numbers in some labels only: not in the titles of boxes, nor in
block diagrams. Seen in 11.17."""
_SPECIAL = re.compile(f"[{re.escape(''.join(_NAMED))}]")
_SPLIT = re.compile(
    r"(?<=\$)(?=\$)"  # a formula
    r"|(?<=:)(?=\S)"  # an icon, fa:fa-x
    r"|(?<=\\)"  # a line break
    r"|(?<=\d)(?=[.)]\s)|^(?=[-+*]\s)"  # an item of a list
)
"""Where a mark that is not seen keeps text from being more than text."""
_CONFIG = ("---", "config:", "  flowchart:", "    wrappingWidth: 480", "---")
"""Labels are broken here, at ``WIDTH``; Mermaid shall not break them once more."""
_TEXT = "color:#111111"

PAINTS: dict[Place, str] = {
    "redis": f"fill:#f8b4a8,stroke:#b3261e,{_TEXT}",
    "persist": f"fill:#a9c9f5,stroke:#1a56a8,{_TEXT}",
    "session": f"fill:#aee0b5,stroke:#1f7a33,{_TEXT}",
    "database": f"fill:#ead9b0,stroke:#8a6410,{_TEXT}",
    "source": f"fill:#f3ecb0,stroke:#8a7d00,{_TEXT}",
    "transport": f"fill:#b5e4e0,stroke:#0d716a,{_TEXT}",
    "computed": f"fill:#e2e2e2,stroke:#6b6b6b,{_TEXT}",
    "cdn": f"fill:#d8c8f0,stroke:#5e35a0,{_TEXT}",
    "process": f"fill:#cfd8dc,stroke:#455a64,{_TEXT}",
    "cookie": f"fill:#f6cfe3,stroke:#a02868,{_TEXT}",
    "nowhere": f"fill:#ffffff,stroke:#111111,{_TEXT}",
}
"""A colour for each place: dark text on light, readable in light and dark themes."""


def escape(text: str) -> str:
    """Return ``text`` so that a quoted label shows exactly these characters."""
    flat = " ".join(text.split())
    return _SPECIAL.sub(
        lambda found: f"&{_NAMED[found[0]]};", _SPLIT.sub("\u200c", flat)
    )


def label(*lines: str, width: int = WIDTH) -> str:
    """Return a quoted label of these lines; each is broken where it is too long."""
    broken = [part for line in lines for part in _wrapped(line, width)]
    return '"' + ("<br/>".join(map(escape, broken)) or " ") + '"'


def node_id(prefix: str, name: str) -> str:
    """Return the id of a node: the same name gives the same id, another another."""
    spelled = (c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in name)
    return f"{prefix}_{''.join(spelled)}"


def meaning(spelled: str) -> str:
    """Say what ``redis/cache`` or ``persist`` is: of Redis the kind, else the place."""
    place, _, kind = spelled.partition("/")
    words = {str(name): about for name, about in (*PLACES.items(), *KINDS.items())}
    return words.get(kind) or words[place]


def class_of(place: str) -> str:
    """Return the name of the class of a place."""
    return f"place_{place}"


def classes(places: Iterable[str] = PLACES) -> list[str]:
    """Return the lines that define the classes of these places."""
    wanted = set(places)
    return [
        f"classDef {class_of(place)} {paint}"
        for place, paint in PAINTS.items()
        if place in wanted
    ]


class Flowchart:
    """Collects the lines of a flowchart; edges are numbered as they are written."""

    def __init__(self, direction: str, title: str) -> None:
        # A semicolon or a brace would end the title.
        plain = re.sub(r"[;{}#%\s]+", " ", title).strip()
        head = [f"flowchart {direction}", f"accTitle: {plain}"]
        self.lines: list[str] = [*_CONFIG, *head]
        self.boxes: list[str] = []
        self.edges: list[Weight] = []

    def node(self, name: str, shape: Shape, *lines: str, look: str) -> None:
        """Write a node of class ``look``; several classes are joined by a comma."""
        half = len(shape) // 2
        first, *others = look.split(",")
        text = label(*(line for line in lines if line))
        self.lines.append(f"{name}{shape[:half]}{text}{shape[half:]}:::{first}")
        self.lines += [f"class {name} {other}" for other in others]

    def edge(
        self,
        start: str,
        end: str,
        *,
        says: str = "",
        weight: Weight = "plain",
        dotted: bool = False,
    ) -> None:
        """Write an arrow."""
        arrow = "-.->" if dotted else "-->"
        says = f"|{label(says)}|" if says else ""
        self.lines.append(f"{start} {arrow}{says} {end}")
        self.edges.append(weight)

    @contextmanager
    def box(self, name: str, title: str, direction: str) -> Iterator[None]:
        """Write what is written meanwhile into a box with a title."""
        self.lines.append(f"subgraph {name}[{label(title, width=200)}]")
        self.lines.append(f"direction {direction}")
        yield
        self.lines.append("end")
        self.boxes.append(name)

    def text(self, *looks: str) -> str:
        """Return the diagram, ended by the definitions of its classes."""
        # Mermaid knows a box only when everything before it was read.
        boxes = [f"class {','.join(self.boxes)} box"] if self.boxes else []
        return "\n".join([*self.lines, *looks, *boxes, *self._weights()]) + "\n"

    def _weights(self) -> Iterator[str]:
        for weight, look in WEIGHTS.items():
            found = [str(n) for n, each in enumerate(self.edges) if each == weight]
            if found:
                yield f"linkStyle {','.join(found)} {look}"


def _wrapped(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
