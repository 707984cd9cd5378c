"""Updates that are shown before the server has confirmed them, and can be taken back.

A base is what the server said. On it stand updates, each a recipe that changes a draft;
what is shown is the base with all of them applied, in order. So an update is taken back
by leaving it out, whatever came after it; and what the server says next takes the place
of the base, below the updates that are still unconfirmed.

These laws hold, as far as recipes give the same for the same data and none fails:

1. What is shown equals all updates applied to the base, one after another.
2. An undone update was never there: whichever are undone, in whatever order, what is
   shown equals what the others alone would show.
3. A new base before or after an undo makes no difference.
4. A commit changes nothing that is shown. A committed update cannot be undone; the next
   base replaces it, as it contains what the update foretold.
5. What did not change keeps its identity, whatever is done, in every part of what is
   shown. A push that is undone gives back the very object.

A recipe that fails when it is applied anew, as what it changes is gone, is dropped and
told to whoever asked; the other updates stay. If a recipe fails at its push, nothing
happened at all.

In RTK Query, an undo puts back what was there before the update; it takes later ones
with it, and a response that arrives meanwhile wipes them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from stateroom.errors import InvalidQuery
from stateroom.query.sharing import share
from stateroom.store.drafts import freeze, produce
from stateroom.store.patches import Patch, produce_with_patches
from stateroom.store.undefined import Nothing

__all__ = ("Dropped", "Pushed", "Recipe", "Updates")

T = TypeVar("T")

Recipe: TypeAlias = Callable[[T], T | Nothing | None]
"""Changes a draft, or returns the next value; applied anew when others are undone."""


class Pushed(NamedTuple):
    """An update that is shown now.

    Attributes:
        id: names it, to undo or to commit it.
        patches: lead from what was shown to what is.
        inverse: lead back.
    """

    id: int
    patches: tuple[Patch, ...]
    inverse: tuple[Patch, ...]


class Dropped(NamedTuple):
    """An update that could not be applied any more.

    Attributes:
        id: of the update.
        error: what its recipe raised.
    """

    id: int
    error: Exception


@dataclass(frozen=True, slots=True)
class _Update(Generic[T]):
    """One update, and what is shown with all up to it."""

    id: int
    recipe: Recipe[T]
    shown: T
    is_committed: bool = False


class Updates(Generic[T]):
    """The updates of the data of one query.

    Every method either does what it says or raises and leaves all as it was.

    Args:
        base: what the server said.
    """

    def __init__(self, base: T) -> None:
        self._base: T = freeze(base)
        self._updates: tuple[_Update[T], ...] = ()
        self._last_id: int = 0
        self._is_applying: bool = False

    @property
    def base(self) -> T:
        """What the server said, with the updates that were committed before others."""
        return self._base

    @property
    def is_empty(self) -> bool:
        """Whether no update is left: what is shown is the base."""
        return not self._updates

    def is_pending(self, update: int) -> bool:
        """Say whether an update can still be undone."""
        return any(
            each.id == update and not each.is_committed for each in self._updates
        )

    def value(self) -> T:
        """Return what is shown, frozen."""
        return self._updates[-1].shown if self._updates else self._base

    def push(self, recipe: Recipe[T]) -> Pushed:
        """Show one more update.

        Raises:
            Exception: what the recipe raised, or ``produce`` about it.
            InvalidQuery: it is called in a recipe of these updates.
        """
        with self._applying():
            before = self.value()
            made = produce_with_patches(before, recipe)
        shown = share(before, made.state)
        self._last_id += 1
        self._updates = (*self._updates, _Update(self._last_id, recipe, shown))
        return Pushed(self._last_id, made.patches, made.inverse)

    def undo(self, update: int) -> tuple[Dropped, ...]:
        """Take an update back; nothing happens when it is not pending.

        Returns:
            Later updates that cannot be applied without it.

        Raises:
            InvalidQuery: it is called in a recipe of these updates.
        """
        with self._applying():
            if not self.is_pending(update):
                return ()
            at = [each.id for each in self._updates].index(update)
            return self._apply(
                self._base, kept=self._updates[:at], rest=self._updates[at + 1 :]
            )

    def commit(self, update: int) -> None:
        """Keep an update until the next base; nothing happens when it is not pending.

        Raises:
            InvalidQuery: it is called in a recipe of these updates.
        """
        with self._applying():
            marked = tuple(
                replace(each, is_committed=True) if each.id == update else each
                for each in self._updates
            )
            self._take(self._base, marked)

    def rebase(self, base: T, *, keeps_committed: bool = False) -> tuple[Dropped, ...]:
        """Take what the server says now as the base, below what is pending.

        Args:
            base: what it says.
            keeps_committed: whether what was committed still has to be applied, because
                the new base was made of the old one and does not contain it.

        Returns:
            Updates that cannot be applied to it.

        Raises:
            DraftMisuse: ``base`` holds a draft, or itself.
            InvalidQuery: it is called in a recipe of these updates.
        """
        with self._applying():
            return self._apply(
                freeze(base),
                kept=(),
                rest=tuple(
                    each
                    for each in self._updates
                    if keeps_committed or not each.is_committed
                ),
            )

    def _apply(
        self, base: T, *, kept: tuple[_Update[T], ...], rest: tuple[_Update[T], ...]
    ) -> tuple[Dropped, ...]:
        """Show updates on a base.

        Args:
            base: of them all.
            kept: the first ones, of which what they show stays.
            rest: those after them, to be applied anew.
        """
        before = self.value()
        done = list(kept)
        shown = done[-1].shown if done else base
        dropped: list[Dropped] = []
        for each in rest:
            try:
                shown = produce(shown, each.recipe)
            except Exception as error:
                dropped.append(Dropped(each.id, error))
            else:
                done.append(replace(each, shown=shown))
        shown = share(before, shown)
        if done:
            done[-1] = replace(done[-1], shown=shown)
        self._take(base if done else shown, tuple(done))
        return tuple(dropped)

    def _take(self, base: T, updates: tuple[_Update[T], ...]) -> None:
        """Take a base and updates on it; what needs no replay becomes the base."""
        folded = list(takewhile(lambda each: each.is_committed, updates))
        self._base = folded[-1].shown if folded else base
        self._updates = updates[len(folded) :]

    @contextmanager
    def _applying(self) -> Iterator[None]:
        if self._is_applying:
            raise InvalidQuery(
                "updates were changed from within a recipe of theirs",
                hint="a recipe changes its draft and nothing else: it runs again "
                "whenever an update before it is undone",
            )
        self._is_applying = True
        try:
            yield
        finally:
            self._is_applying = False
