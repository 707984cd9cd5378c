"""What a command ends with when it has done its work: 0, or 1 for something to see."""

from __future__ import annotations

from stateroom.catalogue.findings import is_at_least
from stateroom.decide.decision import Decisions

__all__ = ("status_of",)


def status_of(found: Decisions) -> int:
    """Return 1 when a decision has a finding of level warning or error, else 0."""
    return int(any(is_at_least(each.level, "warning") for each in found.findings))
