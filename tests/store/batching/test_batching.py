"""When listeners hear of a change: at once, later, or after a batch."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping

import pytest

from stateroom.errors import UsageError
from stateroom.store.actions import Action
from stateroom.store.batching import (
    SHOULD_AUTOBATCH,
    Batching,
    Queue,
    on_tick,
    on_timer,
    prepare_auto_batched,
)
from stateroom.store.slices import Slice
from stateroom.store.store import Store
from tests.store.recording import turns

LOW: Action = {"type": "low", "meta": {SHOULD_AUTOBATCH: True}}
NORMAL: Action = {"type": "normal"}
FAILING: Action = {"type": "failing"}


class Heard:
    """A store whose state counts its actions, and what its listener saw of that."""

    def __init__(self, queue: Queue = on_tick) -> None:
        self.store = Store({"count": count}, checks=False, queue=queue)
        self.counts: list[object] = []
        self.store.subscribe(lambda: self.counts.append(self.count))

    @property
    def count(self) -> object:
        state = self.store.state
        assert isinstance(state, dict)
        return state["count"]

    def dispatch(self, *actions: Mapping[str, object]) -> None:
        for action in actions:
            self.store.dispatch(action)


def count(state: object, action: object) -> object:
    assert isinstance(action, dict)
    before = state if isinstance(state, int) else 0
    if action["type"] == "failing":
        raise ZeroDivisionError
    return before + (action["type"] in {"low", "normal"})


async def test_s10_a_marked_action_changes_the_state_now_and_is_heard_of_later() -> (
    None
):
    heard = Heard()
    heard.dispatch(LOW, LOW, LOW)
    assert (heard.count, heard.counts) == (3, [])
    await turns()
    assert heard.counts == [3]


async def test_s10_a_normal_action_is_heard_of_at_once_with_those_before() -> None:
    heard = Heard()
    heard.dispatch(LOW, LOW, NORMAL)
    assert heard.counts == [3]


async def test_s10_a_normal_action_takes_back_the_call_that_was_to_come() -> None:
    heard = Heard()
    heard.dispatch(LOW, NORMAL)
    await turns()
    assert heard.counts == [2]


async def test_s10_a_marked_action_after_a_normal_one_is_heard_of_later() -> None:
    heard = Heard()
    heard.dispatch(LOW, NORMAL, LOW)
    assert heard.counts == [2]
    await turns()
    assert heard.counts == [2, 3]


async def test_every_turn_of_the_loop_has_its_own_call() -> None:
    heard = Heard()
    for _ in range(3):
        heard.dispatch(LOW, LOW)
        await turns()
    assert heard.counts == [2, 4, 6]


@pytest.mark.parametrize(
    "meta", [None, {}, {SHOULD_AUTOBATCH: False}, "low", {"arg": 1}]
)
async def test_an_action_that_is_not_marked_is_heard_of_at_once(meta: object) -> None:
    heard = Heard()
    heard.dispatch({"type": "normal", "meta": meta})
    assert heard.counts == [1]


def test_without_a_loop_it_is_heard_of_with_the_next_normal_action() -> None:
    heard = Heard()
    heard.dispatch(LOW, LOW)
    assert heard.counts == []
    heard.dispatch(NORMAL)
    assert heard.counts == [3]


def test_without_a_loop_it_is_heard_of_by_flush() -> None:
    heard = Heard()
    heard.dispatch(LOW, LOW)
    heard.store.flush()
    heard.store.flush()
    assert heard.counts == [2]


def test_flush_without_anything_to_hear_calls_nobody() -> None:
    heard = Heard()
    heard.store.flush()
    heard.dispatch(NORMAL)
    heard.store.flush()
    assert heard.counts == [1]


def test_a_call_that_was_lost_with_its_loop_is_asked_for_in_the_next() -> None:
    heard = Heard(on_timer(1_000_000))

    async def dispatch() -> None:
        heard.dispatch(LOW)

    asyncio.run(dispatch())
    heard.store._batching._queue = on_tick  # noqa: SLF001 - or it takes a thousand seconds

    async def again() -> None:
        heard.dispatch(LOW)
        await turns()

    asyncio.run(again())
    assert heard.counts == [2]


async def test_an_action_of_another_thread_does_not_take_the_loop_s_call_away() -> None:
    heard = Heard()
    heard.dispatch(LOW)
    thread = threading.Thread(target=heard.dispatch, args=(LOW,))
    thread.start()
    thread.join()
    await turns()
    assert heard.counts == [2]


async def test_a_queue_can_be_chosen_and_is_asked_once() -> None:
    calls: list[Callable[[], None]] = []
    heard = Heard(calls.append)
    heard.dispatch(LOW, LOW)
    assert len(calls) == 1
    calls.pop()()
    assert heard.counts == [2]
    heard.dispatch(LOW)
    assert len(calls) == 1


async def test_a_timer_calls_when_its_time_has_come() -> None:
    heard = Heard(on_timer(0))
    heard.dispatch(LOW, LOW)
    assert heard.counts == []
    await asyncio.sleep(0)
    await turns()
    assert heard.counts == [2]


async def test_a_timer_waits_so_many_milliseconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[float] = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_later", lambda delay, _: asked.append(delay))
    assert on_timer(10)(lambda: None) is True
    assert asked == [0.01]


def test_a_timer_does_not_go_back() -> None:
    with pytest.raises(UsageError, match="waits 0 ms or more, got -1"):
        on_timer(-1)


def test_a_timer_without_a_loop_says_that_it_cannot() -> None:
    assert on_timer(10)(lambda: None) is False
    assert on_tick(lambda: None) is False


def test_a_batch_is_heard_of_once_at_its_end() -> None:
    heard = Heard()
    with heard.store.batch():
        heard.dispatch(NORMAL, LOW, NORMAL)
        with heard.store.batch():
            heard.dispatch(NORMAL)
        assert (heard.count, heard.counts) == (4, [])
    assert heard.counts == [4]
    heard.dispatch(NORMAL)
    assert heard.counts == [4, 5]


def test_a_batch_without_actions_is_not_heard_of() -> None:
    heard = Heard()
    with heard.store.batch():
        pass
    assert heard.counts == []


def test_a_batch_that_fails_is_heard_of_since_the_state_did_change() -> None:
    heard = Heard()
    with pytest.raises(ZeroDivisionError), heard.store.batch():
        heard.dispatch(NORMAL, FAILING)
    assert heard.counts == [1]


async def test_a_turn_of_the_loop_inside_of_a_batch_waits_for_its_end() -> None:
    heard = Heard()
    heard.dispatch(LOW)
    with heard.store.batch():
        await turns()
        assert heard.counts == []
    assert heard.counts == [1]


async def test_a_reducer_that_fails_does_not_take_the_call_away() -> None:
    heard = Heard()
    heard.dispatch(LOW)
    with pytest.raises(ZeroDivisionError):
        heard.dispatch(FAILING)
    await turns()
    assert heard.counts == [1]


def no_rows() -> list[int]:
    return []


async def test_an_action_can_be_prepared_to_be_heard_of_later() -> None:
    rows = Slice("rows", no_rows)

    @rows.reducer(prepare=prepare_auto_batched)
    def add(state: list[int], row: int) -> None:
        state.append(row)

    store = Store(rows, checks=False)
    heard: list[list[int]] = []
    store.subscribe(lambda: heard.append([*store[rows]]))
    for row in (1, 2, 3):
        store.dispatch(add(row))
    assert (store[rows], heard) == ([1, 2, 3], [])
    await turns()
    assert heard == [[1, 2, 3]]


def test_the_mark_is_that_of_redux_toolkit() -> None:
    assert prepare_auto_batched(5) == {"payload": 5, "meta": {"RTK_autoBatch": True}}


def test_what_waits_says_so_until_it_is_told() -> None:
    told: list[int] = []
    batching = Batching(lambda: told.append(1), queue=lambda _: None)
    states = [batching.waits]
    batching.defer(LOW)
    states.append(batching.waits)
    batching.flush()
    states.append(batching.waits)
    assert (states, told) == ([False, True, False], [1])
