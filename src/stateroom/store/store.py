"""The store: one state, changed by actions, in one order.

Dispatches of several threads follow each other; reading needs no lock. See ``kernel``.

Source:
    ``createStore`` of Redux and ``configureStore`` of Redux Toolkit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, Unpack, cast, overload

from stateroom.errors import InvalidSlice
from stateroom.store.actions import Action
from stateroom.store.batching import Queue, on_tick
from stateroom.store.combining import RESET, Part, Reducer
from stateroom.store.drafts.refusing import watch_root
from stateroom.store.kernel import Kernel
from stateroom.store.middleware import Middleware, Next, StoreApi
from stateroom.store.roots import (
    StorePart,
    injected,
    refuse_mappings,
    replaced,
    root_of,
    without,
)
from stateroom.store.seams import Api, Readable, run_or_pass
from stateroom.store.settings import chained, checks_of
from stateroom.store.subscribing import (
    Listener,
    Observable,
    Unsubscribe,
    Watcher,
    is_same_value,
)
from stateroom.store.undefined import UNDEFINED

if TYPE_CHECKING:
    from stateroom.store.devtools import Devtools, DevtoolsOptions

__all__ = ("Store",)

T = TypeVar("T")
R = TypeVar("R")
Root = TypeVar("Root")


class Store(Kernel):
    """Holds the state of an application, or of one client of it."""

    def __init__(
        self,
        *parts: StorePart,
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
            InvalidSlice: two parts have one name, a part is none, or a mapping is
                preloaded where a slice holds a class; see ``from_plain``.
            InReducer: a middleware dispatched while it was made.
        """
        root = root_of(parts)
        refuse_mappings(root, preloaded)
        super().__init__(root, preloaded, queue)
        self.api: Api = Api(self.get_state, extra)
        self._chain: Next | None = chained(
            self.api, self._perform, checks_of(checks), middleware
        )
        self.api.send = self._chain or self._send
        self._begin()
        watch_root(self)

    # -- reading

    def __getitem__(self, part: Readable[T]) -> T:
        """Return the state of a slice.

        Raises:
            InvalidSlice: the store does not have it.
        """
        try:
            return cast("Mapping[str, T]", self.state)[part.name]
        except (KeyError, TypeError, AttributeError):
            raise without(part) from None

    # -- dispatching

    @overload
    def dispatch(self, action: Callable[[StoreApi], R], /) -> R: ...

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
        return self._send(action)

    def _send(self, action: object) -> object:
        """Dispatch where no middleware was given."""
        return run_or_pass(action, self.api, self._perform)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Tell the listeners once, at the end of the ``with`` block.

        Also after an error in the block: the state did change.

        Raises:
            InReducer: a reducer opened it.
        """
        if self._is_reducing:
            self._refuse_in_reducer("a batch is opened")
        with self._lock:
            self._batching.open()
        try:
            yield
        finally:
            with self._lock:
                self._batching.close()

    def flush(self) -> None:
        """Call the listeners now, if auto-batched actions have them waiting.

        Raises:
            InReducer: a reducer did.
        """
        if self._is_reducing:
            self._refuse_in_reducer("the listeners are called")
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
            raise InvalidSlice(
                f"a listener is a function; found {listener!r:.200}",
                hint="it is called without arguments: lambda: print(store.state)",
            )
        if self._is_reducing:
            self._refuse_in_reducer("a listener is subscribed")
        with self._lock:
            key = self._listeners.add(listener)

        def unsubscribe() -> None:
            if self._is_reducing and self._listeners.has(key):
                self._refuse_in_reducer("a listener is unsubscribed")
            with self._lock:
                self._listeners.remove(key)

        return unsubscribe

    def watch(
        self,
        selector: Callable[[Root], T],
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
        if not callable(callback):
            raise InvalidSlice(
                f"a watcher calls a function; found {callback!r:.200}",
                hint="store.watch(selector, print)",
            )
        # What it is called with is known to the caller alone: the type of the root.
        select = cast("Callable[[object], T]", selector)
        # In the lock, so that no dispatch comes between the first look and the rest.
        with self._lock:
            return self.subscribe(
                Watcher(self.get_state, select, callback, is_equal=is_equal)
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
        self._replace(replaced(reducer))

    def inject(self, part: Part, *, override: bool = False) -> None:
        """Add a slice while the store runs; nothing happens when it is there.

        Args:
            part: the slice.
            override: whether another slice of the same name may be replaced.

        Raises:
            InvalidSlice: another one has its name, or the store has one root reducer.
        """
        with self._lock:
            made = injected(self._reducer, part, override=override)
            if made is not None:
                self._replace(made)

    def reset(self) -> None:
        """Bring every slice back to its initial state, and tell the listeners."""
        self.dispatch({"type": RESET})

    # -- looking inside

    @property
    def is_time_travelling(self) -> bool:
        """Whether the devtools show another state than the newest.

        What keeps or sends state must not take one that is only being looked at.
        """
        return self._instrument is not None and self._instrument.is_time_travelling

    def devtools(
        self, port: int | None = None, **options: Unpack[DevtoolsOptions]
    ) -> Devtools:
        """Record what is dispatched, and let Redux DevTools connect.

        Args:
            port: what Redux DevTools connect to, on this machine only; 0 takes a free
                one. Without a port the history can be used from Python.
            options: see ``stateroom.store.devtools.start``.

        Returns:
            The tools; a context manager that ends them.

        Raises:
            DevtoolsError: the port is in use, or the store has devtools already.
        """
        # Sockets and their loop are for those who look inside.
        from stateroom.store.devtools import start  # noqa: PLC0415 - as said

        return start(self, port=port, **options)
