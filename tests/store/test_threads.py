"""Threads: dispatches follow each other, readers wait for nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable

from stateroom.store import Slice, Store


def counting() -> tuple[Store, Slice[dict[str, int]]]:
    counter: Slice[dict[str, int]] = Slice("counter", lambda: {"n": 0})
    return Store(counter), counter


def in_threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_no_dispatch_of_eight_threads_is_lost() -> None:
    counter: Slice[dict[str, int]] = Slice("counter", lambda: {"n": 0})

    @counter.reducer
    def add(state: dict[str, int]) -> None:
        state["n"] += 1

    store = Store(counter)
    seen: list[int] = []
    store.subscribe(lambda: seen.append(store[counter]["n"]))

    def work() -> None:
        for _ in range(500):
            store.dispatch(add())

    in_threads(work, 8)
    assert store[counter]["n"] == 4000
    assert seen == list(range(1, 4001))


def test_the_checks_of_development_find_nothing_where_threads_dispatch() -> None:
    counter: Slice[list[dict[str, int]]] = Slice("counter", list)

    @counter.reducer
    def add(state: list[dict[str, int]], n: int) -> None:
        state.append({"n": n})

    store = Store(counter, checks=True)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for n in range(100):
                store.dispatch(add(n))
        except BaseException as error:
            failed.append(error)
            raise

    in_threads(work, 4)
    assert (failed, len(store[counter])) == ([], 400)


def test_another_thread_reads_the_state_of_before_while_a_reducer_runs() -> None:
    counter: Slice[dict[str, int]] = Slice("counter", lambda: {"n": 0})
    inside, read = threading.Event(), threading.Event()
    found: list[int] = []

    @counter.reducer
    def slow(state: dict[str, int]) -> None:
        state["n"] = 1
        inside.set()
        assert read.wait(10)

    store = Store(counter)
    writer = threading.Thread(target=lambda: store.dispatch(slow()))
    writer.start()
    assert inside.wait(10)
    found.append(store[counter]["n"])
    read.set()
    writer.join()
    assert (found, store[counter]["n"]) == ([0], 1)


def test_a_dispatch_of_another_thread_waits_for_the_listeners_of_the_first() -> None:
    store, _ = counting()
    order: list[str] = []
    begun, waiting = threading.Event(), threading.Event()

    def listen() -> None:
        if not begun.is_set():
            begun.set()
            assert waiting.wait(10)
        order.append(threading.current_thread().name)

    def second() -> None:
        assert begun.wait(10)
        waiting.set()
        store.dispatch({"type": "b"})

    store.subscribe(listen)
    other = threading.Thread(target=second, name="second")
    other.start()
    first = threading.Thread(target=lambda: store.dispatch({"type": "a"}), name="first")
    first.start()
    first.join()
    other.join()
    assert order == ["first", "second"]


def test_a_thread_may_end_the_subscription_of_another() -> None:
    store, _ = counting()
    calls: list[int] = []
    ends = [store.subscribe(lambda: calls.append(1)) for _ in range(100)]

    def work() -> None:
        while ends:
            try:
                ends.pop()()
            except IndexError:
                return

    in_threads(work, 4)
    store.dispatch({"type": "x"})
    assert calls == []
