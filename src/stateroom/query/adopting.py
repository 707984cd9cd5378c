"""What happens to the state of an api without its client, and what it does then.

A store is reset, a storage hydrates it, devtools jump, another part of the application
dispatches an action of the api. The client hears of it in the loop's next turn, and
looks after the entries that it finds: those that nobody wants are kept as long as any
others, and of those that are gone nothing is left here either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast
from weakref import WeakKeyDictionary, ref

from stateroom.errors import InvalidQuery
from stateroom.query.actions import FOCUSED, ONLINE
from stateroom.query.engine import Engine
from stateroom.query.state import initial_state
from stateroom.query.tags import TagLike
from stateroom.store.combining import RESET
from stateroom.store.store import Store

__all__ = ("Adopting",)


_clients: WeakKeyDictionary[Store, dict[str, ref[Adopting]]] = WeakKeyDictionary()
"""The clients that are in use, by store and by the name of the api."""


class Adopting:
    """Hears what is dispatched, on behalf of one client."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._core = engine.core
        self._seen = initial_state(engine.core.api.config)
        self._is_late = False
        self._stop: Callable[[], None] | None = None

    def begin(self) -> None:
        """Hear from now on, and look after what is in the state already.

        Raises:
            InvalidQuery: the store has another client of this api, which would take
                what this one does for strange.
        """
        if self._stop is None:
            self._claim()
            self._stop = self._core.store.tap(self._hear)
            self._look()

    def end(self) -> None:
        """Hear nothing any more."""
        if self._stop is not None:
            self._stop()
            self._stop = None
            del _clients[self._core.store][self._core.api.name]

    def _claim(self) -> None:
        core = self._core
        clients = _clients.setdefault(core.store, {})
        known = clients.get(core.api.name)
        other = None if known is None else known()
        if other is not None and other._core.is_alive:  # noqa: SLF001 - of this class
            raise InvalidQuery(
                f"{core.api.name}: the store has a client of this api already",
                hint="share that one, or close it first: await client.aclose()",
            )
        clients[core.api.name] = ref(self)

    def _hear(self, action: Mapping[str, object] | None) -> None:
        core = self._core
        if action is None:
            self._look_soon()
            return
        kind = action["type"]
        if kind == core.sending:
            core.sending = None
            if not self._is_late and not core.is_travelling:
                self._seen = core.state
            return
        types = core.types
        if kind in {RESET, types.reset, types.invalidated, FOCUSED, ONLINE}:
            core.soon(lambda: self._answer(action))
        elif core.state_or_none is not self._seen:
            self._look_soon()

    def _answer(self, action: Mapping[str, object]) -> None:
        """Do what an action means that this client would have sent itself."""
        core, queries = self._core, self._engine.queries
        kind = action["type"]
        if core.is_closed or core.is_travelling:
            return
        if kind == FOCUSED:
            queries.renew_all("refetch_on_focus")
        elif kind == ONLINE:
            queries.renew_all("refetch_on_reconnect")
        elif kind == core.types.invalidated:
            named = cast("Iterable[TagLike]", action.get("payload") or ())
            queries.invalidating.add(queries.tags_in(named))
        else:
            queries.subscribers.clear()
            self._engine.forget()
            self._look()

    def _look_soon(self) -> None:
        if not self._is_late:
            self._is_late = True
            self._core.soon(self._look)

    def _look(self) -> None:
        """Look after what others wrote into the state, or took out of it."""
        self._is_late = False
        core, engine = self._core, self._engine
        state = core.state_or_none
        if core.is_closed or core.is_travelling or state is None:
            return
        before, self._seen = self._seen.queries, state
        for key, entry in state.queries.items():
            old = before.get(key)
            if old is not entry:
                if old is None or old.data is not entry.data:
                    engine.updates.forget(key)
                engine.queries.found(key)
        for key in before:
            if key not in state.queries:
                engine.queries.gone(key)
        engine.queries.resume()
