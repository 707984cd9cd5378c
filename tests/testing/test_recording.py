"""The recorder: what was dispatched is kept, and what was not is told clearly."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

import pytest

from stateroom.errors import InvalidAction
from stateroom.store import Slice, Store, StoreApi
from stateroom.testing import ActionRecorder, RecordedStore


@dataclass
class Roles:
    selected: list[str] = field(default_factory=list)


roles = Slice("roles", Roles)


@roles.reducer
def select(state: Roles, role: str) -> None:
    if role == "wrong":
        raise LookupError(role)
    state.selected.append(role)


@roles.reducer
def clear(state: Roles) -> None:
    state.selected.clear()


@roles.reducer
def remark(state: Roles, text: str | None) -> None:
    del state, text


@pytest.fixture
def store() -> RecordedStore:
    return RecordedStore(roles)


def told(check: pytest.ExceptionInfo[AssertionError]) -> list[str]:
    return str(check.value).splitlines()


def test_every_action_is_kept_in_its_order(store: RecordedStore) -> None:
    nurse, cleared = select("nurse"), clear()
    store.dispatch(nurse)
    store.dispatch(cleared)
    assert store.recorder.actions == (nurse, cleared)
    assert store.recorder.types == ("roles/select", "roles/clear")
    assert store.recorder.of(clear) == (cleared,)
    assert store.recorder.of("roles/select") == (nurse,)


def test_what_is_cleared_is_forgotten(store: RecordedStore) -> None:
    store.dispatch(clear())
    store.recorder.clear()
    assert store.recorder.actions == ()


def test_an_action_that_a_reducer_refuses_was_dispatched(store: RecordedStore) -> None:
    with pytest.raises(LookupError):
        store.dispatch(select("wrong"))
    store.recorder.assert_dispatched(select, payload="wrong")


def test_what_is_no_action_is_refused_and_not_kept(store: RecordedStore) -> None:
    with pytest.raises(InvalidAction):
        store.dispatch("select")  # type: ignore[call-overload] # as a caller may
    assert store.recorder.types == ()


def test_a_thunk_is_no_action_but_what_it_dispatches_is(store: RecordedStore) -> None:
    def both(api: StoreApi) -> None:
        api.dispatch(select("nurse"))
        api.dispatch(clear())

    store.dispatch(both)
    assert store.recorder.types == ("roles/select", "roles/clear")


def test_the_recorder_has_what_reducers_see_behind_every_middleware() -> None:
    def doubled(api: StoreApi) -> object:
        del api
        return lambda rest: lambda action: rest(select(action["payload"] * 2))

    store = RecordedStore(roles, middleware=(doubled,))  # type: ignore[arg-type] # short on purpose
    store.dispatch(select("x"))
    store.recorder.assert_dispatched(select, payload="xx")
    assert store[roles].selected == ["xx"]


def test_a_recorder_may_stand_in_any_store() -> None:
    recorder = ActionRecorder()
    store = Store(roles, middleware=(recorder,))
    assert store.dispatch(select("nurse")) == select("nurse")
    assert recorder.types == ("roles/select",)


# --------------------------------------------------------------------- assertions


def test_an_assertion_gives_the_last_action_that_it_found(store: RecordedStore) -> None:
    store.dispatch(select("nurse"))
    last = store.dispatch(select("doctor"))
    assert store.recorder.assert_dispatched(select) is last
    assert store.recorder.assert_dispatched(select, payload="nurse") == select("nurse")
    assert store.recorder.assert_dispatched("roles/select", times=2) is last


def test_what_was_not_dispatched_is_told_with_what_was(store: RecordedStore) -> None:
    store.dispatch(remark("new"))
    store.dispatch(select("nurse"))
    with pytest.raises(AssertionError) as check:
        store.recorder.assert_dispatched(clear)
    assert told(check) == [
        "roles/clear was not dispatched; dispatched were:",
        "  roles/remark payload='new'",
        "  roles/select payload='nurse'",
    ]


def test_another_payload_is_told_with_those_there_were(store: RecordedStore) -> None:
    store.dispatch(clear())
    store.dispatch(select("doctor"))
    with pytest.raises(AssertionError) as check:
        store.recorder.assert_dispatched(select, payload="nurse")
    assert told(check) == [
        "roles/select with payload 'nurse' was not dispatched; it was with:",
        "  roles/select payload='doctor'",
    ]


def test_that_nothing_was_dispatched_is_told(store: RecordedStore) -> None:
    with pytest.raises(AssertionError) as check:
        store.recorder.assert_dispatched(select)
    assert told(check) == ["roles/select was not dispatched: nothing was"]


def test_a_wrong_number_of_times_is_told(store: RecordedStore) -> None:
    store.dispatch(select("nurse"))
    with pytest.raises(AssertionError) as check:
        store.recorder.assert_dispatched(select, times=2)
    assert told(check)[0] == (
        "roles/select was not dispatched 2 times, but 1; dispatched were:"
    )


def test_no_payload_is_not_a_payload_of_none(store: RecordedStore) -> None:
    store.dispatch(clear())
    store.dispatch(remark(None))
    with pytest.raises(AssertionError):
        store.recorder.assert_dispatched(clear, payload=None)
    store.recorder.assert_dispatched(remark, payload=None, times=1)


def test_what_should_not_have_been_dispatched_is_told(store: RecordedStore) -> None:
    store.recorder.assert_not_dispatched(select)
    store.dispatch(select("nurse"))
    store.recorder.assert_not_dispatched(select, payload="doctor")
    with pytest.raises(AssertionError) as check:
        store.recorder.assert_not_dispatched(select, payload="nurse")
    assert told(check) == [
        "roles/select was dispatched:",
        "  roles/select payload='nurse'",
    ]


def test_only_the_newest_actions_are_told(store: RecordedStore) -> None:
    for number in range(30):
        store.dispatch(select(str(number)))
    with pytest.raises(AssertionError) as check:
        store.recorder.assert_dispatched(clear)
    assert len(told(check)) == 21
    assert told(check)[-1] == "  roles/select payload='29'"


# ------------------------------------------------------------------------- waiting


async def test_an_action_that_comes_later_can_be_waited_for(
    store: RecordedStore,
) -> None:
    waiting = asyncio.create_task(store.recorder.dispatched(select))
    await asyncio.sleep(0)
    store.dispatch(clear())
    await asyncio.sleep(0)
    assert not waiting.done()
    action = store.dispatch(select("nurse"))
    assert await waiting is action


async def test_an_action_that_was_there_is_not_waited_for(store: RecordedStore) -> None:
    action = store.dispatch(select("nurse"))
    assert await store.recorder.dispatched("roles/select", timeout_s=0) is action


async def test_an_action_from_another_thread_ends_the_wait(
    store: RecordedStore,
) -> None:
    asyncio.get_running_loop().set_debug(True)  # it tells who reaches in from outside
    thread = threading.Thread(target=lambda: store.dispatch(select("nurse")))
    waiting = asyncio.create_task(store.recorder.dispatched(select))
    await asyncio.sleep(0)
    thread.start()
    assert (await waiting)["payload"] == "nurse"
    thread.join()


async def test_a_wait_in_vain_is_told_with_what_came(store: RecordedStore) -> None:
    store.dispatch(clear())
    with pytest.raises(AssertionError) as check:
        await store.recorder.dispatched(select, timeout_s=0.01)
    assert told(check) == [
        "in 0.01 s, roles/select was not dispatched; dispatched were:",
        "  roles/clear",
    ]
    assert store.recorder._waiting == []  # noqa: SLF001 - nothing public tells
