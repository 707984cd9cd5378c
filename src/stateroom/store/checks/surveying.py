"""Finds values in a state, and remembers the parts of it that cannot have changed.

A frozen part of the state that is the same object as last time holds the same as last
time. So a check costs as much as what changed, and not as much as there is.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stateroom.store.checks.kinds import is_container, is_frozen_kind, is_opaque, parts
from stateroom.store.drafts.nodes import printed

__all__ = ("Found", "Ignored", "Survey", "is_ignored")

Ignored: TypeAlias = Sequence[str | re.Pattern[str]]
"""Paths, as messages show them; a pattern means every path in which it is found."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value that was looked for.

    Attributes:
        steps: keys, indexes and field names that lead to it.
        value: the value itself.
    """

    steps: tuple[object, ...]
    value: object

    @property
    def path(self) -> str:
        """Where it is, as Python would write it."""
        return printed(self.steps)

    def below(self, step: object) -> Found:
        """Return it as seen from one level above."""
        return Found((step, *self.steps), self.value)


@dataclass(eq=False, slots=True)
class Seen:
    """One part of the state as it was last time.

    Attributes:
        value: the part itself.
        below: what it holds that can hold more, or was found; by step.
        found: what was found in it.
        is_lasting: whether the same object holds the same next time.
    """

    value: object
    below: dict[object, Seen]
    found: tuple[Found, ...]
    is_lasting: bool


class Survey:
    """Looks for values in a tree, time after time."""

    def __init__(
        self,
        is_sought: Callable[[object], bool],
        *,
        ignored: Ignored = (),
        passed: frozenset[type] = frozenset(),
        is_deep: bool = False,
    ) -> None:
        """Say what to look for.

        Args:
            is_sought: says whether a value is one.
            ignored: paths that are not looked at, with all below them.
            passed: classes whose instances are never sought and hold nothing.
            is_deep: whether to look also into what was found; else a container that
                holds itself counts as found, since there is no end to it.
        """
        self._is_sought = is_sought
        self._ignored = tuple(ignored)
        self._passed = passed
        self._is_deep = is_deep
        self._looking = threading.Lock()
        self._before: Seen | None = None
        self._above: set[int] = set()
        self._is_inside_object = False

    def look(self, root: object) -> tuple[Found, ...]:
        """Return all that is sought in ``root``, in order."""
        # What is above the part that is looked at belongs to one look at a time.
        with self._looking:
            self._before = self._see(root, self._before, ())
            return () if self._before is None else self._before.found

    def _see(
        self, value: object, before: Seen | None, steps: tuple[object, ...]
    ) -> Seen | None:
        if before is not None and before.value is value and before.is_lasting:
            return before
        is_object = self._is_deep and is_opaque(value)
        if is_object and self._is_inside_object:
            return None  # or one client object leads to every other
        is_cycle = id(value) in self._above
        is_found = self._is_sought(value) or (is_cycle and not self._is_deep)
        found = (Found((), value),) if is_found else ()
        is_open = is_object or is_container(value)
        if is_cycle or not is_open or (is_found and not self._is_deep):
            return Seen(value, {}, found, is_lasting=not is_cycle) if is_found else None
        seen = Seen(value, {}, found, is_frozen_kind(value))
        self._above.add(id(value))
        self._is_inside_object = is_object or self._is_inside_object
        try:
            self._look_into(seen, before, steps)
        finally:
            self._above.discard(id(value))
            self._is_inside_object = self._is_inside_object and not is_object
        return seen

    def _look_into(
        self, seen: Seen, before: Seen | None, steps: tuple[object, ...]
    ) -> None:
        known = {} if before is None else before.below
        found = list(seen.found)
        for step, part in parts(seen.value):
            if type(part) in self._passed or self._is_ignored((*steps, step)):
                continue
            below = self._see(part, known.get(step), (*steps, step))
            if below is None:
                continue
            seen.below[step] = below
            seen.is_lasting = seen.is_lasting and below.is_lasting
            found += [each.below(step) for each in below.found]
        seen.found = tuple(found)

    def _is_ignored(self, steps: tuple[object, ...]) -> bool:
        return bool(self._ignored) and is_ignored(printed(steps), self._ignored)


def is_ignored(path: str, ignored: Ignored) -> bool:
    """Say whether a path is one of those that are not looked at."""
    return any(
        each == path if isinstance(each, str) else each.search(path) is not None
        for each in ignored
    )
