"""The heart of a store: the state, the lock around it, and the end of the chain.

A dispatch holds one lock from the reducer to the last listener, so that dispatches of
several threads follow each other; one that a listener makes runs inside the first, as
in Redux. Reading needs no lock: the state is one reference to a frozen value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import TypeAlias

from stateroom.errors import InReducer
from stateroom.store.batching import Batching, Queue
from stateroom.store.combining import INIT, REPLACE, Combined, Part, Reducer
from stateroom.store.drafts.producing import freeze
from stateroom.store.seams import Instrument
from stateroom.store.subscribing import Listeners
from stateroom.store.undefined import UNDEFINED
from stateroom.store.validating import type_in, without_type

__all__ = ("Kernel", "Tap")

Tap: TypeAlias = Callable[[Mapping[str, object] | None], object]
"""Called with an action that was reduced; with None when another state is shown."""


class Kernel:
    """What reduces actions and tells the listeners; a store is the face of it."""

    def __init__(self, reducer: Reducer, preloaded: object, queue: Queue) -> None:
        self._lock = RLock()
        self._is_reducing = False
        self._use(reducer)
        self._instrument: Instrument | None = None
        self._listeners = Listeners()
        self._taps: tuple[Tap, ...] = ()
        self._batching = Batching(self._notify, queue=queue)
        self._state: object = UNDEFINED if preloaded is UNDEFINED else freeze(preloaded)

    def _use(self, reducer: Reducer) -> None:
        self._reducer: Reducer = reducer
        # A bound method is called quicker than an instance with __call__.
        self._reduce: Reducer = (
            reducer.reduce if isinstance(reducer, Combined) else reducer
        )

    def _replace(self, reducer: Reducer) -> None:
        """Reduce with another reducer; with the old one, when the new one fails."""
        with self._lock:
            before, state = self._reducer, self._state
            self._use(reducer)
            # In a batch, so that an error is the reducer's and not a listener's.
            self._batching.open()
            try:
                self._perform({"type": REPLACE})
            except BaseException:
                self._use(before)
                self._state = state
                raise
            finally:
                self._batching.close()

    @property
    def state(self) -> object:
        """The root state: a frozen mapping from slice names to their states."""
        if self._is_reducing:
            self._refuse_in_reducer("the state is read")
        return self._state

    def get_state(self) -> object:
        """Return the root state; like ``state``."""
        return self.state

    def root_state(self) -> object:
        """Return the root state, also while a reducer runs."""
        return self._state

    @property
    def is_dispatching(self) -> bool:
        """Whether this thread is inside a dispatch, as a listener is."""
        # What threading.Condition asks, too.
        return bool(self._lock._is_owned())  # type: ignore[attr-defined] # noqa: SLF001

    @property
    def has_devtools(self) -> bool:
        """Whether something stands in for the reducer, and may show another state."""
        return self._instrument is not None

    @property
    def initial_state(self) -> object:
        """The root state that the store began with, what was preloaded included."""
        return self._initial

    @property
    def parts(self) -> Mapping[str, Part | Reducer]:
        """The slices and reducers by their names; empty with one root reducer."""
        root = self._reducer
        return root.parts if isinstance(root, Combined) else {}

    def _begin(self) -> None:
        self._perform({"type": INIT})
        self._initial: object = self._state

    def _perform(self, action: object) -> object:
        """Reduce an action and tell the listeners: the end of the chain."""
        kind = action.get("type") if type(action) is dict else type_in(action)
        if type(kind) is not str and not isinstance(kind, str):
            raise without_type(action)
        given: Mapping[str, object] = action  # type: ignore[assignment] # it has a type
        lock = self._lock
        # Half the cost of a with statement, on every action. The lock is taken inside
        # the block, as Ctrl-C may come in as soon as it is taken.
        try:
            lock.acquire()
            if self._is_reducing:
                self._refuse_in_reducer(f"{kind!r} is dispatched")
            self._is_reducing = True
            try:
                if self._instrument is None:
                    self._state = self._reduce(self._state, given)
                else:
                    self._state = self._instrument.perform(given)
            finally:
                self._is_reducing = False
            if self._taps:
                for tap in self._taps:
                    tap(given)
            batching = self._batching
            if (batching.waits or "meta" in given) and batching.defer(given):
                return action
            for call in self._listeners.calls:
                call()
        finally:
            try:
                lock.release()
            except RuntimeError:  # Ctrl-C came in while another thread had it.
                pass
        return action

    def _notify(self) -> None:
        with self._lock:
            for call in self._listeners.calls:
                call()

    def _refuse_in_reducer(self, what: str) -> None:
        # While a reducer runs, its thread alone can have the lock. Another thread may
        # read: it sees the state of before.
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self._is_reducing:
                raise InReducer(
                    f"{what} inside a reducer",
                    hint="a reducer has its arguments alone; use a thunk or listener",
                )
        finally:
            self._lock.release()

    # -- the seam for what keeps or sends the state

    def tap(self, call: Tap) -> Callable[[], None]:
        """Call ``call`` with every action that was reduced, before any listener.

        Unlike a listener it is told of each action, batched or not, and while no other
        dispatch can come between; it must be quick, and not dispatch.

        Returns:
            A function that ends this.
        """
        with self._lock:
            self._taps = (*self._taps, call)

        def end() -> None:
            with self._lock:
                self._taps = tuple(each for each in self._taps if each is not call)

        return end

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Hold back the dispatches of other threads while in the ``with`` block."""
        with self._lock:
            yield

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
            for tap in self._taps:
                tap(None)
            self._notify()
