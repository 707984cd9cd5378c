"""Judges one decision: what in it needs attention, with its code, evidence and mend.

Each judgement is a function of the item and its decision; so any ruleset's decisions
can be judged, also those of a table that knows less than ours. One defect gives one
finding: where two codes could name it, the one whose page helps more does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from stateroom.catalogue.findings import Finding
from stateroom.catalogue.item import Item
from stateroom.decide.decision import Decision
from stateroom.decide.review.client import CLIENT_SLICE, judge_client
from stateroom.decide.review.counters import judge_counter
from stateroom.decide.review.found import finding
from stateroom.decide.review.keys import judge_key
from stateroom.decide.review.lives import judge_hits, judge_lives
from stateroom.decide.review.outcomes import (
    judge_exactness,
    judge_home,
    judge_override,
    judge_unknown,
)
from stateroom.decide.review.security import judge_exposure, judge_shared_secret

__all__ = ("CLIENT_SLICE", "finding", "review", "with_findings")

_Judge: TypeAlias = Callable[[Item, Decision], Iterator[Finding]]

_JUDGES: tuple[_Judge, ...] = (
    judge_override,
    judge_home,
    judge_unknown,
    judge_exactness,
    judge_exposure,
    judge_shared_secret,
    judge_lives,
    judge_hits,
    judge_client,
    judge_counter,
)


def review(
    item: Item, decision: Decision, *, namespace: str = "app"
) -> tuple[Finding, ...]:
    """Return the findings of one decision, in the order of the registry of codes.

    Args:
        item: the facts as they were declared: what is only assumed accuses nobody.
        decision: the decision, with overrides applied.
        namespace: the application's name, with which each of its keys begins.
    """
    found = [each for judge in _JUDGES for each in judge(item, decision)]
    if item.override and item.override.key:
        found += judge_key(item, decision, namespace)
    return tuple(found)


def with_findings(decision: Decision, findings: tuple[Finding, ...]) -> Decision:
    """Return the decision with its findings filled in."""
    return msgspec.structs.replace(decision, findings=findings)
