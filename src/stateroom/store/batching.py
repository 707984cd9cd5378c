"""When listeners hear of a change: at once, at the loop's next turn, or after a batch.

An action whose ``meta`` says so changes the state now, and its listeners hear of it
with the next action that is not so marked, or at the loop's next turn::

    @rows.reducer(prepare=prepare_auto_batched)
    def add(state: Rows, row: Row) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from stateroom.errors import UsageError
from stateroom.store.actions import Prepared
from stateroom.store.loops import running_loop

__all__ = (
    "SHOULD_AUTOBATCH",
    "Batching",
    "Queue",
    "on_tick",
    "on_timer",
    "prepare_auto_batched",
)

SHOULD_AUTOBATCH: Final = "RTK_autoBatch"
"""The key in ``meta``, as in Redux Toolkit."""

Queue: TypeAlias = Callable[[Callable[[], None]], object]
"""Calls what it is given later; returns False when it cannot."""


def prepare_auto_batched(payload: object) -> Prepared:
    """Prepare an action whose listeners can wait."""
    return {"payload": payload, "meta": {SHOULD_AUTOBATCH: True}}


def on_tick(call: Callable[[], None]) -> bool:
    """Call at the running loop's next turn; without one, say that it cannot."""
    loop = running_loop()
    if loop is None:
        return False
    loop.call_soon(call)
    return True


def on_timer(delay_ms: float) -> Queue:
    """Return a queue that calls so many milliseconds later."""
    if delay_ms < 0:
        raise UsageError(
            f"a timer waits 0 ms or more, got {delay_ms}",
            hint="0 waits for the next turn of the loop",
        )

    def later(call: Callable[[], None]) -> bool:
        loop = running_loop()
        if loop is None:
            return False
        loop.call_later(delay_ms / 1000, call)
        return True

    return later


class Batching:
    """Decides, for one store, whether its listeners are called now or later.

    It has no lock of its own: the store asks it inside its own.

    Attributes:
        waits: whether a batch is open or listeners have something to hear. While it is
            false, only an action with ``meta`` needs ``defer``.
    """

    def __init__(self, notify: Callable[[], None], *, queue: Queue = on_tick) -> None:
        self.waits: bool = False
        self._notify = notify
        self._queue = queue
        self._depth = 0
        self._is_due = False
        # The loop in which a call was queued: one that has ended will not call.
        self._queued_in: object = _NOWHERE

    def defer(self, action: Mapping[str, object]) -> bool:
        """Say whether the listeners shall not be called for this action now.

        Ask it when the state has changed already. An action that is not marked makes
        the store call its listeners, so that nothing is left to call later.
        """
        if self._depth:
            self._is_due = True
            return True
        if not _is_auto_batched(action):
            self._is_due = self.waits = False
            return False
        self._is_due = self.waits = True
        self._ask()
        return True

    def open(self) -> None:
        """Begin a batch: no listener is called until the outermost one is closed."""
        self._depth += 1
        self.waits = True

    def close(self) -> None:
        """End a batch; the outermost one calls the listeners if anything happened."""
        self._depth -= 1
        if self._depth == 0:
            self.waits = self._is_due
            self.flush()

    def flush(self) -> None:
        """Call the listeners now if they have something to hear."""
        if not self._is_due:
            return
        self._is_due = False
        self.waits = self._depth > 0
        self._notify()

    def _ask(self) -> None:
        here = running_loop()
        if self._queued_in is here:
            return
        self._queued_in = here
        if self._queue(self._called) is False:
            self._queued_in = _NOWHERE

    def _called(self) -> None:
        self._queued_in = _NOWHERE
        # The batch will tell them when it is closed.
        if self._depth == 0:
            self.flush()


_NOWHERE = object()


def _is_auto_batched(action: Mapping[str, object]) -> bool:
    """Say whether the listeners of an action can wait."""
    meta = action.get("meta")
    return isinstance(meta, Mapping) and bool(meta.get(SHOULD_AUTOBATCH))
