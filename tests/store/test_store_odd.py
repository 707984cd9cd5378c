"""A store that is interrupted, or used where it may not be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock, Thread

import pytest

from stateroom.errors import InReducer
from stateroom.store import UNDEFINED, Slice, Store

Call = Callable[[Store], object]


class Interrupted:
    """A lock at which Ctrl-C comes in: when it was taken, or is waited for."""

    def __init__(self, *, is_taken: bool) -> None:
        self.inner = RLock()
        self._is_taken = is_taken

    def acquire(self) -> bool:
        if self._is_taken:
            self.inner.acquire()
        raise KeyboardInterrupt

    def release(self) -> None:
        self.inner.release()


def is_free(lock: Interrupted) -> bool:
    """Say whether another thread can take a lock."""
    taken: list[bool] = []
    other = Thread(target=lambda: taken.append(lock.inner.acquire(blocking=False)))
    other.start()
    other.join()
    return taken == [True]


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_dispatch_that_is_interrupted_leaves_the_lock_free(*, is_taken: bool) -> None:
    store = Store(Slice("count", int))
    before, lock = store.state, Interrupted(is_taken=is_taken)
    store._lock = lock  # type: ignore[assignment] # noqa: SLF001 - the seam of the test
    with pytest.raises(KeyboardInterrupt):
        store.dispatch({"type": "add"})
    assert (is_free(lock), store._state is before) == (True, True)  # noqa: SLF001 - as above


def reducing(call: Call) -> Store:
    """Return a store whose reducer makes a call on an action of type ``go``."""

    def reducer(state: object, action: Mapping[str, object]) -> object:
        if action["type"] == "go":
            call(store)
        return 0 if state is UNDEFINED else state

    store = Store({"value": reducer})
    return store


CALLS: list[Call] = [
    lambda store: store.flush(),
    lambda store: store.batch().__enter__(),
    lambda store: store.reset(),
    lambda store: store.watch(str, print),
    lambda store: store.inject(Slice("other", int)),
    lambda store: store.replace_reducer({}),
    lambda store: store.api.get_state(),
    lambda store: store.dispatch(lambda api: api.get_state()),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_reducer_that_uses_the_store_is_refused(call: Call) -> None:
    store = reducing(call)
    told: list[object] = []
    store.subscribe(lambda: told.append(store.state))
    with pytest.raises(InReducer):
        store.dispatch({"type": "go"})
    store.dispatch({"type": "other"})
    assert told == [{"value": 0}]
