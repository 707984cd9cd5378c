"""Finds values in actions and state that have no plain form.

They work until somebody looks: the devtools, a log, a storage or another language.
"""

from __future__ import annotations

import reprlib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from stateroom.errors import NotPlain, NotSerialisable
from stateroom.store.checks.kinds import is_container
from stateroom.store.checks.surveying import Found, Ignored, Survey
from stateroom.store.checks.telling import (
    SLOW_MS,
    Clock,
    Stopwatch,
    warn_where_dispatched,
)
from stateroom.store.middleware import Middleware, Next, StoreApi
from stateroom.store.plain import to_plain

__all__ = ("has_plain_form", "serialisability_check")

Judge: TypeAlias = Callable[[object], bool]

PLAIN: Final[frozenset[type]] = frozenset({type(None), bool, int, float, str})
"""Most values are of these, and each of them has a plain form."""

META: Final = ("meta.arg", "meta.baseQueryMeta")
"""What of an action tells of a request that was made; as in Redux Toolkit."""


def has_plain_form(value: object) -> bool:
    """Say whether a value, whatever it holds, has a form that JSON can hold."""
    if type(value) in PLAIN or is_container(value):
        return True
    try:
        to_plain(value)
    except NotPlain:
        return False
    return True


def serialisability_check(
    *,
    is_serialisable: Judge = has_plain_form,
    ignored_actions: Collection[str] = (),
    ignored_action_paths: Ignored = META,
    ignored_paths: Ignored = (),
    warn_after_ms: float = SLOW_MS,
    clock: Clock = time.perf_counter,
) -> Middleware:
    """Return a middleware that warns of values that JSON cannot hold.

    It warns with ``NotSerialisable``: of an action each time, of the state once for
    each path where such a value comes to be. Nothing is refused.

    Args:
        is_serialisable: says of one value, apart from what it holds, whether it is in
            order; by default, whether ``to_plain`` takes it.
        ignored_actions: types of actions that are not looked at.
        ignored_action_paths: what of an action is not looked at: paths as in the
            warning, e.g. ``"payload.file"``, or patterns that are searched in them.
        ignored_paths: likewise, of the state.
        warn_after_ms: a check of one dispatch that takes longer is logged.
        clock: where time is from, in seconds.
    """
    passed = PLAIN if is_serialisable is has_plain_form else frozenset()

    def survey(ignored: Ignored) -> Survey:
        return Survey(
            lambda value: not is_serialisable(value), ignored=ignored, passed=passed
        )

    checking = _Checking(
        watch=Stopwatch("serialisability", limit_ms=warn_after_ms, clock=clock),
        ignored_actions=frozenset(ignored_actions),
        in_actions=lambda: survey(ignored_action_paths),
        in_state=lambda: survey(ignored_paths),
    )
    return checking.middleware


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checking:
    """What one check was told to do."""

    watch: Stopwatch
    ignored_actions: frozenset[str]
    in_actions: Callable[[], Survey]
    in_state: Callable[[], Survey]

    def middleware(self, store: StoreApi) -> Callable[[Next], Next]:
        survey, told = self.in_state(), set[str]()

        def around(after: Next) -> Next:
            def seen(action: object) -> object:
                if not isinstance(action, Mapping):
                    return after(action)
                result = after(action)
                stint = self.watch.begin()
                with stint.measured():
                    self._look_at_action(action)
                    found = survey.look(store.get_state())
                    _tell_of_state(found, told, kind=action.get("type"))
                self.watch.end(stint)
                return result

            return seen

        return around

    def _look_at_action(self, action: Mapping[object, object]) -> None:
        kind = action.get("type")
        if kind in self.ignored_actions:
            return
        for found in self.in_actions().look(action)[:1]:
            warn_where_dispatched(
                f"the action {kind!r} holds what JSON cannot: {_shown(found)}",
                NotSerialisable,
            )


def _tell_of_state(found: tuple[Found, ...], told: set[str], *, kind: object) -> None:
    """Warn of what was not there before; remember what is there now."""
    new = [each for each in found if each.path not in told]
    told.clear()
    told.update(each.path for each in found)
    for each in new:
        warn_where_dispatched(
            f"after {kind!r}, the state holds what JSON cannot: {_shown(each)}",
            NotSerialisable,
        )


def _shown(found: Found) -> str:
    kind = type(found.value)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    return f"{found.path or 'itself'} is {reprlib.repr(found.value)}, a {name}"
