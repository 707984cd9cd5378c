"""The store: one state, changed by actions, in one order.

A dispatch holds one lock from the reducer to the last listener, so that dispatches of
several threads follow each other; one that a listener makes runs inside the first, as
in Redux. Reading needs no lock: the state is one reference to a frozen value.

Source:
    ``createStore`` of Redux and ``configureStore`` of Redux Toolkit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar, cast, overload

from stateroom.errors import InReducer, InvalidAction, InvalidSlice
from stateroom.store.actions import Action
from stateroom.store.batching import Batching, Queue, on_tick
from stateroom.store.combining import INIT, REPLACE, RESET, Combined, Part, Reducer
from stateroom.store.drafts.producing import freeze
from stateroom.store.drafts.refusing import watch_root
from stateroom.store.middleware import Middleware, Next
from stateroom.store.settings import chained, checks_of
from stateroom.store.slices import Slice
from stateroom.store.subscribing import (
    Listener,
    Listeners,
    Observable,
    Unsubscribe,
    Watcher,
    is_same_value,
)
from stateroom.store.undefined import UNDEFINED

__all__ = ("Api", "Instrument", "Store")

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")


class Instrument(Protocol):
    """What can stand in for the root reducer: the devtools."""

    def perform(self, action: Mapping[str, object], /) -> object:
        """Take an action and return the root state to show."""
        ...


class Api:
    """What middlewares and thunks may use of a store.

    Attributes:
        extra: what the store was given for its thunks.
        dispatch: sends an action or thunk through the whole chain.
    """

    def __init__(self, get_state: Callable[[], object], extra: object) -> None:
        self.extra: object = extra
        self.get_state: Callable[[], object] = get_state
        self.dispatch: Next = _too_early


def _too_early(_: object) -> object:
    raise InReducer(
        "a middleware dispatched while the chain was being built; those behind it "
        "would not have seen the action",
        hint="dispatch when the first action arrives",
    )


class Store:
    """Holds the state of an application, or of one client of it."""

    def __init__(
        self,
        *parts: Slice[S] | Mapping[str, Part | Reducer] | Reducer,
        preloaded: object = UNDEFINED,
        middleware: Sequence[Middleware] = (),
        extra: object = None,
        checks: bool | None = None,
        queue: Queue = on_tick,
    ) -> None:
        """Make a store, and the initial state.

        Args:
            parts: slices, and mappings of names to plain reducers; or one reducer of
                the whole state.
            preloaded: the state to begin with, instead of the initial one.
            middleware: what actions go through, in this order, after thunks.
            extra: handed to thunks and middlewares as ``api.extra``.
            checks: whether to look for state changed in place and for values that
                JSON cannot hold, at every dispatch. By default under
                ``python -X dev`` and where ``STATEROOM_DEV=1`` is set.
            queue: when the listeners of auto-batched actions are called.

        Raises:
            InvalidSlice: two parts have one name, or a part is none.
            InReducer: a middleware dispatched while it was made.
        """
        self._lock = threading.RLock()
        self._reducing_in = 0
        self._reducer: Reducer = _root_of(parts)
        self._instrument: Instrument | None = None
        self._listeners = Listeners()
        self._batching = Batching(self._notify, queue=queue)
        self._state: object = UNDEFINED if preloaded is UNDEFINED else freeze(preloaded)
        self.api: Api = Api(self.get_state, extra)
        self._chain: Next | None = chained(
            self.api, self._perform, checks_of(checks), middleware
        )
        self.api.dispatch = self._chain or cast("Next", self.dispatch)
        self._perform({"type": INIT})
        watch_root(self)

    # -- reading

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

    def __getitem__(self, part: Slice[T]) -> T:
        """Return the state of a slice.

        Raises:
            InvalidSlice: the store does not have it.
        """
        try:
            return cast("Mapping[str, T]", self.state)[part.name]
        except (KeyError, TypeError):
            raise InvalidSlice(
                f"the store has no slice {part.name!r}",
                path=part.name,
                hint="give it to Store(...), or store.inject(...) it",
            ) from None

    # -- dispatching

    @overload
    def dispatch(self, action: Callable[[Api], R], /) -> R: ...

    @overload
    def dispatch(self, action: Action, /) -> Action: ...

    @overload
    def dispatch(self, action: Mapping[str, object], /) -> Mapping[str, object]: ...

    def dispatch(self, action: object, /) -> object:
        """Send an action through the middlewares to the reducer.

        Args:
            action: a mapping with a ``type``; or a thunk, which is called with the
                store's api.

        Returns:
            What the chain returns: the same action, or the thunk's result.

        Raises:
            InvalidAction: it is no mapping, or its type is no text.
            InReducer: a reducer dispatched.
            StateroomError: whatever a reducer or listener raises; after a reducer's
                error the state is as before.
        """
        if self._chain is not None:
            return self._chain(action)
        if type(action) is dict:
            return self._perform(action)
        return run_or_pass(action, self.api, self._perform)

    def _perform(self, action: object) -> object:
        """Reduce an action and tell the listeners: the end of the chain."""
        kind = action.get("type") if type(action) is dict else _type_in(action)
        if type(kind) is not str:
            raise _without_type(action)
        given = cast("Mapping[str, object]", action)
        with self._lock:
            if self._reducing_in:
                self._refuse_in_reducer("an action is dispatched")
            self._reducing_in = threading.get_ident()
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
        if self._reducing_in == threading.get_ident():
            raise InReducer(
                f"{what} inside a reducer",
                hint="a reducer works with its arguments alone; use a thunk or listener",
            )

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Tell the listeners once, at the end of the ``with`` block.

        Also after an error in the block: the state did change.
        """
        with self._lock:
            self._batching.open()
        try:
            yield
        finally:
            with self._lock:
                self._batching.close()

    def flush(self) -> None:
        """Call the listeners now, if auto-batched actions have them waiting."""
        with self._lock:
            self._batching.flush()

    # -- listening

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Call ``listener`` after every dispatch, whether the state changed or not.

        Returns:
            A function that ends this subscription.

        Raises:
            InvalidSlice: it is not callable.
            InReducer: a reducer subscribed.
        """
        if not callable(listener):
            raise InvalidSlice(f"a listener is a function; found {listener!r}")
        if self._reducing_in:
            self._refuse_in_reducer("a listener is subscribed")
        with self._lock:
            key = self._listeners.add(listener)

        def unsubscribe() -> None:
            if self._reducing_in:
                self._refuse_in_reducer("a listener is unsubscribed")
            with self._lock:
                self._listeners.remove(key)

        return unsubscribe

    def watch(
        self,
        selector: Callable[[object], T],
        callback: Callable[[T], object],
        *,
        is_equal: Callable[[T, T], bool] = is_same_value,
    ) -> Unsubscribe:
        """Call ``callback`` with the selected value whenever that has changed.

        Args:
            selector: takes the root state.
            callback: takes the new value; it may dispatch.
            is_equal: whether two values count as the same; see ``is_same_value``.

        Raises:
            EndlessUpdate: out of a dispatch, when the callback makes itself fire
                again without end.
        """
        return self.subscribe(
            Watcher(self.get_state, selector, callback, is_equal=is_equal)
        )

    def observable(self) -> Observable:
        """Return the store as an observable of states."""
        return Observable(self.get_state, self.subscribe)

    # -- changing what reduces

    def replace_reducer(self, reducer: Reducer | Mapping[str, Part | Reducer]) -> None:
        """Reduce with ``reducer`` from now on, and tell the listeners.

        Slices in both keep their state, those that are gone lose it, new ones get
        their initial state.

        Raises:
            InvalidSlice: it is not callable.
        """
        made = Combined(reducer) if isinstance(reducer, Mapping) else reducer
        if not callable(made):
            raise InvalidSlice(f"a reducer is a function; found {made!r}")
        with self._lock:
            self._reducer = made
        self._perform({"type": REPLACE})

    def inject(self, part: Slice[T], *, override: bool = False) -> None:
        """Add a slice while the store runs; nothing happens when it is there.

        Args:
            part: the slice.
            override: whether another slice of the same name may be replaced.

        Raises:
            InvalidSlice: another one has its name, or the store has one root reducer.
        """
        with self._lock:
            combined = self._reducer
            if not isinstance(combined, Combined):
                raise InvalidSlice("a store with one root reducer takes no slices")
            there = combined.part(part.name)
            if there is part:
                return
            if there is not None and not override:
                raise InvalidSlice(
                    f"the store has another slice {part.name!r}",
                    path=part.name,
                    hint="choose another name, or inject it with override=True",
                )
            self._reducer = combined.extended(part.name, part)
        self._perform({"type": REPLACE})

    def reset(self) -> None:
        """Bring every slice back to its initial state, and tell the listeners."""
        self.dispatch({"type": RESET})

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


def _type_in(action: object) -> object:
    """Return the type of what is no exact dict, or say that it is no action."""
    if isinstance(action, Mapping):
        return action.get("type")
    raise InvalidAction(
        f"an action is a mapping with a type; found {action!r}",
        hint='e.g. {"type": "saved"}, or what an action creator returns',
    )


def _without_type(action: object) -> InvalidAction:
    kind = cast("Mapping[str, object]", action).get("type", UNDEFINED)
    if kind is UNDEFINED:
        return InvalidAction(f"the action has no type: {action!r}")
    return InvalidAction(f"the type of an action is text; found {kind!r}")


def _root_of(
    parts: tuple[Slice[S] | Mapping[str, Part | Reducer] | Reducer, ...],
) -> Reducer:
    """Make the root reducer of what a store is given."""
    if len(parts) == 1 and callable(parts[0]) and not isinstance(parts[0], Mapping):
        return _with_reset(parts[0])
    named: dict[str, Part | Reducer] = {}
    for part in parts:
        found = part if isinstance(part, Mapping) else {_name_of(part): part}
        for name, each in found.items():
            if name in named:
                raise InvalidSlice(f"two parts of the store are named {name!r}")
            named[name] = cast("Part | Reducer", each)
    return Combined(named)


def _name_of(part: object) -> str:
    if isinstance(part, Slice):
        return part.name
    raise InvalidSlice(
        f"a store is made of slices and mappings of reducers; found {part!r}",
        hint='Store(roles, {"counter": counter}), or one root reducer alone',
    )


def _with_reset(reducer: Reducer) -> Reducer:
    if isinstance(reducer, Combined):
        return reducer

    def root(state: object, action: Mapping[str, object]) -> object:
        return reducer(UNDEFINED if action.get("type") == RESET else state, action)

    return root


def run_or_pass(action: object, api: Api, after: Next) -> object:
    """Call a thunk with the api; hand everything else on."""
    if callable(action) and not hasattr(action, "match"):
        return action(api)
    return after(action)
