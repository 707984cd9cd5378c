"""What the function of an async thunk can use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, NoReturn, TypeVar, cast, overload

from stateroom.store.aborting import AbortSignal
from stateroom.store.middleware import StoreApi
from stateroom.store.seams import Readable
from stateroom.store.thunks.failures import Rejection

__all__ = ("Api",)

R = TypeVar("R")
T = TypeVar("T")
S_co = TypeVar("S_co", covariant=True)

NO_META: Mapping[str, object] = {}


class Api(Generic[S_co]):
    """One run of a thunk, as its function sees it. ``S_co`` is the slice's state.

    Attributes:
        request_id: identifies this run; it is in ``meta`` of each of its actions.
        signal: says whether somebody aborted this run.
    """

    def __init__(
        self,
        store: StoreApi,
        *,
        request_id: str,
        signal: AbortSignal,
        find: Callable[[object], object],
    ) -> None:
        self.request_id: str = request_id
        self.signal: AbortSignal = signal
        self._store = store
        self._find = find
        self._fulfilled: tuple[object, Mapping[str, object]] = (self, NO_META)

    @property
    def extra(self) -> object:
        """What the store was given for its thunks."""
        return self._store.extra

    @property
    def state(self) -> S_co:
        """The state of the slice that declares the thunk, as it is now, frozen."""
        return cast("S_co", self._find(self._store.get_state()))

    def __getitem__(self, part: Readable[T], /) -> T:
        """Return the state of a slice as it is now: ``api[roles]``.

        Raises:
            InvalidSlice: the store does not have it.
        """
        return self._store[part]

    def get_state(self) -> object:
        """Return the root state as it is now."""
        return self._store.get_state()

    @overload
    def dispatch(self, action: Callable[[StoreApi], R], /) -> R: ...

    @overload
    def dispatch(self, action: Mapping[str, object], /) -> Mapping[str, object]: ...

    def dispatch(
        self, action: Callable[[StoreApi], R] | Mapping[str, object], /
    ) -> R | Mapping[str, object]:
        """Send an action, or another thunk, through the store."""
        if callable(action):
            return self._store.dispatch(action)
        return self._store.dispatch(action)

    def abort(self, reason: str = "Aborted") -> None:
        """Abort this run, as ``run.abort`` does from outside."""
        self.signal.abort(reason)

    def reject(
        self, value: object, *, meta: Mapping[str, object] = NO_META
    ) -> NoReturn:
        """End this run as rejected, with ``value`` as the action's payload.

        It raises, so nothing after it runs; ``except Exception`` does not catch it.

        Args:
            value: what the reducers, and whoever dispatched the thunk, should know.
            meta: goes into the action's ``meta``.
        """
        raise Rejection(value, meta)

    def fulfil(self, value: R, *, meta: Mapping[str, object]) -> R:
        """Return ``value``, and have ``meta`` in the action when it is the result.

        Example::

            return api.fulfil(roles, meta={"pages": 3})
        """
        self._fulfilled = (value, meta)
        return value

    def _meta_of(self, result: object) -> Mapping[str, object]:
        value, meta = self._fulfilled
        return meta if value is result else NO_META
