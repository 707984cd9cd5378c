"""Finds the way of one item through the rules: what was tried, fired and added."""

from __future__ import annotations

import msgspec

from stateroom.decide.decision import Decision
from stateroom.decide.ruleset import Block, Ruleset
from stateroom.errors import UsageError

__all__ = ("Path", "path_of")


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """The way of one item through the rules.

    Attributes:
        passed: names of the blocks none of whose rows matched, in order.
        refused: ids of the rows tried before the one that fired, in order.
        block: name of the block in which a row fired, or None.
        fired: id of that row, or None where no row decides.
        overlays: ids of the overlays that added copies.
        ends: the decision in one line, e.g. ``"source + redis/cache"``; or
            ``"undecided"`` where neither a row nor an override says anything.
        is_overridden: whether the catalogue set aside what the rules said.
    """

    passed: tuple[str, ...]
    refused: tuple[str, ...]
    block: str | None
    fired: str | None
    overlays: tuple[str, ...]
    ends: str
    is_overridden: bool


def path_of(ruleset: Ruleset, decision: Decision) -> Path:
    """Return the way that led to ``decision``.

    Raises:
        UsageError: another ruleset decided.
    """
    block = _block_of(ruleset, decision.rule)
    tried = ruleset.blocks[: ruleset.blocks.index(block) if block else None]
    refused = [row.id for each in tried for row in each.rows]
    if block is not None:
        ids = [row.id for row in block.rows]
        refused += ids[: ids.index(decision.rule or "")]
    is_decided = decision.rule is not None or decision.overridden is not None
    asked_for = {copy.rule for copy in decision.copies}
    return Path(
        passed=tuple(each.name for each in tried),
        refused=tuple(refused),
        block=block.name if block else None,
        fired=decision.rule,
        overlays=tuple(row.id for row in ruleset.overlays if row.id in asked_for),
        ends=decision.placement if is_decided else "undecided",
        is_overridden=decision.overridden is not None,
    )


def _block_of(ruleset: Ruleset, rule: str | None) -> Block | None:
    if rule is None:
        return None
    for block in ruleset.blocks:
        if any(row.id == rule for row in block.rows):
            return block
    raise UsageError(
        f"the ruleset {ruleset.name} has no row {rule}",
        hint="draw the decision with the ruleset that made it",
    )
