"""Draws a table of rules as a flowchart, whole or with the way of one item lit.

One box per block, from top to bottom in the order tried; in it the question that the
block is about, with what all its rows ask, and from there a way to each row, to the
home it gives and to the copies it asks for. Nothing is drawn by hand: a rule that
changes changes its picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from stateroom.decide.conditions import asked_by_all, phrases, worded
from stateroom.decide.counting import is_silent_somewhere
from stateroom.decide.decision import Decision
from stateroom.decide.mermaid import PAINTS, class_of, classes, label, node_id
from stateroom.decide.paths import Path, path_of
from stateroom.decide.ruleset import PLACES, Block, Row, Ruleset

__all__ = ("flowchart",)

OVERLAYS = "copies"
"""Id of the box of the overlays."""
_STATES = (
    "classDef question fill:#eef1f6,stroke:#5b6677,color:#111111",
    "classDef row fill:#ffffff,stroke:#5b6677,color:#111111",
    "classDef answer fill:#fff4c2,stroke:#111111,color:#111111,stroke-width:3px",
    "classDef fired stroke:#111111,stroke-width:4px",
    "classDef refused fill:#f1f1f1,stroke:#8a8a8a,color:#444444,stroke-dasharray:4 3",
    "classDef unlit fill:#fafafa,stroke:#c4c4c4,color:#767676",
)
"""How questions and rows look, and what the way of an item makes of them. Grey is
never the only sign: refused rows are dashed and marked, the fired one has a heavy edge.
"""
_LIT = "stroke:#111111,stroke-width:4px"


class _Edge(msgspec.Struct, frozen=True):
    """An arrow; ``lit`` ones are on the way of the item."""

    start: str
    end: str
    says: str = ""
    lit: bool = False
    dotted: bool = False

    def __str__(self) -> str:
        arrow = "-.->" if self.dotted else "-->"
        says = f"|{label(self.says)}|" if self.says else ""
        return f"{self.start} {arrow}{says} {self.end}"


def flowchart(ruleset: Ruleset, decision: Decision | None = None) -> str:
    """Return the rules as a Mermaid flowchart.

    Args:
        ruleset: the rules.
        decision: made by these rules; its way through them is lit.

    Raises:
        UsageError: another ruleset made the decision.
    """
    return _Chart(ruleset, decision).text()


class _Chart:
    """Collects the lines of one diagram; edges are numbered as they are written."""

    def __init__(self, ruleset: Ruleset, decision: Decision | None) -> None:
        self.ruleset = ruleset
        self.decision = decision
        self.path: Path | None = path_of(ruleset, decision) if decision else None
        self.lines: list[str] = []
        self.edges: list[_Edge] = []
        self.places: set[str] = set()

    def text(self) -> str:
        self.lines += ["flowchart TB", f"accTitle: {self._title()}"]
        self._start()
        for block in self.ruleset.blocks:
            self._block(block)
        self._overlays()
        self._between_blocks()
        self.lines += [*_STATES, *classes(self.places)]
        lit = [str(number) for number, edge in enumerate(self.edges) if edge.lit]
        if lit:
            self.lines.append(f"linkStyle {','.join(lit)} {_LIT}")
        return "\n".join(self.lines) + "\n"

    def _title(self) -> str:
        name = " ".join(self.ruleset.name.split())
        if self.decision is None:
            return f"The rules of {name}"
        return f"The way of {self.decision.item} through the rules of {name}"

    def _start(self) -> None:
        lines = ["an item"]
        if self.decision is not None:
            lines = [self.decision.item, self.decision.title]
            lines += [f"{name} = {value}" for name, value in self.decision.read.items()]
        self._node("start", lines, "answer" if self.decision else "question", "([])")

    def _block(self, block: Block) -> None:
        box = node_id("block", block.name)
        lit = self.path is not None and self._is_reached(block)
        self.lines.append(f"subgraph {box}[{label(block.name)}]")
        self.lines.append(f"direction {'LR' if block.hit == 'unique' else 'TB'}")
        common = asked_by_all(block)
        ask = phrases(common, self.ruleset)
        lines = [block.about or block.name]
        if ask:
            lines += ["Every row asks:", *_bullets(ask)]
        self._node(f"ask_{box}", lines, self._state("question", lit=lit), "()")
        before = f"ask_{box}"
        for row in block.rows:
            self._row(row, _words(row, self.ruleset, block), before)
            before = before if block.hit == "unique" else node_id("row", row.id)
        self.lines.append("end")

    def _row(self, row: Row, words: list[str], before: str) -> None:
        """Write a row, the way to it, and what it gives."""
        node, fired = node_id("row", row.id), self._has_fired(row)
        refused = self.path is not None and row.id in self.path.refused
        heads = [row.id + (" fires" if fired else " does not match" if refused else "")]
        state = "refused" if refused else self._state("row", lit=fired)
        self._node(node, [*heads, *words], state, "{{}}")
        chained = before.startswith("row_")
        self._edge(before, node, "else" if chained else "", lit=fired or refused)
        if row.home is not None:
            self._place(node, "home", str(row.home), fired=fired)
        for slot in row.copies:
            end = node if row.home is None else f"{node}_home"
            self._place(end, f"copy_{slot.tier}", str(slot), fired=fired)

    def _place(self, before: str, kind: str, spelled: str, *, fired: bool) -> None:
        """Write an outcome: a home, or a copy besides it."""
        place = spelled.split("/", maxsplit=1)[0]
        self.places.add(place)
        row = before.removesuffix("_home")
        head = spelled if kind == "home" else f"copy: {spelled}"
        dark = self.path is not None and not fired
        self._node(
            f"{row}_{kind}",
            [head, *([PLACES[place]] if place in PLACES else [])],  # type: ignore[index]
            "unlit" if dark else class_of(place),
            "([])",
        )
        if fired:
            self.lines.append(f"class {row}_{kind} fired")
        self._edge(before, f"{row}_{kind}", "and" if kind != "home" else "", lit=fired)
