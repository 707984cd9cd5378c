"""Exports rules, decisions and comparisons for other tools, and for people.

CSV for spreadsheets, JSON for programs, Markdown for pages, Mermaid for pictures. The
JSON of rules reads back into the same ruleset; every JSON document has its
``schema_version``, whose minor number grows with new fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from stateroom.catalogue.values import nearest
from stateroom.decide.agreement import Agreement, Compared
from stateroom.decide.conditions import cell_text, worded
from stateroom.decide.decision import (
    SCHEMA_VERSION,
    Copy,
    Decision,
    Decisions,
    HomePlace,
)
from stateroom.decide.diagrams import flowchart
from stateroom.decide.maps import place_map
from stateroom.decide.ruleset import (
    HOME_COLUMN,
    Block,
    Conditions,
    Row,
    Ruleset,
)
from stateroom.decide.tables import to_csv, to_markdown
from stateroom.errors import UsageError

__all__ = (
    "FORMATS",
    "export_agreement",
    "export_decisions",
    "export_rules",
    "rules_document",
)

FORMATS = ("mermaid", "csv", "json", "markdown")
"""What rules and decisions can be exported to."""
OVERLAYS = "overlays"
"""Stands where a table of rules names the block of an overlay."""

_Exported = TypeVar("_Exported")


def export_rules(ruleset: Ruleset, to: str) -> str:
    """Return rules as ``mermaid``, ``csv``, ``json`` or ``markdown``.

    Raises:
        UsageError: there is no such format.
    """
    return _written(ruleset, to, _RULES)


def export_decisions(decisions: Decisions, to: str) -> str:
    """Return decisions as ``mermaid``, ``csv``, ``json`` or ``markdown``.

    Raises:
        UsageError: there is no such format.
    """
    return _written(decisions, to, _DECISIONS)


def export_agreement(agreement: Agreement, to: str) -> str:
    """Return a comparison as ``csv``, ``json`` or ``markdown``.

    Raises:
        UsageError: there is no such format.
    """
    return _written(agreement, to, _AGREEMENT)


def rules_document(ruleset: Ruleset) -> dict[str, object]:
    """Return the document from which ``read_ruleset`` makes the same ruleset."""
    return {
        "name": ruleset.name,
        "about": ruleset.about,
        "columns": [column.name for column in ruleset.columns],
        "blocks": [
            {
                "name": block.name,
                "hit": block.hit,
                "about": block.about,
                "rows": [_row_document(row) for row in block.rows],
            }
            for block in ruleset.blocks
        ],
        "overlays": [_row_document(row) for row in ruleset.overlays],
        "assume": _conditions(ruleset.assume),
    }


def _row_document(row: Row) -> dict[str, object]:
    document: dict[str, object] = {
        "id": row.id,
        "when": [_conditions(when) for when in row.when],
        "copies": [str(slot) for slot in row.copies],
        "because": row.because,
    }
    return document if row.home is None else {**document, "home": str(row.home)}


def _conditions(when: Conditions) -> dict[str, object]:
    return {
        name: list(cell) if isinstance(cell, tuple) else cell_text(name, cell)
        for name, cell in when.items()
    }


def _written(
    value: _Exported, to: str, writers: Mapping[str, Callable[[_Exported], str]]
) -> str:
    if to in writers:
        return writers[to](value)
    near = nearest(to, writers)
    raise UsageError(
        f"there is no format {to}; there are {', '.join(writers)}",
        hint=f"did you mean {near}?" if near else "",
    )


def _json(document: object) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


# ---------------------------------------------------------------------- rules


def _rules_json(ruleset: Ruleset) -> str:
    return _json(
        {
            "schema_version": SCHEMA_VERSION,
            "hash": ruleset.hash,
            "ruleset": rules_document(ruleset),
        }
    )


def _rules_csv(ruleset: Ruleset) -> str:
    """Write one line per alternative of a row, one cell per column of the rules."""
    names = [column.name for column in ruleset.columns]
    asked = [*names, HOME_COLUMN]
    header = ["block", "hit", "row", "alternative", *names, "when_home"]
    header += ["home", "copies", "because"]
    rows = [
        [block, hit, row.id, str(number)]
        + [cell_text(name, when.get(name)) for name in asked]
        + [str(row.home or ""), ", ".join(map(str, row.copies)), row.because]
        for block, hit, row in _rows(ruleset)
        for number, when in enumerate(row.when, 1)
    ]
    return to_csv(header, rows)


def _rows(ruleset: Ruleset) -> Iterator[tuple[str, str, Row]]:
    for block in ruleset.blocks:
        for row in block.rows:
            yield block.name, block.hit, row
    for row in ruleset.overlays:
        yield OVERLAYS, "all", row


def _rules_markdown(ruleset: Ruleset) -> str:
    added = Block(
        name="copies besides",
        hit="first",
        about="Every row that matches adds its copies to the home found above.",
        rows=ruleset.overlays,
    )
    parts = [_block_markdown(block, ruleset) for block in ruleset.blocks]
    if ruleset.overlays:
        parts.append(_block_markdown(added, ruleset))
    return "\n".join(parts)


def _block_markdown(block: Block, ruleset: Ruleset) -> str:
    header = ("row", "when", "home", "copies", "because")
    rows = [
        (
            row.id,
            "\n".join(_when(row, ruleset)),
            str(row.home or ""),
            ", ".join(map(str, row.copies)),
            row.because,
        )
        for row in block.rows
    ]
    return f"### {block.name}\n\n{block.about}\n\n{to_markdown(header, rows)}"


def _when(row: Row, ruleset: Ruleset) -> Iterator[str]:
    words = worded(row.when, ruleset)
    yield ", ".join(words.all_of) or ("one of:" if words.any_of else "always")
    for each in words.any_of:
        yield f"or: {', '.join(each)}" if each else "or: always"


# ------------------------------------------------------------------ decisions

_DECISION_COLUMNS = (
    "item", "title", "home", "copies", "tiers", "rule", "ttl_seconds", "key",
    "scope", "confidence", "ask", "why", "findings",
)  # fmt: skip


def _decisions_csv(decisions: Decisions) -> str:
    return to_csv(_DECISION_COLUMNS, map(_decision_cells, decisions.decisions))


def _decision_cells(decision: Decision) -> Sequence[str]:
    home, *copies = decision.placement.split(" + ")
    # The first that is there: a copy's, else the home's.
    held: list[Copy | HomePlace] = [*decision.copies, decision.home]
    ttl = next((each.ttl_seconds for each in held if each.ttl_seconds), None)
    return (
        decision.item,
        decision.title,
        home,
        ", ".join(copies),
        ", ".join(decision.tiers),
        decision.rule or "",
        "" if ttl is None else f"{ttl:.12g}",
        next((each.key for each in held if each.key), None) or "",
        next((each.scope for each in held if each.scope), None) or "",
        f"{decision.confidence:g}",
        decision.ask.input if decision.ask else "",
        "; ".join(decision.why),
        ", ".join(each.code for each in decision.findings),
    )


def _decisions_markdown(decisions: Decisions) -> str:
    rows = [
        (each.item, *_split(each), each.rule or "", "\n".join(each.why))
        for each in decisions.decisions
    ]
    return to_markdown(("item", "home", "copies", "rule", "why"), rows)


def _split(decision: Decision) -> tuple[str, str]:
    home, *copies = decision.placement.split(" + ")
    return home, ", ".join(copies)


# ---------------------------------------------------------------- comparisons


def _agreement_csv(agreement: Agreement) -> str:
    header = ("item", "tiers", "placement", "old", "new", "expected_tiers")
    return to_csv(header, map(_compared_cells, agreement.items))


def _agreement_markdown(agreement: Agreement) -> str:
    header = ("item", "tiers", "placement", agreement.old, agreement.new, "expected")
    table = to_markdown(header, map(_compared_cells, agreement.items))
    return f"{agreement.summary}.\n\n{table}"


def _compared_cells(each: Compared) -> Sequence[str]:
    expected = "" if each.expected is None else ", ".join(each.expected) or "none"
    sides = [
        "" if side is None or side.is_silent else side.placement
        for side in (each.old, each.new)
    ]
    return (each.item, each.tiers, each.placement, *sides, expected)


def _agreement_json(agreement: Agreement) -> str:
    document = msgspec.to_builtins(agreement)
    counts = {"tiers": agreement.by_tiers, "placement": agreement.by_placement}
    return _json({**document, "counts": counts})


_RULES: dict[str, Callable[[Ruleset], str]] = {
    "mermaid": flowchart,
    "csv": _rules_csv,
    "json": _rules_json,
    "markdown": _rules_markdown,
}
_DECISIONS: dict[str, Callable[[Decisions], str]] = {
    "mermaid": place_map,
    "csv": _decisions_csv,
    "json": _json,
    "markdown": _decisions_markdown,
}
_AGREEMENT: dict[str, Callable[[Agreement], str]] = {
    "csv": _agreement_csv,
    "json": _agreement_json,
    "markdown": _agreement_markdown,
}
