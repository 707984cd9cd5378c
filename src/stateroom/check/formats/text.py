"""Prints a report for people, without colour: the command line adds that."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from stateroom.catalogue.findings import Finding
from stateroom.check.formats.wording import headline, next_command, notes, summary
from stateroom.check.report import Report, Suppressed

__all__ = ("render",)


def render(report: Report) -> str:
    """Return findings with evidence and mend, then a summary and the next command."""
    lines = [line for found in report.findings for line in _finding(found)]
    lines += [line for each in report.suppressed for line in _suppressed(each)]
    if lines:
        lines.append("")
    lines.append(summary(report))
    lines += [f"  {note}" for note in notes(report)]
    if command := next_command(report):
        lines.append(f"next: {command}")
    return "\n".join(lines) + "\n"


def _finding(found: Finding) -> Iterator[str]:
    yield f"{_head(found)} [{found.level}]"
    if found.evidence:
        yield f"  evidence:{_block(found.evidence)}"
    yield f"  fix:{_block(found.fix)}"


def _suppressed(each: Suppressed) -> Iterator[str]:
    until = f", until {each.until}" if each.until else ""
    yield f"{_head(each.finding)} [suppressed{until}]"
    yield f"  reason: {each.reason}"


def _block(text: str) -> str:
    """Indent a text of several lines, such as a row to add, below its label."""
    return f" {text}" if "\n" not in text else "\n" + indent(text, "    ")


def _head(found: Finding) -> str:
    place = str(found.place)
    return " ".join(part for part in (place, found.code, headline(found)) if part)
