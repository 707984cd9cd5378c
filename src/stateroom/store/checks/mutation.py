"""Finds state that was changed in place, where freezing cannot prevent it.

What the store freezes cannot be changed. Left are objects of classes that it does not
know, and the containers in a state that a plain reducer returned.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias, cast

from stateroom.errors import StateMutated
from stateroom.store.checks.kinds import (
    MEMBER,
    is_container,
    is_frozen_kind,
    is_opaque,
    parts,
)
from stateroom.store.checks.surveying import Found, Ignored, Survey, is_ignored
from stateroom.store.checks.telling import SLOW_MS, Clock, Stopwatch
from stateroom.store.drafts.nodes import printed
from stateroom.store.drafts.tables import SCALARS, is_same
from stateroom.store.middleware import Middleware, Next, StoreApi

__all__ = ("mutation_check",)

Snapshot: TypeAlias = dict[object, object] | frozenset[object]

NEVER_CHANGED: frozenset[type] = SCALARS - {frozenset}


def mutation_check(
    *,
    ignored_paths: Ignored = (),
    warn_after_ms: float = SLOW_MS,
    clock: Clock = time.perf_counter,
) -> Middleware:
    """Return a middleware that raises when state was changed in place.

    Args:
        ignored_paths: what is not looked at: paths as in the error, e.g.
            ``"roles.client"``, or patterns that are searched in them.
        warn_after_ms: a check of one dispatch that takes longer is logged.
        clock: where time is from, in seconds.

    Raises:
        StateMutated: out of a dispatch, with the path; either the change was made
            since the dispatch before, or a reducer made it.
    """
    watch = Stopwatch("mutation", limit_ms=warn_after_ms, clock=clock)

    def middleware(store: StoreApi) -> Callable[[Next], Next]:
        return lambda after: _checked(after, store, Tracker(ignored_paths), watch=watch)

    return middleware


def _checked(
    after: Next, store: StoreApi, tracker: Tracker, *, watch: Stopwatch
) -> Next:
    def seen(action: object) -> object:
        stint = watch.begin()
        with stint.measured():
            tracker.check(store.get_state(), "between dispatches")
        result = after(action)
        with stint.measured():
            tracker.check(store.get_state(), f"inside a dispatch of {_name_of(action)}")
        watch.end(stint)
        return result

    return seen


class Tracker:
    """Remembers what can be changed in place, and what it was."""

    def __init__(self, ignored: Ignored) -> None:
        self._ignored = ignored
        self._survey = Survey(
            _is_mutable, ignored=ignored, passed=NEVER_CHANGED, is_deep=True
        )
        self._kept: list[tuple[Found, Snapshot]] = []

    def check(self, state: object, when: str) -> None:
        """Compare with what was remembered, and remember ``state`` instead.

        Raises:
            StateMutated: something was changed; the next check begins anew.
        """
        path = self._changed()
        found = self._survey.look(state)
        self._kept = [(each, _snapshot(each.value)) for each in found]
        if path is not None:
            raise StateMutated(
                f"state was changed in place {when}, at {path or '<root>'}",
                path=path,
                hint="change the draft in a reducer; elsewhere work with a copy",
            )

    def _changed(self) -> str | None:
        for found, before in self._kept:
            for step in _changed_steps(before, _snapshot(found.value)):
                path = printed((*found.steps, step))
                if not is_ignored(path, self._ignored):
                    return path
        return None


def _is_mutable(value: object) -> bool:
    if is_container(value):
        return not is_frozen_kind(value)
    return is_opaque(value)


def _snapshot(value: object) -> Snapshot:
    if isinstance(value, AbstractSet):
        return frozenset(cast("AbstractSet[object]", value))
    return dict(parts(value))


def _changed_steps(before: Snapshot, now: Snapshot) -> list[object]:
    if isinstance(before, frozenset) or isinstance(now, frozenset):
        return [] if before == now else [MEMBER]
    steps = list(before) + [step for step in now if step not in before]
    return [
        step
        for step in steps
        if step not in before or step not in now or not is_same(before[step], now[step])
    ]


def _name_of(action: object) -> str:
    if isinstance(action, Mapping):
        return repr(cast("Mapping[str, object]", action).get("type"))
    return "a thunk"
