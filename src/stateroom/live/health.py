"""Says whether a server keeps what has no other copy, and what to do when not.

Source:
    Rule G6 of the decision framework: only data of kind cache may be evicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stateroom.catalogue.findings import Finding
from stateroom.errors import MayEvict
from stateroom.link.facts import ServerFacts

__all__ = ("HOW_TO_KEEP", "Health", "Standing", "judge_servers", "refusal_of")

Standing: TypeAlias = Literal["ok", "degraded", "unknown"]

HOW_TO_KEEP = (
    "set maxmemory-policy noeviction on it, or give live and auth data a server of "
    "their own (STATEROOM_REDIS_DURABLE_URL)"
)
"""The two ways out of MEM002."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How well live data is kept where it stands.

    Attributes:
        standing: ``ok``; ``degraded`` when a finding says so; ``unknown`` when the
            server does not answer, or not to this user (who may not run INFO).
        code: of the finding: ``"MEM002"``, or empty.
        reason: what was found, and what to do, or why nothing is known; empty when
            all is well.
        policy: what the server does when it is full; empty when it does not tell.
        is_appending: whether each write goes to a log on its disk (AOF): without,
            a restart loses what was written since the last snapshot.
        findings: what to attend to, as ``stateroom check`` would print it.
    """

    standing: Standing
    code: str = ""
    reason: str = ""
    policy: str = ""
    is_appending: bool = False
    findings: tuple[Finding, ...] = ()


def judge_servers(facts: Sequence[ServerFacts]) -> Health:
    """Say how well servers keep what they are given.

    Args:
        facts: of each primary; none for the memory of this process.
    """
    is_appending = bool(facts) and all(each.is_appending for each in facts)
    evicting = [each for each in facts if each.evicts]
    if evicting:
        first = evicting[0]
        return Health(
            standing="degraded",
            code="MEM002",
            reason=f"{first.shown} may evict live data when it is full "
            f"(maxmemory-policy {first.policy}): {HOW_TO_KEEP}",
            policy=first.policy,
            is_appending=is_appending,
            findings=(_finding(first),),
        )
    policy = facts[0].policy if facts else ""
    return Health(standing="ok", policy=policy, is_appending=is_appending)


def _finding(facts: ServerFacts) -> Finding:
    return Finding(
        code="MEM002",
        level="error",
        message="live and auth data stand on a server that may evict them",
        evidence=f"{facts.shown}, maxmemory-policy {facts.policy}",
        fix=HOW_TO_KEEP,
    )


def refusal_of(health: Health) -> MayEvict:
    """Return what to raise where evictable data is an error."""
    reason, _, _ = health.reason.partition(": ")
    return MayEvict(f"MEM002: {reason}", policy=health.policy, hint=HOW_TO_KEEP)
