"""Updates beside the plainest model of them, through anything in any order."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from stateroom.query.optimistic import Dropped, Updates
from stateroom.store import freeze, is_frozen, produce, thaw
from tests.query.pure.recipes import (
    BASES,
    RISKY,
    Board,
    Recipe,
    applied,
    kept_identities,
    read,
)


@dataclass
class Told:
    """An update as the model has it."""

    id: int
    recipe: Recipe
    is_committed: bool = False


@dataclass
class Model:
    """Updates without any cleverness: all is applied anew each time."""

    base: Board
    updates: list[Told] = field(default_factory=list)

    def value(self) -> Board:
        return applied(self.base, [each.recipe for each in self.updates])

    def fails(self) -> list[int]:
        """Drop the updates that cannot be applied, and name them."""
        kept: list[Told] = []
        gone: list[int] = []
        for each in self.updates:
            try:
                applied(self.base, [*(one.recipe for one in kept), each.recipe])
            except LookupError:
                gone.append(each.id)
            else:
                kept.append(each)
        self.updates = kept
        return gone

    def fold(self) -> None:
        while self.updates and self.updates[0].is_committed:
            self.base = produce(freeze(self.base), self.updates.pop(0).recipe)


class AnyOrder(RuleBasedStateMachine):
    """Updates and their model, side by side."""

    @initialize(base=BASES)
    def begin(self, base: Board) -> None:
        self.updates: Updates[Board] = Updates(base)
        self.model: Model = Model(base)
        self.before: Board = self.updates.value()

    @rule(recipe=RISKY)
    def push(self, recipe: Recipe) -> None:
        try:
            self.model.updates.append(Told(0, recipe))
            self.model.value()
        except LookupError:
            self.model.updates.pop()
            with pytest.raises(LookupError):
                self.updates.push(recipe)
        else:
            self.model.updates[-1].id = self.updates.push(recipe).id

    def _at(self, at: int) -> Told:
        return self.model.updates[at % len(self.model.updates)]

    @precondition(lambda self: self.model.updates)
    @rule(at=st.integers(0, 9))
    def undo(self, at: int) -> None:
        told = self._at(at)
        assert self.updates.is_pending(told.id) is not told.is_committed
        dropped = self.updates.undo(told.id)
        if not told.is_committed:
            self.model.updates.remove(told)
        self._agree(dropped, self.model.fails())

    @precondition(lambda self: self.model.updates)
    @rule(at=st.integers(0, 9))
    def commit(self, at: int) -> None:
        told = self._at(at)
        self.updates.commit(told.id)
        told.is_committed = True
        assert self.updates.value() is self.before

    @rule(base=BASES, keeps=st.booleans())
    def rebase(self, base: Board, keeps: bool) -> None:  # noqa: FBT001 - drawn
        dropped = self.updates.rebase(base, keeps_committed=keeps)
        self.model.base = base
        self.model.updates = [
            each for each in self.model.updates if keeps or not each.is_committed
        ]
        self._agree(dropped, self.model.fails())

    @rule()
    def rebase_on_the_same(self) -> None:
        self.rebase(thaw(self.updates.base), keeps=True)

    def _agree(self, dropped: tuple[Dropped, ...], expected: list[int]) -> None:
        assert [each.id for each in dropped] == expected
        assert all(isinstance(each.error, LookupError) for each in dropped)

    @invariant()
    def both_show_the_same(self) -> None:
        if not hasattr(self, "model"):
            return
        self.model.fold()
        shown = self.updates.value()
        assert read(shown) == read(self.model.value())
        assert read(self.updates.base) == read(self.model.base)
        assert self.updates.is_empty is (not self.model.updates)
        assert is_frozen(shown)
        assert kept_identities(self.before, shown)
        self.before = shown


AnyOrder.TestCase.settings = settings(
    max_examples=100, stateful_step_count=20, deadline=None
)
TestAnyOrder = pytest.mark.timeout(120)(AnyOrder.TestCase)  # to shrink a find
