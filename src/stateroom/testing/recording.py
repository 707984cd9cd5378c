"""A middleware that keeps every action, and assertions that tell what came instead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, cast

from stateroom.store.actions import Action, Matcher, type_of
from stateroom.store.loops import resolve
from stateroom.store.middleware import Next, StoreApi

__all__ = ("ActionRecorder",)

PATIENCE_S = 10.0
"""A test that waits for longer has stopped; it is told for what."""
MOST_SHOWN = 20
"""Actions that an assertion tells, the newest."""
_ANY: Final = object()
_NOTHING: Final = object()


class ActionRecorder:
    """Records the actions that reach the end of a store's middlewares.

    Give it to one store, as the last of ``middleware``; thunks are not actions and are
    not seen. Actions are kept as they are, not copied.

    Example::

        recorder = ActionRecorder()
        store = Store(roles, middleware=(recorder,))
        store.dispatch(select("nurse"))
        recorder.assert_dispatched(select, payload="nurse")
    """

    def __init__(self) -> None:
        self._actions: list[Action] = []
        self._waiting: list[tuple[str, asyncio.Future[Action]]] = []

    def __call__(self, api: StoreApi) -> Callable[[Next], Next]:
        """Return what stands around the rest of a store's chain."""
        del api

        def around(rest: Next) -> Next:
            def seen(action: object) -> object:
                if isinstance(action, Mapping):
                    self._keep(cast("Action", action))
                return rest(action)

            return seen

        return around

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every action so far, the oldest first."""
        return tuple(self._actions)

    @property
    def types(self) -> tuple[str, ...]:
        """The type of every action so far, the oldest first."""
        return tuple(each["type"] for each in self.actions)

    def of(self, source: str | Matcher) -> tuple[Action, ...]:
        """Return the actions of one creator, or of one type."""
        kind = type_of(source)
        return tuple(each for each in self.actions if each["type"] == kind)

    def clear(self) -> None:
        """Forget every action so far."""
        self._actions.clear()

    def assert_dispatched(
        self, source: str | Matcher, *, payload: object = _ANY, times: int | None = None
    ) -> Action:
        """Assert that an action of this creator, or type, was dispatched.

        Args:
            source: the creator, or the type as text.
            payload: what it must have carried; anything when not given.
            times: how often, exactly; at least once when not given.

        Returns:
            The last such action.

        Raises:
            AssertionError: it was not; the message tells what was.
        """
        kind = type_of(source)
        found = [each for each in self.of(kind) if _carries(each, payload)]
        if found and times in {None, len(found)}:
            return found[-1]
        raise AssertionError(self._missing(kind, payload, len(found), times))

    def assert_not_dispatched(
        self, source: str | Matcher, *, payload: object = _ANY
    ) -> None:
        """Assert that no action of this creator, or type, was dispatched.

        Raises:
            AssertionError: one was; the message tells which.
        """
        found = [each for each in self.of(source) if _carries(each, payload)]
        if found:
            told = "\n".join(f"  {_shown(each)}" for each in found[-MOST_SHOWN:])
            raise AssertionError(f"{type_of(source)} was dispatched:\n{told}")

    async def dispatched(
        self, source: str | Matcher, *, timeout_s: float = PATIENCE_S
    ) -> Action:
        """Wait for an action of this creator, or type; not at all if there was one.

        Returns:
            The last one that there was, else the first that comes.

        Raises:
            AssertionError: none came in time; the message tells what did.
        """
        kind = type_of(source)
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Action] = loop.create_future()
        self._waiting.append((kind, waiting))
        # Looked at after that: an action from another thread must not slip through.
        for each in self.of(kind)[-1:]:
            resolve(waiting, each)
        try:
            done, _ = await asyncio.wait({waiting}, timeout=timeout_s)
        finally:
            self._waiting.remove((kind, waiting))
        if not done:
            late = f"in {timeout_s:g} s, {self._missing(kind, _ANY, 0, None)}"
            raise AssertionError(late)
        return waiting.result()

    def _keep(self, action: Action) -> None:
        self._actions.append(action)
        for kind, waiting in tuple(self._waiting):
            if action.get("type") == kind:
                resolve(waiting, action)

    def _missing(
        self, kind: str, payload: object, count: int, times: int | None
    ) -> str:
        wanted = kind if payload is _ANY else f"{kind} with payload {payload!r}"
        often = "" if times is None else f" {times} times, but {count}"
        alike = () if times is not None else self.of(kind)
        shown = (alike or self.actions)[-MOST_SHOWN:]
        if not shown:
            return f"{wanted} was not dispatched{often}: nothing was"
        told = "\n".join(f"  {_shown(each)}" for each in shown)
        instead = "it was with" if alike else "dispatched were"
        return f"{wanted} was not dispatched{often}; {instead}:\n{told}"


def _carries(action: Action, payload: object) -> bool:
    return payload is _ANY or bool(action.get("payload", _NOTHING) == payload)


def _shown(action: Action) -> str:
    rest = ", ".join(f"{key}={each!r}" for key, each in action.items() if key != "type")
    return f"{action['type']} {rest}".rstrip()
