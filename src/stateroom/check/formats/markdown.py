"""Prints a report as a Markdown table, for a comment or a job's summary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from stateroom.catalogue.findings import Finding
from stateroom.check.formats.wording import name_of, next_command, notes, summary
from stateroom.check.report import Report

__all__ = ("render",)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#$])")
_BLANK = re.compile(r"\s+")


def render(report: Report) -> str:
    """Return a summary, a table of the findings, and what was set aside."""
    blocks = [f"**{_cell(summary(report))}**"]
    if report.findings:
        blocks.append("\n".join(_table(report.findings)))
    if report.suppressed:
        blocks.append("\n".join(_accepted(report)))
    blocks.append("\n".join(f"- {_cell(note)}" for note in notes(report)))
    if command := next_command(report):
        blocks.append(f"Next: `{command.partition('    #')[0]}`")
    return "\n\n".join(blocks) + "\n"


def _table(findings: Iterable[Finding]) -> Iterator[str]:
    yield "| Level | Code | Where | What | Fix |"
    yield "|---|---|---|---|---|"
    for found in findings:
        what = (
            f"{found.message} ({found.evidence})" if found.evidence else found.message
        )
        where = " ".join(part for part in (str(found.place), name_of(found)) if part)
        yield _row(found.level, found.code, where, what, found.fix)


def _accepted(report: Report) -> Iterator[str]:
    yield "| Suppressed | Where | Reason | Until |"
    yield "|---|---|---|---|"
    for each in report.suppressed:
        yield _row(each.finding.code, name_of(each.finding), each.reason, each.until)


def _row(*cells: str) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """Print text so that nothing in it is markup, and all of it is one line."""
    return _SPECIAL.sub(r"\\\1", _BLANK.sub(" ", text).strip())
