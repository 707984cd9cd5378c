"""The heart of a store: the state, the lock around it, and the end of the chain.

A dispatch holds one lock from the reducer to the last listener, so that dispatches of
several threads follow each other; one that a listener makes runs inside the first, as
in Redux. Reading needs no lock: the state is one reference to a frozen value.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import RLock, get_ident
from typing import cast

from stateroom.errors import InReducer
from stateroom.store.batching import Batching, Queue
from stateroom.store.combining import Reducer
from stateroom.store.drafts.producing import freeze
from stateroom.store.seams import Instrument
from stateroom.store.subscribing import Listeners
from stateroom.store.undefined import UNDEFINED
from stateroom.store.validating import type_in, without_type

__all__ = ("Kernel",)


class Kernel:
    """What reduces actions and tells the listeners; a store is the face of it."""

    def __init__(self, reducer: Reducer, preloaded: object, queue: Queue) -> None:
        self._lock = RLock()
        # The thread in which a reducer runs; 0 while none does.
        self._reducing_in = 0
        self._reducer: Reducer = reducer
        self._instrument: Instrument | None = None
        self._listeners = Listeners()
        self._batching = Batching(self._notify, queue=queue)
        self._state: object = UNDEFINED if preloaded is UNDEFINED else freeze(preloaded)

    @property
    def state(self) -> object:
        """The root state: a frozen mapping from slice names to their states."""
        if self._reducing_in:
            self._refuse_in_reducer("the state is read")
        return self._state

    def get_state(self) -> object:
        """Return the root state; like ``state``."""
        return self.state

    def root_state(self) -> object:
        """Return the root state, also while a reducer runs."""
        return self._state

    def _perform(self, action: object) -> object:
        """Reduce an action and tell the listeners: the end of the chain."""
        kind = action.get("type") if type(action) is dict else type_in(action)
        if type(kind) is not str:
            raise without_type(action)
        given = cast("Mapping[str, object]", action)
        with self._lock:
            if self._reducing_in:
                self._refuse_in_reducer(f"{kind!r} is dispatched")
            self._reducing_in = get_ident()
            try:
                if self._instrument is None:
                    self._state = self._reducer(self._state, given)
                else:
                    self._state = self._instrument.perform(given)
            finally:
                self._reducing_in = 0
            batching = self._batching
            if (batching.waits or "meta" in given) and batching.defer(given):
                return action
            for call in self._listeners.calls:
                call()
        return action

    def _notify(self) -> None:
        with self._lock:
            for call in self._listeners.calls:
                call()

    def _refuse_in_reducer(self, what: str) -> None:
        # Another thread may read while a reducer runs: it sees the state of before.
        if self._reducing_in == get_ident():
            raise InReducer(
                f"{what} inside a reducer",
                hint="a reducer has its arguments alone; use a thunk or listener",
            )

    # -- the seam for devtools

    def _attach(self, instrument: Instrument) -> None:
        with self._lock:
            self._instrument = instrument

    def _detach(self) -> None:
        with self._lock:
            self._instrument = None

    def _show(self, state: object) -> None:
        """Show another state than the newest, e.g. one of the past."""
        with self._lock:
            self._state = state
            self._notify()
