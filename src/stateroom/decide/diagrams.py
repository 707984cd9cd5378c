"""Draws a table of rules as a flowchart, whole or with the way of one item lit.

One box per block, from top to bottom in the order tried; in it the question that the
block is about, with what all its rows ask, and from there a way to each row, to the
home it gives and to the copies it asks for. Nothing is drawn by hand: a rule that
changes changes its picture.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from stateroom.decide.conditions import asked_by_all, phrases, worded
from stateroom.decide.decision import Decision
from stateroom.decide.mermaid import (
    Flowchart,
    Weight,
    class_of,
    classes,
    meaning,
    node_id,
)
from stateroom.decide.paths import Path, path_of
from stateroom.decide.ruleset import Block, Conditions, Row, Ruleset
from stateroom.decide.table import compile_table
from stateroom.decide.tally import Tally

__all__ = ("flowchart",)

START, COPIES, SILENT, END = "start", "copies", "silent", "decision"
"""Ids of the nodes and boxes that every diagram may have."""
LOOKS = (
    "classDef box fill:#f7f8fa,stroke:#5b6677,color:#111111",
    "classDef question fill:#e3e8f0,stroke:#5b6677,color:#111111,text-align:left",
    "classDef row fill:#ffffff,stroke:#5b6677,color:#111111,text-align:left",
    "classDef answer fill:#fff4c2,stroke:#111111,color:#111111,stroke-width:3px",
    "classDef fired stroke:#111111,color:#111111,stroke-width:4px",
    "classDef refused fill:#f1f1f1,stroke:#8a8a8a,color:#444444",
    "classDef unlit fill:#ffffff,stroke:#b4b4b4,color:#707070,stroke-dasharray:4 3",
)
"""How questions and rows look, and what the way of an item makes of them. Grey is
never the only sign: a refused row is dashed and says so, as the one that fired does."""


def flowchart(ruleset: Ruleset, decision: Decision | None = None) -> str:
    """Return the rules as a Mermaid flowchart.

    Args:
        ruleset: the rules.
        decision: made by these rules; its way through them is lit.

    Raises:
        UsageError: another ruleset made the decision.
    """
    chart = _Chart(ruleset, path_of(ruleset, decision) if decision else None)
    chart.start(decision)
    for block in ruleset.blocks:
        chart.block(block)
    if ruleset.overlays:
        chart.overlays()
    chart.end(decision)
    chart.join()
    return chart.text()


class _Chart:
    """Writes the parts of one diagram; ``path`` is the way to light, or None."""

    def __init__(self, ruleset: Ruleset, path: Path | None) -> None:
        title = f"The rules of {ruleset.name}" if path is None else "The way of an item"
        self.ruleset = ruleset
        self.path = path
        self.to = Flowchart("TB", title)
        self.places: set[str] = set()
        self.may_be_silent = _is_silent_somewhere(ruleset)

    def text(self) -> str:
        return self.to.text(*LOOKS, *classes(self.places))

    def start(self, decision: Decision | None) -> None:
        """Write where the way begins: the item, and the answers that decided."""
        if decision is None:
            self.to.node(START, "([])", "any item", look="question")
            return
        read = [f"{name} = {value}" for name, value in decision.read.items()]
        self.to.node(START, "([])", decision.item, decision.title, *read, look="answer")

    def block(self, block: Block) -> None:
        """Write a box: its question, and a way from there to each of its rows."""
        box = node_id("block", block.name)
        common = asked_by_all(block)
        ask = phrases(common, self.ruleset)
        is_chain = block.hit == "first"
        with self.to.box(box, block.name, "TB" if is_chain else "LR"):
            lines = (
                block.about or block.name,
                "Every row asks:" if ask else "",
                *_listed(ask),
            )
            self.to.node(f"ask_{box}", "()", *lines, look=self.look_of(block))
            before = f"ask_{box}"
            for row in block.rows:
                self.row(row, before, common, chained=is_chain)
                before = node_id("row", row.id) if is_chain else before

    def row(
        self, row: Row, before: str, common: Conditions, *, chained: bool = False
    ) -> None:
        """Write a row, the way to it, and what it gives."""
        node, state = node_id("row", row.id), self.state_of(row)
        self.to.node(
            node,
            "{{}}",
            f"{row.id} {_SAID.get(state, '')}".strip(),
            *_conditions(row, self.ruleset, common),
            look="row" if state == "row" else f"row,{state}",
        )
        says = "no" if before.startswith("row_") else ""
        self.to.edge(before, node, says=says, weight=_WEIGHTS.get(state, "plain"))
        last, lit = node, _lit(state == "fired")
        if row.home is not None:
            last = f"{node}_home"
            self.outcome(last, str(row.home), state)
            self.to.edge(node, last, says="yes" if chained else "", weight=lit)
        for slot in row.copies:
            copy = f"{node}_{node_id('copy', str(slot))}"
            self.outcome(copy, str(slot), state)
            self.to.edge(last, copy, says="copy", weight=lit, dotted=True)

    def outcome(self, node: str, spelled: str, state: str) -> None:
        """Write a home or a copy, in the colour of its place."""
        place = spelled.split("/", maxsplit=1)[0]
        self.places.add(place)
        look = "unlit" if state in {"refused", "unlit"} else class_of(place)
        look += ",fired" if state == "fired" else ""
        self.to.node(node, "([])", spelled, meaning(spelled), look=look)

    def overlays(self) -> None:
        """Write the box of the rows that add copies to the home found."""
        title = "copies besides the home, whichever row gave it"
        with self.to.box(COPIES, title, "LR"):
            node = f"ask_{COPIES}"
            added = bool(self.path and self.path.overlays)
            look = "question" if self.path is None or added else "unlit"
            lines = ("Every one that matches adds its copies.",)
            self.to.node(node, "()", *lines, look=look)
            for row in self.ruleset.overlays:
                self.row(row, node, {})

    def end(self, decision: Decision | None) -> None:
        """Write where the way ends: nothing decided, or the decision."""
        if self.may_be_silent or (self.path and self.path.fired is None):
            is_silent = self.path is not None and self.path.fired is None
            look = "answer" if is_silent else "unlit" if self.path else "question"
            self.to.node(SILENT, "[]", "no row decides", look=look)
        if decision is not None and self.path is not None:
            said = "override: " if self.path.is_overridden else ""
            lines = (decision.item, f"{said}{self.path.ends}")
            self.to.node(END, "([])", *lines, look="answer")

    def join(self) -> None:
        """Write the arrows between the boxes, last, because boxes must exist first."""
        stops = [START, *(node_id("block", each.name) for each in self.ruleset.blocks)]
        passed = self.path.passed if self.path else ()
        for number, (before, after) in enumerate(itertools.pairwise(stops)):
            lit = self.path is not None and number <= len(passed)
            self.to.edge(
                before, after, says="none of these" if number else "", weight=_lit(lit)
            )
        if self.may_be_silent or (self.path and self.path.fired is None):
            lit = self.path is not None and self.path.fired is None
            self.to.edge(stops[-1], SILENT, says="none of these", weight=_lit(lit))
        if self.path is None and self.ruleset.overlays:
            says = "once a block gave a home"
            self.to.edge(stops[-1], COPIES, says=says, dotted=True)
        if self.path is not None:
            self.arrive(self.path, stops)

    def arrive(self, path: Path, stops: list[str]) -> None:
        """Write the arrows from the box that decided to the decision."""
        last = SILENT if path.block is None else node_id("block", path.block)
        if path.overlays:
            self.to.edge(last, COPIES, says=f"{path.fired} fires", weight="lit")
            self.to.edge(
                COPIES, END, says=f"{', '.join(path.overlays)} adds", weight="lit"
            )
            return
        if self.ruleset.overlays:
            self.to.edge(stops[-1], COPIES, dotted=True)
        self.to.edge(
            last, END, says=f"{path.fired} fires" if path.fired else "", weight="lit"
        )

    def look_of(self, block: Block) -> str:
        is_reached = self.path is None or block.name in (
            *self.path.passed,
            self.path.block,
        )
        return "question" if is_reached else "unlit"

    def state_of(self, row: Row) -> str:
        """Say what the way of the item makes of a row: a class of ``LOOKS``."""
        if self.path is None:
            return "row"
        if row.id == self.path.fired or row.id in self.path.overlays:
            return "fired"
        return "refused" if row.id in self.path.refused else "unlit"


_SAID = {"fired": "fires", "refused": "does not match"}
"""What the label of a row says of its state."""
_WEIGHTS: dict[str, Weight] = {"fired": "lit", "refused": "tried"}
"""How the way to a row looks."""


def _lit(is_lit: bool) -> Weight:  # noqa: FBT001 - one fact, one argument
    return "lit" if is_lit else "plain"


def _conditions(row: Row, ruleset: Ruleset, common: Conditions) -> Iterable[str]:
    """Yield the lines of a row's condition, its alternatives folded."""
    words = worded(row.when, ruleset, without=common)
    yield from _listed(words.all_of)
    if words.any_of:
        yield "and one of:" if words.all_of else "one of:"
        for number, each in enumerate(words.any_of):
            yield f"({'abcdefghijklmnopqrstuvwxyz'[number % 26]}) {', '.join(each)}"
    elif not words.all_of:
        yield "always" if row.when else "never"


def _is_silent_somewhere(ruleset: Ruleset) -> bool:
    """Say whether there are possible answers for which no row decides."""
    said = Tally(compile_table(ruleset), every=True).count(
        (None,) * len(ruleset.columns)
    )
    return any(outcome.row is None for outcome, _ in said)


def _listed(phrases: Iterable[str]) -> Iterable[str]:
    return (f"• {phrase}" for phrase in phrases)
