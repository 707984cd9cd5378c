"""Words that several formats share: counts, places, what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.catalogue.codes import CODES, FAMILIES
from stateroom.catalogue.findings import Finding
from stateroom.check.report import Report

__all__ = ("counted", "headline", "name_of", "next_command", "notes", "summary")


def counted(number: int, noun: str) -> str:
    """Print a number with its noun: ``1 error``, ``2 errors``."""
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def name_of(found: Finding) -> str:
    """Print what a finding is about as one word, or nothing: ``theme.override.key``."""
    return ".".join(part for part in (found.item, found.input) if part)


def headline(found: Finding) -> str:
    """Print the item and what is wrong with it, as one line."""
    return f"{found.item}: {found.message}" if found.item else found.message


def summary(report: Report) -> str:
    """Print how many findings of which level there are, and in how much."""
    levels = (counted(n, _NOUNS[level]) for level, n in report.counts.items() if n)
    told = ", ".join(levels) or "no findings"
    return f"{told} in {counted(report.items, 'item')}"


_NOUNS = {"error": "error", "warning": "warning", "info": "note"}


def notes(report: Report) -> Iterator[str]:
    """Yield what else is to be said of a report, a line each."""
    if report.suppressed:
        yield f"suppressed: {counted(len(report.suppressed), 'finding')}"
    if report.baselined:
        yield f"in the baseline: {counted(report.baselined, 'finding')}"
    for gone in report.gone:
        yield f"no longer occurs, drop it from the baseline: {gone.fingerprint}"
    if report.passed:
        yield f"passed: {' '.join(_by_family(report.passed))}"
    for skipped in report.skipped:
        codes = skipped.codes
        names = " ".join(_by_family(codes))
        yield f"not checked, as {skipped.because}: {names}"


def _by_family(codes: tuple[str, ...]) -> Iterator[str]:
    """Yield families whose codes are all there, and the codes of the others."""
    for family in FAMILIES:
        known = tuple(code for code in CODES if code.startswith(family))
        there = tuple(code for code in codes if code in known)
        yield from (family,) if there == known else there


def next_command(report: Report) -> str:
    """Return the command that helps next, or an empty text."""
    if not report.findings:
        return "stateroom check --write-baseline PATH" if report.gone else ""
    level = next(level for level, count in report.counts.items() if count)
    first = next(each for each in report.findings if each.level == level)
    return f"stateroom rules {first.code}    # {CODES[first.code].title}"
