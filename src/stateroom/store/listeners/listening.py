"""A middleware that calls functions when something has happened in the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Literal, Protocol, TypeAlias, TypeVar, cast

from stateroom.errors import UsageError
from stateroom.store.actions import Action
from stateroom.store.listeners.api import Effect, TypedEffect
from stateroom.store.listeners.entries import (
    Entries,
    Entry,
    Predicate,
    sought_by,
)
from stateroom.store.listeners.running import EffectRun, Shared
from stateroom.store.listeners.tasks import Timer
from stateroom.store.loops import running_loop
from stateroom.store.middleware import Next, StoreApi
from stateroom.store.thunks.matching import HasMatch, Matchable, is_any_of
from stateroom.store.undefined import UNDEFINED

__all__ = ("ErrorSeen", "ListenerMiddleware", "Stop", "create_listeners")

E = TypeVar("E", bound=TypedEffect)

ErrorSeen: TypeAlias = Callable[[Exception, Literal["effect", "predicate"]], object]
"""Is told what an effect or a predicate raised, and which of the two it was."""

_log = logging.getLogger("stateroom.store")


class Stop(Protocol):
    """Takes a listener away; calling it again changes nothing."""

    def __call__(self, *, cancel_active: bool = False) -> None:
        """Stop listening.

        Args:
            cancel_active: also stop what the listener is doing now.
        """
        ...


class ListenerMiddleware:
    """Listeners, and the middleware that tells them of each action.

    A listener hears of an action when its reducers have run. What it raises never
    reaches whoever dispatched.
    """

    def __init__(
        self,
        *,
        on_error: ErrorSeen | None = None,
        extra: object = UNDEFINED,
        timer: Timer | None = None,
    ) -> None:
        """Make a middleware without listeners.

        Args:
            on_error: is told what effects and predicates raise; without it, that is
                logged by the logger ``stateroom.store``.
            extra: what effects find in ``api.extra``; without it, the store's.
            timer: where ``delay`` and timeouts have their time from; without it, from
                the running loop.
        """
        self._on_error = on_error or _logged
        self._loop: asyncio.AbstractEventLoop | None = None
        self._entries: Entries[Effect] = Entries()
        self._running: set[EffectRun] = set()
        self._shared = Shared(
            entries=self._entries,
            running=self._running,
            report=lambda error: self._report(error, "effect"),
            find_loop=self._find_loop,
            timer=timer,
            extra=extra,
        )

    def start(
        self,
        effect: Effect | TypedEffect,
        *,
        action: HasMatch | None = None,
        type: str | None = None,  # noqa: A002 - the name that users of Redux know
        matcher: Matchable | None = None,
        predicate: Predicate | None = None,
    ) -> Stop:
        """Add a listener at the end; one that is there already is not added again.

        Args:
            effect: what to do: a function, or a coroutine function, of the action and
                a ``ListenerApi``.
            action: an action creator, whose actions are meant.
            type: the type that is meant.
            matcher: a matcher, or a function of the action.
            predicate: a function of the action, the root state after it and the root
                state before it.

        Returns:
            What takes the listener away again.

        Raises:
            UsageError: not exactly one says which actions are meant.
        """
        what = sought_by(action=action, type=type, matcher=matcher, predicate=predicate)
        given = cast("Effect", effect)
        entry = self._entries.find(what, given) or Entry(what, given)
        self._entries.add(entry)

        def stop(*, cancel_active: bool = False) -> None:
            self._stop(entry, is_hard=cancel_active)

        return stop

    def on(
        self,
        *actions: HasMatch,
        type: str | None = None,  # noqa: A002 - as above
        matcher: Matchable | None = None,
        predicate: Predicate | None = None,
    ) -> Callable[[E], E]:
        """Have the decorated function listen; of several actions, to any of them."""
        action = actions[0] if len(actions) == 1 else None
        if len(actions) > 1:
            if matcher is not None:
                raise UsageError(
                    "a listener waits for actions or a matcher, not both",
                    hint="register it twice",
                )
            matcher = is_any_of(*actions)

        def add(effect: E) -> E:
            self.start(
                effect, action=action, type=type, matcher=matcher, predicate=predicate
            )
            return effect

        return add

    def stop(
        self,
        effect: Effect | TypedEffect,
        *,
        action: HasMatch | None = None,
        type: str | None = None,  # noqa: A002 - as above
        matcher: Matchable | None = None,
        predicate: Predicate | None = None,
        cancel_active: bool = False,
    ) -> bool:
        """Take the listener away that was started so; say whether there was one.

        Args:
            effect: as given to ``start``; so are those that follow.
            action: as above.
            type: as above.
            matcher: as above.
            predicate: as above.
            cancel_active: also stop what the listener is doing now.
        """
        what = sought_by(action=action, type=type, matcher=matcher, predicate=predicate)
        entry = self._entries.find(what, cast("Effect", effect))
        if entry is None:
            return False
        self._stop(entry, is_hard=cancel_active)
        return True

    def clear(self) -> None:
        """Take every listener away, and stop whatever they are doing."""
        self._entries.clear()
        for run in tuple(self._running):
            run.cancel()

    def middleware(self, store: StoreApi, /) -> Callable[[Next], Next]:
        """Give it to the store: ``Store(..., middleware=[listeners.middleware])``."""

        def around(after: Next) -> Next:
            def seen(action: object) -> object:
                if not isinstance(action, Mapping) or "type" not in action:
                    return after(action)
                original = store.get_state()
                result = after(action)
                self._tell(store, cast("Action", action), original)
                return result

            return seen

        return around

    def _tell(self, store: StoreApi, action: Action, original: object) -> None:
        self._loop = running_loop() or self._loop
        entries = self._entries.current()
        if not entries:
            return
        kind, state = action["type"], store.get_state()
        for entry in entries:
            if entry.sought.type and entry.sought.type != kind:
                continue
            try:
                is_meant = entry.sought.judge(action, state, original)
            except Exception as error:
                self._report(error, "predicate")
                continue
            if is_meant:
                run = EffectRun(entry, self._shared, store=store, original=original)
                run.begin(action)

    def _stop(self, entry: Entry[Effect], *, is_hard: bool) -> None:
        self._entries.remove(entry)
        if is_hard:
            entry.cancel_runs()

    def _find_loop(self) -> asyncio.AbstractEventLoop | None:
        loop = self._loop
        return loop if loop is not None and loop.is_running() else None

    def _report(
        self, error: Exception, raised_by: Literal["effect", "predicate"]
    ) -> None:
        try:
            self._on_error(error, raised_by)
        except Exception:
            _log.exception("on_error failed; the %s had raised %r", raised_by, error)


def create_listeners(
    *,
    on_error: ErrorSeen | None = None,
    extra: object = UNDEFINED,
    timer: Timer | None = None,
) -> ListenerMiddleware:
    """Return a ``ListenerMiddleware``; see there for the arguments."""
    return ListenerMiddleware(on_error=on_error, extra=extra, timer=timer)


def _logged(error: Exception, raised_by: str) -> None:
    _log.error("the %s of a listener failed", raised_by, exc_info=error)
