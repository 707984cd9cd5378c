"""State that was changed in place is found, with its path, where nothing froze it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from stateroom.errors import StateMutated
from stateroom.store.actions import Action
from stateroom.store.checks import mutation_check, surveying
from stateroom.store.checks.kinds import parts
from stateroom.store.drafts import freeze
from stateroom.store.slices import Slice
from stateroom.store.store import Store
from tests.store.recording import Recorded

GO: Action = {"type": "go"}


class Client:
    """An object of a class that the store cannot freeze."""

    def __init__(self) -> None:
        self.calls = 0
        self.log: list[str] = []
        self.peer: object = None


class Slotted:
    __slots__ = ("calls",)

    def __init__(self) -> None:
        self.calls = 0


def checked(
    state: object, reduce: Callable[[object, Action], object] | None = None
) -> Recorded:
    """Return a store whose state is what a plain reducer returned: it is not frozen."""
    holder = [state]

    def root(_: object, action: Action) -> object:
        if reduce is not None:
            holder[0] = reduce(holder[0], action)
        return holder[0]

    store = Recorded(root, middleware=[mutation_check()])
    store.dispatch({"type": "begin"})
    return store


def changing(state: object, change: Callable[[], object]) -> Callable[[], object]:
    """Return what changes ``state`` between two dispatches and dispatches again."""
    store = checked(state)

    def again() -> object:
        change()
        return store.dispatch(GO)

    return again


PLAIN: dict[str, object] = {"todos": [{"done": False}], "tags": {"a"}}


def test_s9_a_change_between_dispatches_is_found_with_its_path() -> None:
    todos = [{"done": False}]
    again = changing({"todos": todos}, lambda: todos[0].update(done=True))
    with pytest.raises(StateMutated, match="between dispatches") as seen:
        again()
    assert seen.value.path == "todos[0].done"


def test_s9_a_change_inside_a_dispatch_is_found_with_path_and_action() -> None:
    def reduce(state: object, action: Action) -> object:
        assert isinstance(state, dict)
        if action["type"] == "go":
            state["todos"].append("new")
        return state

    store = checked({"todos": ["old"]}, reduce)
    with pytest.raises(StateMutated, match=r"inside a dispatch of 'go'") as seen:
        store.dispatch(GO)
    assert seen.value.path == "todos[1]"


def test_an_error_is_told_once_and_the_next_dispatch_goes_on() -> None:
    todos = ["old"]
    again = changing({"todos": todos}, lambda: None)
    todos.clear()
    with pytest.raises(StateMutated):
        again()
    assert again() == GO


def test_a_reducer_that_makes_a_new_state_is_not_accused() -> None:
    def reduce(state: object, action: Action) -> object:
        assert isinstance(state, dict)
        return {**state, "todos": [*state["todos"], action["type"]]}

    store = checked({"todos": [], "same": [1]}, reduce)
    for _ in range(3):
        store.dispatch(GO)
    assert store.state == {"todos": ["begin", "go", "go", "go"], "same": [1]}


@dataclass
class Open:
    names: list[str] = field(default_factory=list)


OBJECT, LISTED, SLOTTED, OPEN = Client(), Client(), Slotted(), Open()
CHANGES: list[tuple[object, Callable[[], object], str]] = [
    ({"db": OBJECT}, lambda: setattr(OBJECT, "calls", 1), "db.calls"),
    ({"db": LISTED}, lambda: LISTED.log.append("x"), "db.log[0]"),
    ({"db": SLOTTED}, lambda: setattr(SLOTTED, "calls", 1), "db.calls"),
    ((1, [OPEN]), lambda: OPEN.names.append("x"), "[1][0].names[0]"),
    (PLAIN, lambda: PLAIN.pop("todos"), "todos"),
    ([tags := {"a"}], lambda: tags.add("b"), "[0].<member>"),
    ([row := [float("nan"), 0.0]], lambda: row.__setitem__(1, -0.0), "[0][1]"),
]


@pytest.mark.parametrize(("state", "change", "path"), CHANGES)
def test_s9_a_change_is_found_in_whatever_can_be_changed(
    state: object, change: Callable[[], object], path: str
) -> None:
    again = changing(state, change)
    with pytest.raises(StateMutated, match=re.escape(path)) as seen:
        again()
    assert seen.value.path == path


def test_what_an_object_was_given_later_is_looked_at_too() -> None:
    client = Client()
    state = freeze({"db": client})
    store = Recorded(lambda *_: state, middleware=[mutation_check()])
    store.dispatch(GO)
    client.log = []
    with pytest.raises(StateMutated, match=r"db\.log\n"):
        store.dispatch(GO)
    store.dispatch(GO)
    client.log.append("x")
    with pytest.raises(StateMutated, match=r"db\.log\[0\]\n"):
        store.dispatch(GO)


def test_what_an_object_of_the_state_knows_of_is_not_part_of_the_state() -> None:
    client = Client()
    other = client.peer = Client()
    again = changing({"db": client}, lambda: setattr(other, "calls", 5))
    assert again() == GO


def test_state_that_contains_itself_does_not_end_the_check() -> None:
    state: dict[str, object] = {"n": 1}
    state["self"] = state
    again = changing(state, lambda: state.update(n=2))
    with pytest.raises(StateMutated, match=r"at n\n"):
        again()


@pytest.mark.parametrize("ignored", ["db.calls", "db", re.compile(r"^db\b")])
def test_s9_paths_can_be_ignored(ignored: str | re.Pattern[str]) -> None:
    client = Client()
    check = mutation_check(ignored_paths=[ignored])
    store = Recorded(lambda *_: {"db": client}, middleware=[check])
    store.dispatch(GO)
    client.calls += 1
    assert store.dispatch(GO) == GO


def test_a_thunk_that_changes_state_is_found_too() -> None:
    todos: list[int] = []
    store = Recorded(lambda *_: {"todos": todos}, checks=True)
    store.dispatch(GO)
    with pytest.raises(StateMutated, match="inside a dispatch of a thunk"):
        store.dispatch(lambda _: todos.append(1))


class Patrol:
    """Counts how often a value is asked for what it holds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looked: list[object] = []

        def parts_of(value: object) -> Iterator[tuple[object, object]]:
            self.looked.append(value)
            return parts(value)

        monkeypatch.setattr(surveying, "parts", parts_of)


def test_s9_frozen_parts_that_did_not_change_are_not_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    roles = Slice("roles", lambda: {n: [f"role {n}"] for n in range(1000)})

    @roles.reducer
    def add(state: dict[int, list[str]], name: str) -> None:
        state[0].append(name)

    store = Store(roles, checks=False, middleware=[mutation_check()])
    store.dispatch(add("a"))
    patrol = Patrol(monkeypatch)
    store.dispatch(add("b"))
    assert patrol.looked == [store.state, store[roles], store[roles][0]]


def test_s9_a_slow_check_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    seconds = iter([0.0, 0.020, 1.0, 1.013])
    check = mutation_check(clock=lambda: next(seconds))
    Recorded(middleware=[check]).dispatch(GO)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("stateroom.store", logging.WARNING)
    assert "the mutation check took 33 ms, more than 32" in record.getMessage()


def test_a_check_within_its_limit_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seconds = iter([0.0, 0.015, 1.0, 1.015])
    check = mutation_check(clock=lambda: next(seconds))
    Recorded(middleware=[check]).dispatch(GO)
    assert caplog.records == []
