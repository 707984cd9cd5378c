"""Waiting for a state: the store tells, nobody polls, and waiting in vain is told."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass

import pytest

from stateroom.store import Slice, Store
from stateroom.testing import wait_for


@dataclass
class Counter:
    value: int = 0


counter = Slice("counter", Counter)


@counter.reducer
def add(state: Counter, step: int) -> None:
    state.value += step


@counter.selector
def doubled(state: Counter) -> int:
    return state.value * 2


@pytest.fixture
def store() -> Store:
    return Store(counter)


def listening(store: Store) -> int:
    return len(store._listeners.calls)  # noqa: SLF001 - nothing public tells


async def test_a_state_that_is_there_is_not_waited_for(store: Store) -> None:
    found = await wait_for(store, lambda _: store[counter].value == 0, timeout_s=0)
    assert found is True


async def test_a_wait_ends_with_the_dispatch_that_makes_it_true(store: Store) -> None:
    waiting = asyncio.create_task(wait_for(store, doubled))
    await asyncio.sleep(0)
    store.dispatch(add(0))
    await asyncio.sleep(0)
    assert not waiting.done()
    store.dispatch(add(21))
    assert await waiting == 42


async def test_a_moment_that_has_passed_when_the_task_wakes_is_seen(
    store: Store,
) -> None:
    waiting = asyncio.create_task(wait_for(store, lambda _: store[counter].value == 1))
    await asyncio.sleep(0)
    store.dispatch(add(1))
    store.dispatch(add(1))
    assert await waiting is True


async def test_the_predicate_is_asked_once_per_dispatch(store: Store) -> None:
    asked: list[int] = []

    def enough(_: object) -> bool:
        asked.append(store[counter].value)
        return store[counter].value >= 3

    waiting = asyncio.create_task(wait_for(store, enough))
    for _ in range(20):
        await asyncio.sleep(0)
    for _ in range(3):
        store.dispatch(add(1))
    await waiting
    store.dispatch(add(1))
    assert asked == [0, 1, 2, 3]


async def test_a_dispatch_from_another_thread_ends_the_wait(store: Store) -> None:
    asyncio.get_running_loop().set_debug(True)  # it tells who reaches in from outside
    waiting = asyncio.create_task(wait_for(store, doubled))
    await asyncio.sleep(0)
    thread = threading.Thread(target=lambda: store.dispatch(add(1)))
    thread.start()
    assert await waiting == 2
    thread.join()


async def test_waiting_in_vain_is_told_with_the_state(store: Store) -> None:
    store.dispatch(add(7))

    def never(_: object) -> bool:
        return False

    with pytest.raises(AssertionError) as check:
        await wait_for(store, never, timeout_s=0.01)
    told = str(check.value)
    assert "never was not true in 0.01 s; the state is " in told
    assert "value=7" in told


async def test_an_error_of_the_predicate_is_the_tests_and_not_the_dispatchers(
    store: Store,
) -> None:
    def broken(_: object) -> bool:
        if store[counter].value:
            raise LookupError("no such user")
        return False

    waiting = asyncio.create_task(wait_for(store, broken))
    await asyncio.sleep(0)
    store.dispatch(add(1))
    with pytest.raises(LookupError, match="no such user"):
        await waiting


@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_nothing_listens_when_the_wait_is_over(
    is_cancelled: bool,  # noqa: FBT001 - a parameter of the test
    store: Store,
) -> None:
    waiting = asyncio.create_task(wait_for(store, doubled))
    await asyncio.sleep(0)
    assert listening(store) == 1
    if is_cancelled:
        waiting.cancel()
    else:
        store.dispatch(add(1))
    await asyncio.wait([waiting])
    assert listening(store) == 0
