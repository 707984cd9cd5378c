"""Prints a report as one JSON document for other programs."""

from __future__ import annotations

import msgspec

from stateroom.check.report import Report

__all__ = ("render",)


def render(report: Report) -> str:
    """Return the report's fields, whether it failed, and its counts by level."""
    fields: dict[str, object] = msgspec.to_builtins(report)
    findings = [
        msgspec.to_builtins(each) | {"fingerprint": each.fingerprint}
        for each in report.findings
    ]
    document = fields | {
        "findings": findings,
        "failed": report.failed,
        "counts": report.counts,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
