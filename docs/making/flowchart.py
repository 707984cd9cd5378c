"""The rules as a flowchart, drawn with what every browser has, and as Mermaid source.

A drawing by Mermaid would need a script from elsewhere when the page is read. So the
page shows boxes made of text, and the source for whoever has a viewer.
"""

from __future__ import annotations

from string import ascii_lowercase
from textwrap import indent

from docs.making.markdown import code, fenced
from stateroom.decide.conditions import asked_by_all, worded
from stateroom.decide.diagrams import flowchart
from stateroom.decide.ruleset import PLACES, Block, Conditions, Row, Ruleset
from stateroom.decide.rulesets import load_ruleset

__all__ = ("drawn", "source")

ARROW = '\n<p style="text-align: center">↓ none of these</p>\n\n'
MARGIN = " " * 4


def drawn() -> str:
    """Return a box for each block, from top to bottom, with a way out for each row."""
    ours = load_ruleset()
    boxes = [_box(each, ours) for each in ours.blocks]
    return ARROW.join(boxes) + _overlays(ours)


def source() -> str:
    """Return the same as Mermaid writes it, folded until somebody asks for it."""
    text = fenced(flowchart(load_ruleset()))
    return (
        '??? example "The whole flowchart as Mermaid source"\n\n'
        f"{MARGIN}Copy it into any Mermaid viewer.\n\n{indent(text, MARGIN)}"
    )


def _box(block: Block, ruleset: Ruleset) -> str:
    common = asked_by_all(block)
    asks = worded([common], ruleset).all_of if common else ()
    head = f'!!! question "{block.name}"\n\n{MARGIN}{block.about}'
    if asks:
        head += f" All rows ask: {'; '.join(asks)}."
    return f"{head}\n\n{_rows(block.rows, ruleset, common)}"


def _overlays(ruleset: Ruleset) -> str:
    if not ruleset.overlays:
        return ""
    head = f'!!! note "copies"\n\n{MARGIN}Whichever row gave the home, this adds to it.'
    arrow = ARROW.replace("none of these", "once there is a home")
    return f"{arrow}{head}\n\n{_rows(ruleset.overlays, ruleset, {})}"


def _rows(rows: tuple[Row, ...], ruleset: Ruleset, common: Conditions) -> str:
    return "".join(f"{MARGIN}- {_row(row, ruleset, common)}\n" for row in rows)


def _row(row: Row, ruleset: Ruleset, common: Conditions) -> str:
    words = worded(row.when, ruleset, without=common)
    asked = "; ".join(words.all_of)
    if words.any_of:
        each = zip(ascii_lowercase, words.any_of, strict=False)
        either = ", ".join(f"**({letter})** {', '.join(said)}" for letter, said in each)
        asked = f"{asked}; and one of: {either}" if asked else f"one of: {either}"
    return f"[{row.id}](rules.md#{row.id}) {asked or 'always'} **→ {_gives(row)}**"


def _gives(row: Row) -> str:
    home = ""
    if row.home:
        home = f"{code(row.home)}: {PLACES[row.home.place].removeprefix('nowhere: ')}"
    copies = ", ".join(f"a copy in {code(slot)}" for slot in row.copies)
    return "; ".join(part for part in (home, copies) if part)
