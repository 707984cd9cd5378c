"""Values that JSON cannot hold are warned of, with their path."""

from __future__ import annotations

import datetime as dt
import enum
import logging
import re
import uuid
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import pytest

from stateroom.errors import NotSerialisable
from stateroom.store.actions import Action
from stateroom.store.checks import serialisability_check, surveying
from stateroom.store.checks.kinds import parts
from stateroom.store.middleware import Middleware
from stateroom.store.slices import Slice
from stateroom.store.store import Store
from stateroom.store.thunks import Api, create_async_thunk
from tests.store.recording import Recorded

GO: Action = {"type": "go"}


class Socket:
    def __repr__(self) -> str:
        return "<socket>"


class Colour(enum.Enum):
    RED = 1


class Point(NamedTuple):
    x: int
    y: int


@dataclass
class Job:
    title: str
    tags: list[object] = field(default_factory=list)


FINE: list[object] = [
    None,
    True,
    1,
    1.5,
    "text",
    b"bytes",
    [1, (2, {"a": {3}})],
    frozenset({1}),
    Colour.RED,
    Point(1, 2),
    Job("nurse", ["a", 1]),
    Decimal("1.5"),
    uuid.UUID(int=1),
    dt.datetime(2030, 1, 1, tzinfo=dt.UTC),
    dt.date(2030, 1, 1),
    dt.timedelta(seconds=1),
]


def warned_by(call: Callable[[], object]) -> list[str]:
    """Return what ``call`` warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert {each.category for each in caught} <= {NotSerialisable}
    return [str(each.message) for each in caught]


def in_action(action: Action, check: Middleware | None = None) -> list[str]:
    store = Recorded(middleware=[check or serialisability_check()])
    return warned_by(lambda: store.dispatch(action))


def in_state(state: object, check: Middleware | None = None) -> list[str]:
    store = Recorded(lambda *_: state, middleware=[check or serialisability_check()])
    return warned_by(lambda: store.dispatch(GO))


@pytest.mark.parametrize("value", FINE, ids=lambda value: type(value).__name__)
def test_s9_what_has_a_plain_form_is_not_warned_of(value: object) -> None:
    assert in_action({"type": "go", "payload": value}) == []
    assert in_state({"value": value}) == []


def test_s9_an_action_is_warned_of_with_the_path() -> None:
    action: Action = {"type": "connect", "payload": {"to": [1, Socket()]}}
    (message,) = in_action(action)
    assert message == (
        "the action 'connect' holds what JSON cannot: payload.to[1] is <socket>, "
        f"a {Socket.__module__}.Socket"
    )


def test_s9_state_is_warned_of_with_the_path_and_the_action_that_led_to_it() -> None:
    (message,) = in_state({"job": Job("nurse", [Socket()])})
    assert message.startswith(
        "after 'go', the state holds what JSON cannot: job.tags[0] is <socket>, a "
    )


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (print, "value"),
        (Socket, "value"),
        ({"a": (1, print)}, "value.a[1]"),
        ({Socket()}, "value.<member>"),
        (Point(1, print), "value[1]"),  # type: ignore[arg-type]
        (iter([1]), "value"),
    ],
)
def test_s9_what_has_no_plain_form_is_found_in_any_container(
    value: object, path: str
) -> None:
    (message,) = in_state({"value": value})
    assert f"cannot: {path} is " in message


def test_s9_what_a_request_was_asked_with_is_ignored_in_meta() -> None:
    meta = {"arg": Socket(), "baseQueryMeta": {"request": Socket()}}
    assert in_action({"type": "go", "meta": meta}) == []
    assert len(in_action({"type": "go", "meta": {"other": Socket()}})) == 1


def test_s9_actions_can_be_ignored_by_type_and_by_path() -> None:
    action: Action = {"type": "go", "payload": {"file": Socket()}}
    by_type = serialisability_check(ignored_actions=["go"])
    by_path = serialisability_check(ignored_action_paths=["payload.file"])
    by_pattern = serialisability_check(ignored_action_paths=[re.compile("file$")])
    assert [in_action(action, each) for each in (by_type, by_path, by_pattern)] == [
        [],
        [],
        [],
    ]


def test_s9_state_can_be_ignored_by_path() -> None:
    state = {"db": {"socket": Socket()}, "other": Socket()}
    (message,) = in_state(state, serialisability_check(ignored_paths=["db"]))
    assert "cannot: other is" in message


def test_s9_what_is_in_order_can_be_said_by_the_application() -> None:
    def is_small(value: object) -> bool:
        return not isinstance(value, int) or value < 10

    (message,) = in_state(
        {"n": 10, "m": [9]}, serialisability_check(is_serialisable=is_small)
    )
    assert "n is 10, a int" in message


def test_state_is_warned_of_once_for_each_place_until_it_is_mended() -> None:
    states: list[object] = [
        {"a": print},
        {"a": print},
        {"a": print, "b": print},
        {"b": print},
        {"a": print},
    ]
    store = Recorded(lambda *_: states.pop(0), middleware=[serialisability_check()])
    told = [warned_by(lambda: store.dispatch(GO)) for _ in range(5)]
    assert [len(each) for each in told] == [1, 0, 1, 0, 1]


def test_s9_state_that_contains_itself_has_no_plain_form() -> None:
    state: dict[str, object] = {}
    state["self"] = state
    (message,) = in_state(state)
    assert "cannot: self is" in message


def test_s9_nothing_is_refused_and_the_state_has_changed() -> None:
    store = Recorded(lambda *_: {"a": print}, middleware=[serialisability_check()])
    with pytest.warns(NotSerialisable):
        assert store.dispatch(GO) == GO
    assert store.state == {"a": print}


def test_the_warning_names_the_line_that_dispatched() -> None:
    store = Recorded(middleware=[serialisability_check()])
    with pytest.warns(NotSerialisable) as caught:
        store.dispatch({"type": "go", "payload": print})
    assert caught[0].filename == __file__


async def test_an_action_of_a_thunk_is_looked_at_too() -> None:
    async def connect(_: Api[object]) -> object:
        return Socket()

    store = Recorded(middleware=[serialisability_check()])
    with pytest.warns(NotSerialisable, match="'t/fulfilled' .* payload is <socket>"):
        await store.dispatch(create_async_thunk("t", connect)())


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was asked for the parts that it holds."""
    seen: list[object] = []

    def parts_of(value: object) -> Iterator[tuple[object, object]]:
        seen.append(value)
        return parts(value)

    monkeypatch.setattr(surveying, "parts", parts_of)
    return seen


def test_s9_frozen_parts_that_were_in_order_are_not_looked_at_again(
    looked: list[object],
) -> None:
    rows = Slice("rows", lambda: {n: [n] for n in range(1000)})

    @rows.reducer
    def put(state: dict[int, list[int]], at: int) -> None:
        state[at].append(at)

    store = Store(rows, checks=False, middleware=[serialisability_check()])
    store.dispatch(put(0))
    looked.clear()
    action = put(7)
    store.dispatch(action)
    assert looked == [action, store.state, store[rows], store[rows][7]]


def test_s9_a_slow_check_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    seconds = iter([0.0, 0.040])
    check = serialisability_check(clock=lambda: next(seconds))
    Recorded(middleware=[check]).dispatch(GO)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("stateroom.store", logging.WARNING)
    assert "the serialisability check took 40 ms, more than 32" in record.getMessage()
