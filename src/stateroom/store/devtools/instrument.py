"""Puts a history between a store and its reducer.

While an instrument is attached, the store asks it instead of the reducer, inside the
dispatch lock; whatever edits the history takes the same lock, so that a dispatch of
another thread comes before or after, never between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final, Protocol

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.kinds import kind_of
from stateroom.store.devtools.lifted import Change, History
from stateroom.store.devtools.tape import Action, Reducer

__all__ = ("Instrument", "Seam", "now_ms")

_REPLACE: Final = "@@stateroom/REPLACE"


class Seam(Protocol):
    """What the devtools need of a store."""

    _is_reducing: bool
    """Whether a reducer runs; then the store refuses to be used."""

    @property
    def _lock(self) -> AbstractContextManager[object]:
        """Held for the length of a dispatch; the same thread may take it again."""
        ...

    @property
    def _reducer(self) -> Reducer:
        """The current root reducer."""
        ...

    @property
    def _instrument(self) -> object:
        """What is attached; None when nothing is."""
        ...

    def get_state(self) -> object:
        """Return the root state."""
        ...

    def dispatch(self, action: Mapping[str, object], /) -> object:
        """Send an action through the whole chain."""
        ...

    def _refuse_in_reducer(self, what: str) -> None:
        """Raise ``InReducer`` when this thread runs a reducer."""
        ...

    def _attach(self, instrument: Instrument) -> None:
        """Ask ``instrument.perform`` instead of the reducer from now on."""
        ...

    def _detach(self) -> None:
        """Ask the reducer again."""
        ...

    def _show(self, state: object) -> None:
        """Let ``state`` be the store's state, and notify."""
        ...


def now_ms() -> int:
    """The time, in ms since the Unix epoch."""
    return time.time_ns() // 1_000_000


class Instrument:
    """A store's history, kept up to date by the store's own dispatches.

    Attributes:
        when_changed: called inside the dispatch lock with what became of the history;
            None while nobody watches.
    """

    def __init__(
        self,
        store: Seam,
        *,
        max_age: int | None,
        catch_errors: bool,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        """Attach to ``store``; its present state is the committed one.

        Raises:
            DevtoolsError: ``max_age`` is less than 2, or another is attached.
        """
        self._store = store
        self._clock = clock
        self.when_changed: Callable[[Change], None] | None = None
        with store._lock:  # noqa: SLF001 - the seam
            if store._instrument is not None:  # noqa: SLF001 - the seam
                raise DevtoolsError(
                    "the store has devtools already",
                    hint="use those, or .detach() them first",
                )
            self.history: History = History(
                store._reducer,  # noqa: SLF001 - the seam
                store.get_state(),
                at=clock(),
                max_age=max_age,
                catch_errors=catch_errors,
            )
            store._attach(self)  # noqa: SLF001 - the seam

    @property
    def lock(self) -> AbstractContextManager[object]:
        """The store's dispatch lock."""
        return self._store._lock  # noqa: SLF001 - the seam

    @property
    def reducer(self) -> Reducer:
        """The store's root reducer."""
        return self._store._reducer  # noqa: SLF001 - the seam

    def kind_of(self, name: str) -> object:
        """The type of the state of a slice."""
        return kind_of(self.reducer, name)

    def dispatch(self, action: Action) -> None:
        """Send an action through the store's whole chain."""
        self._store.dispatch(action)

    def perform(self, action: Action) -> object:
        """Carry out a dispatched action and say what the state is now.

        The store calls it with its lock held.

        Raises:
            Exception: what the reducer raises, unless errors are caught.
        """
        history = self.history
        if str(action.get("type")).startswith(_REPLACE):
            change = history.replace_reducer(self._store._reducer)  # noqa: SLF001
        else:
            change = history.perform(action, at=self._clock())
        if self.when_changed is not None and change is not Change.NOTHING:
            self.when_changed(change)
        return history.state

    @property
    def is_time_travelling(self) -> bool:
        """Whether the store shows another state than the newest."""
        return self.history.is_time_travelling

    def command(self, command: Mapping[str, object]) -> None:
        """Carry out a lifted action; the store shows the state that comes out.

        Raises:
            DevtoolsError: there is no such command, or its arguments do not fit.
            InReducer: a reducer is running.
            Exception: what the reducer raises, unless errors are caught.
        """
        store = self._store
        with store._lock:  # noqa: SLF001 - the seam
            store._refuse_in_reducer("the history is edited")  # noqa: SLF001
            store._is_reducing = True  # noqa: SLF001 - reducers run
            try:
                change = self.history.apply(command, at=self._clock())
            finally:
                store._is_reducing = False  # noqa: SLF001 - the seam
            if self.when_changed is not None:
                self.when_changed(change)
            store._show(self.history.state)  # noqa: SLF001 - the seam

    def detach(self) -> None:
        """Leave the store with the state that it shows."""
        self.when_changed = None
        self._store._detach()  # noqa: SLF001 - the seam
