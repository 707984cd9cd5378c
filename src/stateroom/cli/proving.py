"""The command ``prove``."""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.catalogue.findings import is_at_least
from stateroom.cli.blocks import (
    Block,
    Branch,
    Column,
    Line,
    Span,
    Style,
    Table,
    Verbatim,
)
from stateroom.cli.options import Form, Rules
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.decide.proof import Proof
from stateroom.decide.proof import prove as prove_ruleset
from stateroom.decide.rulesets import load_ruleset

__all__ = ("prove",)


def prove(rules: Rules = None, form: Form = None) -> Reply:
    """Prove a ruleset: no gap, no conflict, every promise kept.

    Nothing is sampled: every possible combination of answers is examined. A gap is
    told with the rows that would close it, a broken promise with an item that breaks
    it. Exit status 1 when something is wrong.

    Examples:
      stateroom prove
      stateroom prove --rules seed-flowchart
      stateroom prove --rules my-rules.toml --format json
    """
    settings = Settings()
    proof = prove_ruleset(load_ruleset(settings.value("rules", rules)))
    is_wrong = any(is_at_least(each.level, "warning") for each in proof.findings)
    return Reply(
        text=lambda: _text(proof),
        data=lambda: {"schema_version": "1.0", "proof": proof},
        form=settings.form(form),
        status=int(is_wrong),
    )


def _text(proof: Proof) -> Iterator[Block]:
    yield Line(
        f"{proof.ruleset} ({proof.hash}): {proof.cells:,} cells, {proof.possible:,} "
        f"possible, {proof.gaps:,} in gaps."
    )
    yield Line()
    yield _coverage(proof)
    yield Line()
    yield Branch("properties", tuple(_properties(proof)))
    yield Line()
    yield from _findings(proof)
    broken = sum(not each.held for each in proof.properties)
    yield Line(
        f"{len(proof.coverage)} rows, {len(proof.properties)} properties, {broken} "
        f"violated. Findings: {len(proof.findings) or 'none'}."
    )


def _coverage(proof: Proof) -> Table:
    titles = ("row", "block", "cells that match", "cells it decides")
    rows = [
        (Span(each.row, "name"), each.block or "copies", f"{each.matches:,}",
         f"{each.decides:,}")
        for each in proof.coverage
    ]  # fmt: skip
    return Table(columns=tuple(map(Column, titles)), rows=tuple(rows))


def _properties(proof: Proof) -> Iterator[Branch]:
    for each in proof.properties:
        mark = Span("held    ", "good") if each.held else Span("violated", "error")
        yield Branch((mark, f" {each.statement} ({each.examined:,} cells)"))


def _findings(proof: Proof) -> Iterator[Block]:
    for each in proof.findings:
        style: Style = "error" if each.level == "error" else "warning"
        yield Line((Span(f"{each.code} {each.level}", style), f": {each.message}"))
        for title, text in (("example", each.evidence), ("fix", each.fix)):
            if "\n" in text:
                yield Line(f"{title}:", indent=2)
                yield Verbatim("\n".join(f"    {line}" for line in text.split("\n")))
            elif text:
                yield Line(f"{title}: {text}", indent=2)
        yield Line()
