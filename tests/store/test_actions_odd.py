"""Reducers, creators and selectors with unusual parameters, names and results."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from functools import partial

import pytest

from stateroom.errors import InvalidAction, InvalidSlice
from stateroom.store import (
    UNDEFINED,
    Prepared,
    Slice,
    Store,
    create_action,
)

State = dict[str, object]


def rows() -> Slice[State]:
    return Slice("rows", lambda: State({"value": None}))


class Kind(str, enum.Enum):  # noqa: UP042 - str(member) is not the text
    ADD = "rows/add"


class Adder:
    def __call__(self, state: State, value: int) -> None:
        state["value"] = value


def test_parameters_may_be_called_as_our_own_are() -> None:
    slice_ = rows()

    @slice_.reducer
    def put(draft: State, self: int, state: int, root: int, action: int) -> None:
        draft["value"] = (self, state, root, action)

    store = Store(slice_)
    store.dispatch(put(self=1, state=2, root=3, action=4))
    assert store[slice_] == {"value": (1, 2, 3, 4)}
    assert put.reduce({}, self=1, state=2, root=3, action=4)["value"] == (1, 2, 3, 4)


def test_parameters_of_a_selector_may_be_called_as_our_own_are() -> None:
    slice_ = rows()

    @slice_.selector
    def look(state: State, self: int, root: int) -> object:
        return state["value"], self, root

    found = Store(slice_).state
    assert look(found, self=1, root=2) == (None, 1, 2)
    assert look.or_initial({}, self=1, root=2) == (None, 1, 2)


def test_an_argument_that_must_be_named_is_not_taken_by_its_place() -> None:
    slice_ = rows()

    @slice_.reducer
    def put(state: State, *, at: int) -> None:
        state["value"] = at

    @slice_.reducer
    def put_two(state: State, value: int, *, at: int) -> None:
        state["value"] = (value, at)

    assert put(at=1) == {"type": "rows/put", "payload": 1}
    with pytest.raises(TypeError, match="put: too many positional arguments"):
        put(1)  # type: ignore[call-arg] # what the test is about
    with pytest.raises(TypeError, match="put_two: too many positional arguments"):
        put_two(1, 2)  # type: ignore[call-arg] # as above


def test_what_prepare_returns_does_not_choose_the_type() -> None:
    def prepare(value: int) -> Prepared:
        made: object = {"type": "evil", "payload": value, "more": 1}
        return made  # type: ignore[return-value] # what the test is about

    slice_ = rows()
    create = slice_.reducer(prepare=prepare, name="put")(lambda state, value: None)
    assert create(1) == {"type": "rows/put", "payload": 1}
    assert create_action("x", prepare)(2) == {"type": "x", "payload": 2}


def test_what_prepare_says_of_errors_and_meta_is_kept() -> None:
    def prepare(value: int) -> Prepared:
        return {"payload": value, "meta": {"at": 1}, "error": True}

    create = create_action("x", prepare).with_meta({"by": 2})
    assert create(1) == {
        "type": "x",
        "payload": 1,
        "meta": {"at": 1, "by": 2},
        "error": True,
    }


def test_a_prepare_function_without_a_signature_will_do() -> None:
    create = create_action("x", dict)  # type: ignore[arg-type] # it may hold anything
    made = create({"payload": 1})  # type: ignore[call-arg] # as above
    assert made == {"type": "x", "payload": 1}


def test_a_prepare_function_that_is_none_is_refused() -> None:
    wrong: object = 5
    with pytest.raises(InvalidSlice, match="prepare is a function; found 5"):
        create_action("x", wrong)  # type: ignore[call-overload] # what the test is about


@pytest.mark.parametrize("function", [partial(Adder()), Adder()])
def test_a_reducer_without_a_name_needs_one(
    function: Callable[[State, int], None],
) -> None:
    with pytest.raises(InvalidSlice, match="has no name for its action"):
        rows().reducer(function)


def test_a_reducer_without_a_name_is_given_one() -> None:
    slice_ = rows()
    put = slice_.reducer(name="put")(Adder())
    store = Store(slice_)
    store.dispatch(put(3))
    assert store[slice_] == {"value": 3}


def test_a_reducer_that_is_no_function_is_refused() -> None:
    wrong: object = 5
    with pytest.raises(InvalidSlice, match="a reducer is a function; found 5"):
        rows().reducer(wrong)  # type: ignore[call-overload] # what the test is about


def test_the_reducer_of_a_slice_knows_types_that_are_text_enums() -> None:
    slice_ = rows()

    @slice_.reducer
    def add(state: State, value: int) -> None:
        state["value"] = value

    action = {"type": Kind.ADD, "payload": 2}
    assert slice_.reduce(UNDEFINED, action) == {"value": 2}
    assert add.match(action)


def test_a_selector_takes_none_for_a_state() -> None:
    slice_: Slice[int | None] = Slice("count", lambda: 5)

    @slice_.selector
    def value(state: int | None) -> int | None:
        return state

    assert (value.or_initial({"count": None}), value.or_initial({})) == (None, 5)


@pytest.mark.parametrize("root", [None, 5, "rows", ["rows"]])
def test_a_selector_of_no_mapping_says_so(root: object) -> None:
    value = rows().selector(lambda state: state["value"])
    with pytest.raises(InvalidSlice, match="the state has no slice 'rows'"):
        value.or_initial(root)
    with pytest.raises(InvalidSlice, match="the state has no slice 'rows'"):
        value(root)


def test_a_payload_names_no_other_parameter_than_those_of_the_payload() -> None:
    slice_ = rows()

    @slice_.reducer
    def put(state: State, first: int = 1, second: int = 2) -> None:
        state["value"] = (first, second)

    store = Store(slice_)
    evil: Mapping[str, object] = {"type": put.type, "payload": {"state": {}}}
    with pytest.raises(InvalidAction, match="needs a mapping as payload"):
        store.dispatch(evil)
    assert store[slice_] == {"value": None}
