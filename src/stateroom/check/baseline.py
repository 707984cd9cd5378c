"""A baseline: the findings that were there when a team began to check.

Only what is new is reported from then on; what no longer occurs is told, so that the
file shrinks. Fingerprints name code, item and field, so that moving lines changes
nothing. Pure: text in, values out; ``baselinefile`` does the reading and writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from stateroom.catalogue.findings import Finding
from stateroom.check.report import Gone
from stateroom.errors import UsageError

__all__ = (
    "Baseline",
    "Compared",
    "baseline_of",
    "compare",
    "parse_baseline",
    "print_baseline",
)

BASELINE_VERSION = "1.0"
"""A file of a newer major version is refused, because it may mean other things."""


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """How often each finding occurs, by its fingerprint."""

    schema_version: str = BASELINE_VERSION
    findings: dict[str, int] = {}


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline as its file has it: all fields, so that no other JSON is taken."""

    schema_version: str
    findings: dict[str, int]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Findings against a baseline.

    Attributes:
        new: findings that it does not hold, or holds less often.
        held: how many it holds back.
        gone: entries that occur less often than it says.
    """

    new: tuple[Finding, ...]
    held: int
    gone: tuple[Gone, ...]


def baseline_of(findings: Iterable[Finding]) -> Baseline:
    """Return the baseline that holds every one of ``findings``."""
    counts = Counter(each.fingerprint for each in findings)
    return Baseline(findings=dict(sorted(counts.items())))


def compare(
    findings: Iterable[Finding],
    baseline: Baseline,
    *,
    codes: Iterable[str],
    accepted: Iterable[Finding] = (),
) -> Compared:
    """Say which findings are new, and which entries are no longer needed.

    Args:
        findings: in the order in which they are reported; of one fingerprint the first
            are held back, so that what was added further down is new.
        baseline: how often each finding may occur.
        codes: those that were judged; entries of others are left alone.
        accepted: suppressed findings: they are there, but need no entry any more.
    """
    left = Counter(baseline.findings)
    new = []
    held = 0
    for each in findings:
        if left[each.fingerprint] > 0:
            left[each.fingerprint] -= 1
            held += 1
        else:
            new.append(each)
    left.subtract(each.fingerprint for each in accepted)
    judged = set(codes)
    gone = (
        Gone(fingerprint=name, count=count)
        for name, count in sorted(left.items())
        if count > 0 and name.partition(":")[0] in judged
    )
    return Compared(new=tuple(new), held=held, gone=tuple(gone))


def parse_baseline(text: str | bytes, path: str = "baseline") -> Baseline:
    """Read a baseline.

    Raises:
        UsageError: it is not one, or of a newer major version.
    """
    try:
        found = msgspec.json.decode(text, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f"{path}: not a baseline: {error}",
            hint="write it with: stateroom check --write-baseline PATH",
        ) from error
    if found.schema_version.partition(".")[0] != BASELINE_VERSION.partition(".")[0]:
        raise UsageError(
            f"{path}: version {found.schema_version} of a baseline is not one that "
            f"this Stateroom reads, {BASELINE_VERSION}",
            hint="upgrade Stateroom",
        )
    return Baseline(schema_version=found.schema_version, findings=found.findings)


def print_baseline(baseline: Baseline) -> str:
    """Print a baseline as JSON: a finding per line, sorted, so that diffs are small."""
    counted = sorted((n, c) for n, c in baseline.findings.items() if c > 0)
    document = {"schema_version": baseline.schema_version, "findings": dict(counted)}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
