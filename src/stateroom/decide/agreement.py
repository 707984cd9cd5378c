"""Compares what two rulesets, or two locks, say of the same items.

Two answers can agree on the tiers and still differ in the placement, so both are
compared: ``persist`` as the home of originals is another thing than ``persist`` as a
copy beside the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol, TypeAlias

import msgspec

from stateroom.decide.decision import SCHEMA_VERSION, Decisions

__all__ = (
    "STATES",
    "Agreement",
    "Answer",
    "Compared",
    "Pin",
    "State",
    "answers_of",
    "compare_answers",
    "compare_decisions",
    "pinned_answers",
)

State: TypeAlias = Literal["same", "differs", "silent", "lost", "added", "removed"]
STATES: dict[State, str] = {
    "same": "both say the same",
    "differs": "they contradict each other",
    "silent": "the old one has no rule for it",
    "lost": "the new one has no rule for it, and the old one had",
    "added": "only the new one has the item",
    "removed": "only the old one has the item",
}
"""What the comparison of one item can come to."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one side says of an item.

    Attributes:
        placement: home and copies in one line, e.g. ``"source + redis/cache"``.
        tiers: the tiers used, sorted.
        rule: the row that said so, or None where none did.
        is_silent: whether nothing was said at all.
    """

    placement: str
    tiers: tuple[str, ...]
    rule: str | None = None
    is_silent: bool = False


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One item: what both sides say, and whether that is the same.

    Attributes:
        tiers: the comparison of the tiers.
        placement: the comparison of homes and copies, which asks for more.
        expected: the tiers that are right, where somebody said so.
    """

    item: str
    tiers: State
    placement: State
    old: Answer | None
    new: Answer | None
    expected: tuple[str, ...] | None = None

    @property
    def old_is_right(self) -> bool | None:
        """Whether the old side gives the expected tiers; None where nothing is."""
        return _is_right(self.old, self.expected)

    @property
    def new_is_right(self) -> bool | None:
        """Whether the new side gives the expected tiers; None where nothing is."""
        return _is_right(self.new, self.expected)


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """The comparison of two sides, item by item in the order of the new one.

    Attributes:
        old: the name of the old side; new: of the new one.
    """

    schema_version: str = SCHEMA_VERSION
    old: str
    new: str
    items: tuple[Compared, ...]

    @property
    def by_tiers(self) -> dict[State, int]:
        """How many items came to what, by their tiers; every state is named."""
        return _counted(each.tiers for each in self.items)

    @property
    def by_placement(self) -> dict[State, int]:
        """How many items came to what, by home and copies; every state is named."""
        return _counted(each.placement for each in self.items)

    @property
    def summary(self) -> str:
        """The comparison of the tiers in one sentence."""
        counts = self.by_tiers
        text = (
            f"{self.old} agrees with {self.new} on {counts['same']}, contradicts it on "
            f"{counts['differs']} and is silent on {counts['silent']} of "
            f"{len(self.items)} items"
        )
        rest = [f"{n} {state}" for state in REST if (n := counts[state])]
        return f"{text}; {', '.join(rest)}" if rest else text


REST: tuple[State, ...] = ("lost", "added", "removed")
"""States that a sentence names only when they occur."""


class Pin(Protocol):
    """An item of a lock, as far as it is compared."""

    @property
    def placement(self) -> str:
        """Home and copies in one line."""

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers used."""

    @property
    def rule(self) -> str:
        """The row that decided, or ``"none"``."""

    @property
    def override(self) -> str | None:
        """The reason of an override, or None."""


def compare_decisions(
    old: Decisions,
    new: Decisions,
    expected: Mapping[str, tuple[str, ...]] | None = None,
) -> Agreement:
    """Compare the decisions that two rulesets make of one catalogue.

    Args:
        old: by the one ruleset.
        new: by the other.
        expected: the tiers that are right, by item, where somebody knows.
    """
    return compare_answers(
        answers_of(old),
        answers_of(new),
        names=(old.ruleset.name, new.ruleset.name),
        expected=expected,
    )


def compare_answers(
    old: Mapping[str, Answer],
    new: Mapping[str, Answer],
    *,
    names: tuple[str, str] = ("old", "new"),
    expected: Mapping[str, tuple[str, ...]] | None = None,
) -> Agreement:
    """Compare two sides of any kind, item by item."""
    items = dict.fromkeys([*new, *old])
    right = expected or {}
    return Agreement(
        old=names[0],
        new=names[1],
        items=tuple(
            _compared(item, old.get(item), new.get(item), right.get(item))
            for item in items
        ),
    )


def answers_of(decisions: Decisions) -> dict[str, Answer]:
    """Return what decisions say, by item."""
    return {
        each.item: Answer(
            placement=each.placement,
            tiers=each.tiers,
            rule=each.rule,
            is_silent=each.rule is None and each.overridden is None,
        )
        for each in decisions.decisions
    }


def pinned_answers(items: Mapping[str, Pin]) -> dict[str, Answer]:
    """Return what the items of a lock say."""
    return {
        name: Answer(
            placement=pin.placement,
            tiers=pin.tiers,
            rule=pin.rule,
            is_silent=pin.rule == "none" and pin.override is None,
        )
        for name, pin in items.items()
    }


def _compared(
    item: str, old: Answer | None, new: Answer | None, expected: tuple[str, ...] | None
) -> Compared:
    state = _unanswered(old, new)
    if state is None and old and new:
        tiers: State = "same" if old.tiers == new.tiers else "differs"
        placement: State = "same" if _sorted(old) == _sorted(new) else "differs"
    else:
        tiers = placement = state or "same"
    return Compared(
        item=item, tiers=tiers, placement=placement, old=old, new=new, expected=expected
    )


def _unanswered(old: Answer | None, new: Answer | None) -> State | None:
    """Say why there is nothing to compare, or None when there is."""
    if old is None or new is None:
        return "added" if old is None else "removed"
    if old.is_silent:
        return "silent"
    return "lost" if new.is_silent else None


def _sorted(answer: Answer) -> tuple[str, ...]:
    """Return home and copies; the order of copies means nothing."""
    home, *copies = answer.placement.split(" + ")
    return (home, *sorted(copies))


def _is_right(answer: Answer | None, expected: tuple[str, ...] | None) -> bool | None:
    if answer is None or expected is None:
        return None
    return not answer.is_silent and set(answer.tiers) == set(expected)


def _counted(states: Iterable[State]) -> dict[State, int]:
    counts: Counter[State] = Counter(states)
    return {state: counts[state] for state in STATES}
