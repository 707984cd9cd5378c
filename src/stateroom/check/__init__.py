"""Checks a catalogue and its lock, and reports what needs attention."""

from __future__ import annotations

from stateroom.check.baseline import (
    Baseline,
    baseline_of,
    parse_baseline,
    print_baseline,
)
from stateroom.check.baselinefile import read_baseline, write_baseline
from stateroom.check.checking import check
from stateroom.check.formats import FORMATS, Format, render
from stateroom.check.pages import Example, Page, page, pages
from stateroom.check.report import Gone, Report, Skipped, Suppressed

__all__ = (
    "FORMATS",
    "Baseline",
    "Example",
    "Format",
    "Gone",
    "Page",
    "Report",
    "Skipped",
    "Suppressed",
    "baseline_of",
    "check",
    "page",
    "pages",
    "parse_baseline",
    "print_baseline",
    "read_baseline",
    "render",
    "write_baseline",
)
