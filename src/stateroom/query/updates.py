"""The updates of a client's entries: what is shown above what the server said.

The state holds what is shown. While an entry has open updates, an answer is written in
three steps, in one batch: the updates are lifted off, the answer is written, and they
are laid on it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from stateroom.errors import InvalidQuery
from stateroom.query.actions import batched
from stateroom.query.asking import Query
from stateroom.query.core import Core
from stateroom.query.optimistic import Dropped, Recipe, Updates
from stateroom.query.patching import replaced
from stateroom.query.sharing import share
from stateroom.query.state import QueryEntry
from stateroom.query.updating import Update
from stateroom.store.patches import produce_with_patches
from stateroom.store.undefined import UNDEFINED

__all__ = ("Stacks",)


class Stacks:
    """The updates of one client, by cache key."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._stacks: dict[str, Updates[object]] = {}

    def push(self, query: Query[object], recipe: Recipe[object]) -> Update:
        """Show an update that is open; where there is no data, nothing happens.

        Raises:
            Exception: what the recipe raises, or ``produce`` about it.
        """
        self._core.definition(query)
        key, entry = query.key, self._core.entry(query.key)
        if entry is None or entry.data is UNDEFINED:
            return Update()
        stack = self._stacks.get(key)
        if stack is None:
            stack = Updates(entry.data)
        pushed = stack.push(recipe)
        self._stacks[key] = stack
        if pushed.patches:
            self._show(key, entry, pushed.patches)
        return Update(
            pushed.patches,
            pushed.inverse,
            undo=lambda: self._end(key, stack, pushed.id, commits=False),
            keep=lambda: self._end(key, stack, pushed.id, commits=True),
        )

    def change(self, query: Query[object], recipe: Recipe[object]) -> Update:
        """Change data finally, below what is open; without data, nothing happens.

        The recipe is run once: an answer would not be computed twice either.

        Raises:
            Exception: what the recipe raises, or ``produce`` about it.
        """
        self._core.definition(query)
        key, entry = query.key, self._core.entry(query.key)
        if entry is None or entry.data is UNDEFINED:
            return Update()
        stack = self._stacks.get(key)
        made = produce_with_patches(entry.data if stack is None else stack.base, recipe)
        if not made.patches:
            return Update()
        if stack is None:
            self._show(key, entry, made.patches)
        else:
            self._report(stack.rebase(made.state, keeps_committed=True))
            self._put(key, stack.value())
            self._keep(key, stack)
        return Update(made.patches, made.inverse)

    @contextmanager
    def lifted(self, key: str, *, is_merged: bool) -> Iterator[None]:
        """Lift the updates of an entry off while an answer is written."""
        stack = self._stacks.get(key)
        if stack is None:
            yield
            return
        with self._core.batch():
            self._put(key, stack.base)
            try:
                yield
            finally:
                self._lay(key, stack, is_merged=is_merged)

    def forget(self, key: str) -> None:
        """Forget the updates of an entry that is gone, or that others wrote."""
        self._stacks.pop(key, None)

    def clear(self) -> None:
        """Forget all updates."""
        self._stacks.clear()

    def _lay(self, key: str, stack: Updates[object], *, is_merged: bool) -> None:
        entry = self._core.entry(key)
        if entry is None or self._stacks.get(key) is not stack:
            return
        self._report(stack.rebase(entry.data, keeps_committed=is_merged))
        self._put(key, stack.value())
        self._keep(key, stack)

    def _end(
        self, key: str, stack: Updates[object], update: int, *, commits: bool
    ) -> None:
        if self._stacks.get(key) is not stack:
            return
        if commits:
            stack.commit(update)
        else:
            self._report(stack.undo(update))
            self._put(key, stack.value())
        self._keep(key, stack)

    def _put(self, key: str, value: object) -> None:
        """Show a value, with what is there of it as it is."""
        entry = self._core.entry(key)
        if entry is None:
            return
        shown = share(entry.data, value)
        if shown is not entry.data:
            self._show(key, entry, replaced(shown))

    def _show(self, key: str, entry: QueryEntry, patches: Iterable[object]) -> None:
        types = self._core.types
        patched = {"queryCacheKey": key, "patches": tuple(patches)}
        self._core.send(batched(types.patched, patched))
        after = self._core.entry(key)
        definition = self._core.api.definitions.get(entry.endpoint)
        if after is None or definition is None:
            return
        try:
            tags = definition.tags(after.data, error=None, arg=after.arg, meta={})
        except InvalidQuery as error:
            self._core.report(error, "no tags are known of an update")
            return
        provided = {"queryCacheKey": key, "providedTags": tags}
        self._core.send(batched(types.provided, (provided,)))

    def _keep(self, key: str, stack: Updates[object]) -> None:
        if stack.is_empty:
            self._stacks.pop(key, None)
        else:
            self._stacks[key] = stack

    def _report(self, dropped: Iterable[Dropped]) -> None:
        for each in dropped:
            self._core.report(each.error, "an update was dropped")
