"""Time travel in the terminal."""

from __future__ import annotations

import datetime as dt
import json
import threading
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

import pytest

from stateroom.errors import DevtoolsError, NotPlain
from stateroom.store import Slice, Store, is_frozen
from stateroom.store.devtools import Devtools, Sanitiser, start
from tests.store.devtools.living import Basket, basket, put, store_of

EPOCH = dt.datetime(2026, 7, 25, tzinfo=dt.UTC)


@dataclass
class Line:
    price: Decimal
    since: dt.datetime


@dataclass
class Orders:
    lines: list[Line] = field(default_factory=list)


orders = Slice("orders", Orders)


@orders.reducer
def order(state: Orders, line: Line) -> None:
    state.lines.append(line)


def filled(*items: str, catch_errors: bool = False) -> tuple[Store, Devtools]:
    store = store_of()
    ticks = count()
    tools = start(
        store, clock=lambda: next(ticks), catch_errors=catch_errors, max_age=None
    )
    for item in items:
        store.dispatch(put(item))
    return store, tools


def test_the_history_is_listed_with_ids_times_and_states() -> None:
    _, tools = filled("egg", "ham")
    assert [(one.id, one.action["type"], one.timestamp) for one in tools.actions] == [
        (0, "@@INIT", 0),
        (1, "basket/put", 1),
        (2, "basket/put", 2),
    ]
    assert tools.states[1] == {"basket": Basket(["egg"])}
    assert repr(tools) == "<devtools, step 2 of 2>"


def test_a_jump_shows_another_state_and_minus_one_is_the_newest() -> None:
    store, tools = filled("egg", "ham")
    tools.jump(1)
    assert (store[basket].items, tools.index) == (["egg"], 1)
    tools.jump(-1)
    assert (store[basket].items, tools.index) == (["egg", "ham"], 2)
    with pytest.raises(DevtoolsError, match="there is no step"):
        tools.jump(-4)


def test_toggling_moving_and_sweeping_change_what_the_store_shows() -> None:
    store, tools = filled("egg", "ham", "jam")
    tools.toggle(1)
    assert store[basket].items == ["ham", "jam"]
    assert [one.is_skipped for one in tools.actions] == [False, True, False, False]
    tools.move(3, before=2)
    assert store[basket].items == ["jam", "ham"]
    tools.sweep()
    assert [one.id for one in tools.actions] == [0, 3, 2]


def test_commit_rollback_and_reset_choose_where_the_history_begins() -> None:
    store, tools = filled("egg")
    tools.commit()
    store.dispatch(put("ham"))
    tools.rollback()
    assert store[basket].items == ["egg"]
    tools.reset()
    assert store[basket].items == []


def test_a_paused_history_lets_actions_through_and_a_locked_one_does_not() -> None:
    store, tools = filled("egg")
    tools.pause()
    store.dispatch(put("ham"))
    assert (tools.is_paused, store[basket].items) == (True, ["egg", "ham"])
    tools.resume()
    assert (tools.is_paused, len(tools.actions)) == (False, 1)
    tools.lock()
    store.dispatch(put("jam"))
    assert (tools.is_locked, store[basket].items) == (True, ["egg", "ham"])
    tools.unlock()
    store.dispatch(put("jam"))
    assert store[basket].items == ["egg", "ham", "jam"]


def test_listeners_are_told_of_a_jump_and_can_see_that_it_is_one() -> None:
    store, tools = filled("egg")
    seen: list[tuple[list[str], bool]] = []
    store.subscribe(
        lambda: seen.append((store[basket].items, tools.is_time_travelling))
    )
    tools.jump(0)
    tools.jump(1)
    store.dispatch(put("ham"))
    assert seen == [([], True), (["egg"], False), (["egg", "ham"], False)]


def test_an_error_of_a_reducer_is_raised_and_not_recorded() -> None:
    store, tools = filled("egg")
    with pytest.raises(ValueError, match="no bombs"):
        store.dispatch(put("bomb"))
    assert len(tools.actions) == 2
    store.dispatch(put("ham"))
    assert store[basket].items == ["egg", "ham"]


def test_an_error_that_is_caught_is_recorded_with_the_action() -> None:
    store, tools = filled("egg", catch_errors=True)
    store.dispatch(put("bomb"))
    store.dispatch(put("ham"))
    assert [one.error for one in tools.actions[2:]] == [
        "ValueError: no bombs",
        "Interrupted by an error up the chain",
    ]
    tools.toggle(2)
    assert store[basket].items == ["egg", "ham"]


