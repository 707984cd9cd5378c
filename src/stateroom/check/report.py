"""What a check found: the values that every format prints."""

from __future__ import annotations

from collections import Counter

import msgspec

from stateroom.catalogue.findings import LEVELS, Finding, Level, is_at_least

__all__ = ("SCHEMA_VERSION", "Gone", "Report", "Skipped", "Suppressed")

SCHEMA_VERSION = "1.0"
"""Of the JSON document: the minor number grows with new fields."""


class Suppressed(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that its owners accept for now, with their reason.

    Attributes:
        until: ISO date of the last day on which it is accepted; empty: without end.
    """

    finding: Finding
    reason: str
    until: str = ""


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the baseline that occurs less often than it says.

    Attributes:
        fingerprint: as ``Finding.fingerprint`` prints it.
        count: how many of its findings no longer occur.
    """

    fingerprint: str
    count: int


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """Codes that could not be judged, and what was missing."""

    codes: tuple[str, ...]
    because: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one check.

    Attributes:
        catalogue: path of the file as the caller named it; empty for Python.
        items: how many items it declares.
        ruleset: name of the rules that decided.
        fail_on: the least level that makes the check fail.
        findings: what is to be attended to, by place, then code.
        suppressed: accepted findings, with their reasons.
        baselined: how many findings the baseline holds back.
        gone: entries of the baseline that are no longer needed.
        passed: codes that were judged and found nowhere.
        skipped: codes that could not be judged.
    """

    schema_version: str = SCHEMA_VERSION
    catalogue: str
    items: int
    ruleset: str
    fail_on: Level
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    baselined: int = 0
    gone: tuple[Gone, ...] = ()
    passed: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a finding is at least as severe as ``fail_on``."""
        return any(is_at_least(each.level, self.fail_on) for each in self.findings)

    @property
    def counts(self) -> dict[Level, int]:
        """How many findings of each level there are, the most severe first."""
        found = Counter(each.level for each in self.findings)
        return {level: found[level] for level in reversed(LEVELS)}
