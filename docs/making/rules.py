"""The rules as a reader studies them: every block, row, condition and reason."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from docs.making.markdown import bullets, code, joined, table
from stateroom.decide.conditions import asked_by_all, worded
from stateroom.decide.proof import Proof, prove
from stateroom.decide.ruleset import Block, Conditions, Row, Ruleset
from stateroom.decide.rulesets import load_ruleset

__all__ = ("block_text", "columns", "proof", "properties", "rules", "space")

HITS = {
    "unique": "no two rows of this block match the same data",
    "first": "the first row that matches decides",
}


@cache
def proof() -> Proof:
    """Return the proof of our rules."""
    return prove(load_ruleset())


def columns() -> str:
    """Return what rows may ask, and into which pieces each column is cut."""
    rows = ((code(each.name), joined(each.pieces)) for each in load_ruleset().columns)
    return table(("column", "pieces"), rows)


def space() -> str:
    """Return how large the space is, and what the proof says of it."""
    found = proof()
    held = sum(each.held for each in found.properties)
    return (
        f"The columns have {found.cells:,} combinations, of which {found.possible:,} "
        f"can be true of some item. In them there are **{found.gaps} gaps**, "
        f"**{len(found.findings)} faulty rows or columns**, and **{held} of "
        f"{len(found.properties)} safety properties hold**.\n"
    )


def rules() -> str:
    """Return every block and row, in the order in which they are tried."""
    ours = load_ruleset()
    return "\n".join(
        [*(block_text(each, ours) for each in ours.blocks), _overlays(ours)]
    )


def properties() -> str:
    """Return every safety property: what it promises, why, and how often it was met."""
    return "\n".join(
        f"### {each.name} {{ #{each.name} }}\n\n"
        f"**{_sentence(each.statement)}** {_sentence(each.why)}\n\n"
        f"{'Held' if each.held else 'Broken'}: examined in {each.examined:,} cells"
        f"{'' if each.held else f', broken in {each.broken:,}'}.\n"
        for each in proof().properties
    )


def block_text(block: Block, ruleset: Ruleset) -> str:
    """Return one block: its question, what all its rows ask, then each row."""
    common = asked_by_all(block)
    words = worded([common], ruleset).all_of if common else ()
    head = f"## {block.name}\n\n{block.about} Policy: {HITS[block.hit]}.\n"
    asked = f"\nEvery row of this block asks: {'; '.join(words)}.\n" if words else ""
    rows = "\n".join(_row(row, ruleset, common) for row in block.rows)
    return f"{head}{asked}\n{rows}"


def _overlays(ruleset: Ruleset) -> str:
    rows = "\n".join(_row(row, ruleset, {}) for row in ruleset.overlays)
    return (
        "## overlays\n\nWhatever home a block gave, every overlay that matches adds "
        f"its copies to it.\n\n{rows}"
    )


def _row(row: Row, ruleset: Ruleset, common: Conditions) -> str:
    lines = "".join(_conditions(row, ruleset, common))
    return (
        f"### {row.id}: {_gives(row)} {{ #{row.id} }}\n\n{_sentence(row.because)}\n\n"
        f"{lines}\n{_decided(row)}\n"
    )


def _gives(row: Row) -> str:
    home = str(row.home) if row.home else "no home of its own"
    copies = ", ".join(map(str, row.copies))
    return f"{home}, with a copy in {copies}" if copies else home


def _conditions(row: Row, ruleset: Ruleset, common: Conditions) -> Iterator[str]:
    words = worded(row.when, ruleset, without=common)
    if words.all_of:
        yield bullets(words.all_of)
    if words.any_of:
        yield f"- {'and one of' if words.all_of else 'one of'}:\n"
        yield bullets((", ".join(each) for each in words.any_of), indent=4)
    if not words.all_of and not words.any_of:
        yield "- always\n"


def _decided(row: Row) -> str:
    """Say for how much of the space the row speaks."""
    found = next(each for each in proof().coverage if each.row == row.id)
    share = 100 * found.decides / proof().possible
    verb = "Decides" if row.home else "Adds its copies in"
    return f"{verb} {found.decides:,} cells, {share:.2g} % of the possible ones."


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."