def test_an_export_is_json_and_brings_everything_back_with_its_classes() -> None:
    store = Store(orders, basket)
    tools = start(store)
    store.dispatch(order(Line(Decimal("9.90"), EPOCH)))
    store.dispatch(put("egg"))
    text = json.dumps(tools.export())
    before = store.state
    tools.reset()
    tools.import_(text)
    assert store.state == before
    assert store[orders].lines == [Line(Decimal("9.90"), EPOCH)]
    assert is_frozen(store.state)
    tools.toggle(2)
    assert store[basket].items == []


def test_an_export_can_be_taken_without_computing_it_again() -> None:
    store, tools = filled("egg", "ham")
    tools.jump(1)
    exported = tools.export()
    tools.reset()
    tools.import_(exported, recompute=False)
    assert (store[basket].items, tools.index) == (["egg"], 1)
    assert tools.is_time_travelling


def test_a_list_of_actions_is_carried_out_from_the_initial_state() -> None:
    store, tools = filled("egg")
    tools.import_([{"type": "basket/put", "payload": "ham"}])
    assert store[basket].items == ["ham"]


def test_a_sanitised_export_has_no_secrets_and_is_not_imported() -> None:
    _, tools = filled("egg")
    exported = tools.export(is_sanitised=True)
    assert "t0p-s3cret" not in json.dumps(exported)
    with pytest.raises(DevtoolsError, match="sanitised at computedStates") as got:
        tools.import_(exported)
    assert got.value.path == "computedStates[0].state.basket.token"


def test_a_history_that_a_sanitiser_of_the_application_changed_is_refused() -> None:
    hook = Sanitiser(state=lambda _state, _index: {}, keys=())
    tools = start(store_of("egg"), sanitise=hook)
    with pytest.raises(DevtoolsError, match="was sanitised"):
        tools.import_(tools.export(is_sanitised=True))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{", "not JSON"),
        ("NaN", "not JSON"),
        ({}, "actionsById must be"),
        ({"payload": "{}"}, "actionsById must be"),
        ([{"kind": "x"}], r"actions\[0\] must be an action"),
    ],
)
def test_an_import_that_is_no_history_is_refused_and_nothing_changes(
    data: str | dict[str, object] | list[object], said: str
) -> None:
    store, tools = filled("egg")
    with pytest.raises(DevtoolsError, match=said):
        tools.import_(data)
    assert (store[basket].items, len(tools.actions)) == (["egg"], 2)


def test_an_import_of_another_applications_state_is_refused_with_the_place() -> None:
    store, tools = filled("egg")
    exported = json.loads(json.dumps(tools.export()).replace("items", "things"))
    with pytest.raises(NotPlain):
        tools.import_(exported)
    assert store[basket].items == ["egg"]


def test_a_slice_that_is_injected_is_there_in_the_whole_history() -> None:
    store, tools = filled("egg")
    store.inject(orders)
    tools.jump(1)
    assert store[orders] == Orders()
    assert store[basket].items == ["egg"]
    assert len(tools.actions) == 2


def test_a_root_reset_is_an_action_that_can_be_travelled_over() -> None:
    store, tools = filled("egg")
    store.reset()
    assert store[basket].items == []
    tools.jump(1)
    assert store[basket].items == ["egg"]
    tools.toggle(2)
    tools.jump(-1)
    assert store[basket].items == ["egg"]


def test_dispatches_of_other_threads_and_edits_follow_each_other() -> None:
    store, tools = filled("egg")
    threads = [
        threading.Thread(
            target=lambda: [store.dispatch(put("ham")) for _ in range(200)]
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for _ in range(50):
        tools.toggle(1)
    for thread in threads:
        thread.join()
    assert len(tools.actions) == 602
    assert store[basket].items == ["egg"] + ["ham"] * 600


def test_the_history_is_not_edited_while_another_thread_dispatches() -> None:
    store, tools = filled("egg")
    editing = threading.Thread(target=tools.commit)
    seen: list[int] = []

    def edit_meanwhile() -> None:
        if not seen:
            editing.start()
            editing.join(0.05)  # it waits, however long this is
            seen.append(tools.index)

    store.subscribe(edit_meanwhile)
    store.dispatch(put("ham"))
    editing.join()
    assert (seen, tools.index) == ([2], 0)
