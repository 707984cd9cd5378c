"""A status, and that of a slice, as one line for logs."""

from __future__ import annotations

from stateroom.persist import Memory, Persistor, persist
from stateroom.store import Slice, Store


def test_a_status_tells_in_a_line_how_each_slice_stands() -> None:
    counter = Slice("counter", lambda: 0)

    @counter.reducer
    def add(state: int) -> int:
        return state + 1

    store = Store(persist(counter))
    with Persistor(store, Memory(), background=False) as persistor:
        assert str(persistor.status()) == "pending: counter pending, revision 0"
        persistor.hydrate()
        store.dispatch(add())
        persistor.flush()
        assert str(persistor.status()) == "ready: counter ready, revision 1"
        store.dispatch(add())
        told = "ready: counter ready, revision 1, not all stored"
        assert str(persistor.status()) == told
