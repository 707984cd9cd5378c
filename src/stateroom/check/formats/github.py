"""Prints a report as workflow commands, which GitHub shows beside the lines.

Source: GitHub, "Workflow commands for GitHub Actions"; the escapes are those of its own
toolkit (``@actions/core``, command.ts). Of each level it shows ten per step.
"""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.catalogue.findings import Finding, Level
from stateroom.check.formats.wording import headline, notes, summary
from stateroom.check.report import Report

__all__ = ("render",)

_COMMANDS: dict[Level, str] = {
    "error": "error", "warning": "warning", "info": "notice",
}  # fmt: skip


def render(report: Report) -> str:
    """Return a command per finding, then the summary as plain lines of the log."""
    lines = [_command(found) for found in report.findings]
    # A line of the log must not begin with ::, which none of ours does.
    lines += [summary(report), *(f"  {_data(note)}" for note in notes(report))]
    return "\n".join(lines) + "\n"


def _command(found: Finding) -> str:
    pairs = ",".join(f"{name}={_property(value)}" for name, value in _pairs(found))
    told = [headline(found), found.evidence, f"fix: {found.fix}"]
    text = "\n".join(part for part in told if part)
    return f"::{_COMMANDS[found.level]} {pairs}::{_data(text)}"


def _pairs(found: Finding) -> Iterator[tuple[str, str]]:
    if found.place.file:
        yield "file", found.place.file
    if found.place.line:
        yield "line", str(found.place.line)
        yield "col", str(found.place.column)
    yield "title", found.code


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
