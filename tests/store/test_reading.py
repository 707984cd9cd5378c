"""Finding a slice in the root state, and a state to begin with that fits its slice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import cast

import pytest

from stateroom.errors import InvalidAction, InvalidSlice, NotPlain
from stateroom.store import (
    Action,
    Api,
    EntityState,
    ListenerApi,
    Next,
    PayloadAction,
    Slice,
    Store,
    StoreApi,
    create_listeners,
    from_plain,
    selector,
    to_plain,
)
from tests.store.counting import Counter, add, both, counter, value


def test_a_slice_selects_itself_from_the_root_state() -> None:
    store = both()
    assert counter.select_slice(store.state) is store[counter]


def test_a_selected_slice_is_an_input_of_selectors() -> None:
    @selector(counter.select_slice)
    def doubled(state: Counter) -> int:
        return state.value * 2

    store = both()
    store.dispatch(add(2))
    assert (doubled(store.state), doubled(store.state)) == (4, 4)
    assert doubled.recomputations == 1


@pytest.mark.parametrize("root", [{"text": ""}, {}, 5])
def test_a_slice_that_is_not_there_is_not_selected(root: object) -> None:
    with pytest.raises(InvalidSlice, match=r"counter\.select_slice: the state has no"):
        counter.select_slice(root)


@pytest.mark.parametrize("what", [counter, "counter"])
def test_what_is_no_function_of_the_root_state_is_not_watched(what: object) -> None:
    selector = cast("Callable[[object], object]", what)
    with pytest.raises(InvalidSlice, match="watched is a function") as caught:
        both().watch(selector, print)
    assert "select_slice" in caught.value.hint


def test_a_plain_thunk_reads_a_slice() -> None:
    def twice(api: StoreApi) -> tuple[int, int]:
        before = api[counter].value
        api.dispatch(add(1))
        return before, api[counter].value

    assert both().dispatch(twice) == (0, 1)


async def test_the_thunk_of_one_slice_reads_another() -> None:
    form = Slice("form", dict[str, int])

    @form.thunk
    async def count(api: Api[dict[str, int]]) -> int:
        return api[counter].value + len(api.state)

    store = Store(counter, form, preloaded={"counter": Counter(3)})
    assert await store.dispatch(count()).unwrap() == 3


def test_a_middleware_reads_a_slice() -> None:
    seen: list[int] = []

    def note(api: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def see(action: object) -> object:
                result = after(action)
                seen.append(api[counter].value)
                return result

            return see

        return around

    Store(counter, middleware=[note]).dispatch(add(2))
    assert seen == [2]


def test_a_listener_reads_a_slice() -> None:
    listeners = create_listeners()
    seen: list[tuple[int, int]] = []

    @listeners.on(add)
    def note(action: PayloadAction[int], api: ListenerApi) -> None:
        seen.append((action["payload"], api[counter].value))

    store = Store(counter, middleware=[listeners.middleware])
    store.dispatch(add(2))
    store.dispatch(add(3))
    assert seen == [(2, 2), (3, 5)]


def test_a_slice_that_the_store_lacks_is_not_read() -> None:
    other = Slice("other", Counter)
    with pytest.raises(InvalidSlice, match="the store has no slice 'other'"):
        both().dispatch(lambda api: api[other])


def test_an_object_of_javascript_is_told_how_to_become_an_action() -> None:
    class JsProxy:
        def to_py(self) -> object:
            return {}

    with pytest.raises(InvalidAction, match="an action is a mapping") as caught:
        both().dispatch(cast("Action", JsProxy()))
    assert caught.value.hint.startswith("an object of JavaScript is converted first")


# -- the state to begin with


def test_a_mapping_is_no_state_for_a_slice_of_a_class() -> None:
    with pytest.raises(InvalidSlice, match="counter: the preloaded state is a mapping"):
        Store(counter, preloaded={"counter": {"value": 3, "seen": []}})


def test_a_mapping_is_no_state_for_a_slice_of_entities() -> None:
    table = Slice("table", EntityState[Counter, int])
    with pytest.raises(InvalidSlice, match="the slice holds EntityState"):
        Store(table, preloaded={"table": {"ids": [], "entities": {}}})


@pytest.mark.parametrize("initial", [dict, dict[str, int], lambda: {"value": 0}])
def test_a_mapping_is_the_state_of_a_slice_of_mappings(
    initial: Callable[[], dict[str, int]],
) -> None:
    form = Slice("form", initial)
    assert Store(form, preloaded={"form": {"value": 3}})[form] == {"value": 3}


def test_a_plain_reducer_is_given_any_state_to_begin_with() -> None:
    def kept(state: object, action: Mapping[str, object]) -> object:
        return state or action["type"]

    assert Store({"kept": kept}, preloaded={"kept": {"a": 1}}).state == {
        "kept": {"a": 1}
    }


def test_a_slice_that_was_written_is_read_back() -> None:
    store = both()
    store.dispatch(add(4))
    text = json.dumps(to_plain(store[counter], kind=counter.kind))
    read = from_plain(counter.kind, json.loads(text))
    assert value(Store(counter, preloaded={"counter": read}).state) == 4


def test_a_table_that_was_written_without_its_type_is_not_read_with_it() -> None:
    table = Slice("table", EntityState[Counter, int])
    state = EntityState[Counter, int]([1], {1: Counter(2)})
    read = from_plain(table.kind, to_plain(state, kind=table.kind))
    assert read == state
    with pytest.raises(NotPlain, match="no mark of ours") as caught:
        from_plain(table.kind, to_plain(state))
    assert "kind=" in caught.value.hint


def test_a_slice_of_a_function_says_no_type_to_read() -> None:
    form = Slice("form", lambda: {"value": 0})
    with pytest.raises(NotPlain, match="the annotation <lambda>") as caught:
        from_plain(form.kind, {"value": 3})
    assert "name its type" in caught.value.hint


def test_what_an_action_carries_is_no_concern_of_the_store() -> None:
    heard: list[Action] = []
    form = Slice("form", Counter)

    @form.extra(add)
    def hear(state: Counter, action: PayloadAction[int]) -> None:
        state.value = action["payload"]

    @form.default
    def rest(state: Counter, action: Action) -> None:
        heard.append(action)

    store = Store(counter, form)
    store.dispatch(add(2))
    store.dispatch({"type": "other"})
    assert (store[form].value, heard[-1]) == (2, {"type": "other"})


def test_a_slice_that_is_sought_as_an_attribute_of_the_root_is_told_where_it_is() -> (
    None
):
    store = both()
    with pytest.raises(AttributeError, match=r"write state\['counter'\]"):
        store.state.counter  # type: ignore[attr-defined] # noqa: B018 - what the test is about
    with pytest.raises(AttributeError, match="nor a slice"):
        store.state.other  # type: ignore[attr-defined] # noqa: B018 - as above
