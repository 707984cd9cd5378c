"""A store that is interrupted, or used where it may not be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock, Thread

import pytest

from stateroom.errors import DraftMisuse, InReducer, InvalidSlice
from stateroom.store import UNDEFINED, Slice, Store, StoreApi
from stateroom.store.subscribing import MOST_NESTED
from tests.store.counting import Counter, add, both, counter, value

Call = Callable[[Store], object]
Next = Callable[[object], object]


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


def test_a_watcher_may_fire_any_number_of_times_after_itself() -> None:
    store = both()
    seen: list[int] = []
    store.watch(value, seen.append)
    for _ in range(MOST_NESTED + 10):
        store.dispatch(add(1))
    assert seen == list(range(1, MOST_NESTED + 11))


def test_a_middleware_is_given_no_thunk() -> None:
    seen: list[object] = []

    def note(_: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def see(action: object) -> object:
                seen.append(action)
                return after(action)

            return see

        return around

    store = Store(counter, middleware=[note])
    assert store.dispatch(lambda api: api.dispatch(add(2))) == add(2)
    assert (seen, store[counter].value) == ([add(2)], 2)


def test_a_creator_with_one_parameter_makes_an_action_without_a_payload() -> None:
    assert add(UNDEFINED) == {"type": "counter/add"}  # type: ignore[arg-type] # as JavaScript does


def test_a_plain_state_that_a_reducer_leaves_alone_is_handed_back() -> None:
    mine = Counter(3)
    assert add.reduce(mine, 0) is mine


def test_a_draft_that_outlives_its_reducer_refuses_to_be_used() -> None:
    kept: list[dict[str, int]] = []
    rows: Slice[dict[str, int]] = Slice("rows", dict)

    @rows.reducer
    def keep(state: dict[str, int]) -> None:
        kept.append(state)

    Store(rows).dispatch(keep())
    with pytest.raises(DraftMisuse, match="after its recipe had ended"):
        kept[0]["n"] = 1


def test_after_the_reducer_was_replaced_batches_work_as_before() -> None:
    store = both()
    store.replace_reducer({"counter": counter})
    seen: list[int] = []
    store.subscribe(lambda: seen.append(store[counter].value))
    with store.batch():
        store.dispatch(add(1))
        store.dispatch(add(1))
    store.dispatch({**add(1), "meta": {}})
    assert seen == [2, 3]


def test_an_error_of_a_listener_does_not_bring_the_old_reducer_back() -> None:
    store = both()

    def fail() -> None:
        raise ZeroDivisionError

    stop = store.subscribe(fail)
    with pytest.raises(ZeroDivisionError):
        store.replace_reducer({"counter": counter})
    stop()
    assert store.state == {"counter": Counter()}


def test_a_slice_that_was_reduced_with_takes_no_more_reducers() -> None:
    rows: Slice[dict[str, int]] = Slice("rows", dict)
    assert rows.reduce(UNDEFINED, {"type": "x"}) == {}
    with pytest.raises(InvalidSlice, match="when the slice is in use"):
        rows.reducer(name="late")(lambda state: None)


def test_a_case_after_the_default_is_refused() -> None:
    rows: Slice[dict[str, int]] = Slice("rows", dict)
    rows.default(lambda state, action: None)
    with pytest.raises(InvalidSlice, match="late is declared after the default"):
        rows.extra("late")(lambda state, action: None)
