"""Calls back who wants to hear when what is known of a query has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stateroom.query.core import Core
from stateroom.query.results import QueryResult, Results
from stateroom.query.state import QueryEntry

__all__ = ("Watchers",)

OnChange = Callable[[QueryResult[object]], object]


class Watchers:
    """Those of one client, by cache key. The store tells them all by one listener."""

    def __init__(self, core: Core, results: Results) -> None:
        self._core = core
        self._results = results
        self._seen: Mapping[str, QueryEntry] | None = None
        # By one's own mark: the same function may be given twice.
        self._by_key: dict[str, dict[object, OnChange]] = {}
        self._last: dict[str, QueryEntry | None] = {}
        self._stop: Callable[[], None] | None = None

    def add(self, key: str, call: OnChange) -> Callable[[], None]:
        """Call ``call`` on every change; what is returned ends that."""
        if self._stop is None:
            self._stop = self._core.store.subscribe(self._look)
        if key not in self._by_key:
            self._last[key] = self._core.entry(key)
        mark = object()
        self._by_key.setdefault(key, {})[mark] = call
        return lambda: self._end(key, mark)

    def clear(self) -> None:
        """Call nobody any more."""
        for calls in self._by_key.values():
            calls.clear()  # one of them may be calling this
        self._by_key.clear()
        self._last.clear()
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _end(self, key: str, mark: object) -> None:
        calls = self._by_key.get(key, {})
        if calls.pop(mark, None) is not None and not calls:
            del self._by_key[key]
            del self._last[key]

    def _look(self) -> None:
        if not self._core.is_here:
            self._core.soon(self._look)
            return
        queries = self._core.state.queries
        if queries is self._seen:
            return
        self._seen = queries
        for key in tuple(self._by_key):
            entry = queries.get(key)
            if key in self._last and self._last[key] is not entry:
                self._last[key] = entry
                self._tell(key, self._results.of(key, entry))

    def _tell(self, key: str, result: QueryResult[object]) -> None:
        calls = self._by_key.get(key, {})
        for mark, call in tuple(calls.items()):
            if mark not in calls:  # one that was called before has ended it
                continue
            try:
                call(result)
            except Exception as error:
                self._core.report(error, f"on_change of {key:.200} failed")
