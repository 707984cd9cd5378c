"""How far the seed's flowchart gets: the comparison of two rulesets, for a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from docs.making.markdown import code, fenced, table
from stateroom.catalogue.document import Catalogue
from stateroom.catalogue.loading import load
from stateroom.decide.agreement import Agreement, Answer, compare_decisions
from stateroom.decide.compare import compare_spaces
from stateroom.decide.engine import decide
from stateroom.decide.rulesets import DEFAULT, load_ruleset

__all__ = ("SEED", "agreement", "cells", "compared", "rules", "summary")

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "seed.toml"
SEED = "seed-flowchart"
SAYS = {"same": "agrees", "differs": "**contradicts**", "silent": "*silent*"}
MOST_CHANGES = 12
"""Rows of the table of cells; the rest is counted."""


@cache
def agreement() -> Agreement:
    """Return what both rulesets say of the worked examples, compared."""
    examples = _examples()
    return compare_decisions(
        decide(examples, load_ruleset(SEED)), decide(examples, load_ruleset(DEFAULT))
    )


def summary() -> str:
    """Return the comparison in one sentence."""
    counts = agreement().by_tiers
    return (
        f"Of the {len(agreement().items)} worked examples the flowchart **agrees with "
        f"{counts['same']}, contradicts {counts['differs']} and is silent on "
        f"{counts['silent']}**.\n"
    )


def rules() -> str:
    """Return the flowchart as a ruleset: its own file, comments and all."""
    folder = ROOT / "src" / "stateroom" / "decide" / "rules"
    text = (folder / f"{SEED}.toml").read_text("utf-8")
    return fenced(text, "toml")


def compared() -> str:
    """Return the worked examples, and what both rulesets say of each."""
    items = _examples().items
    rows = (
        (
            items[each.item].title or each.item,
            _answer(each.old),
            _answer(each.new),
            SAYS.get(each.tiers, each.tiers),
        )
        for each in agreement().items
    )
    titles = ("item", "the flowchart", "Stateroom", "the flowchart then")
    return table(titles, rows)


def cells() -> str:
    """Return the comparison over all possible answers, the largest groups first."""
    found = compare_spaces(load_ruleset(SEED), load_ruleset(DEFAULT))
    share = 100 * found.changed / found.possible
    rows = (
        (
            f"{each.cells:,}",
            " + ".join(map(code, each.before)) or "no answer",
            " + ".join(map(code, each.after)) or "no answer",
            ", ".join(each.new_rows),
        )
        for each in found.changes[:MOST_CHANGES]
    )
    rest = found.changes[MOST_CHANGES:]
    told = (
        f"\nAnd {sum(each.cells for each in rest):,} cells in {len(rest)} smaller "
        "groups.\n"
        if rest
        else ""
    )
    return (
        f"Of {found.possible:,} possible cells, {found.changed:,} ({share:.0f} %) are "
        "placed differently. The largest groups:\n\n"
        + table(("cells", "the flowchart", "Stateroom", "rows"), rows)
        + told
    )


def _examples() -> Catalogue:
    return load(EXAMPLES)


def _answer(answer: Answer | None) -> str:
    if answer is None or answer.is_silent:
        return "no answer"
    return f"{answer.placement} ({answer.rule})"
