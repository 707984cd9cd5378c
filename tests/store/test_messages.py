"""What the store says about a mistake: where it is, what was found, what to do."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from stateroom.errors import InvalidAction, StoreError
from stateroom.store import (
    Slice,
    Store,
    StoreApi,
    bind_action_creators,
    combine,
    create_action,
    store,
)
from stateroom.store.middleware import Middleware
from stateroom.store.patches import apply_patches
from tests.store.mistakes import examples
from tests.store.roles import Roles, roles_slice

CORE = Path(store.__file__).parent
REFUSALS = {
    *("DraftMisuse", "EndlessUpdate", "FrozenState", "InReducer", "InvalidAction"),
    *("InvalidPatch", "InvalidReducer", "InvalidSlice"),
}
LONG = "x" * 10_000


def wrong(value: object) -> Slice[int]:
    """Return what is no slice where one is asked for."""
    return cast("Slice[int]", value)


def made(*parts: object) -> Store:
    return Store(*cast("tuple[Slice[int], ...]", parts), checks=False)


def dispatched(action: object) -> object:
    return made(roles_with_reducers()).dispatch(cast("Mapping[str, object]", action))


def roles_with_reducers() -> Slice[Roles]:
    roles = roles_slice()

    @roles.reducer
    def select(state: Roles, role: str) -> None:
        state.selected.append(role)

    @roles.reducer
    def describe(state: Roles, note: str, at: int) -> None:
        state.note = f"{note}@{at}"

    return roles


def twice() -> object:
    roles = roles_with_reducers()
    return roles.reducer(name="select")(lambda _: None)


def patched(value: object, patch: object) -> object:
    return apply_patches(value, cast("list[Mapping[str, object]]", [patch]))


def returning(value: object) -> Callable[[StoreApi], object]:
    return lambda _: lambda _: value


MISTAKES: list[tuple[Callable[[], object], str, str]] = [
    (
        lambda: dispatched(create_action("roles/select")),
        "an action is a mapping with a type; found <action creator roles/select>",
        "call it first: dispatch(select(...)) and not dispatch(select)",
    ),
    (
        lambda: dispatched({"payload": 1}),
        "the action has no type: {'payload': 1}",
        'e.g. {"type": "saved"}, or what an action creator returns',
    ),
    (
        lambda: dispatched({"type": "roles/select"}),
        (
            "roles/select: roles_with_reducers.<locals>.select needs a payload (role); "
            "found none"
        ),
        "make the action with its creator",
    ),
    (
        lambda: dispatched({"type": "roles/describe", "payload": {"note": "a"}}),
        (
            "roles/describe: roles_with_reducers.<locals>.describe needs a mapping as "
            "payload (note, at); found {'note': 'a'}"
        ),
        "make the action with its creator",
    ),
    (
        lambda: made(roles_slice())[wrong("roles")],
        "a store is asked for a slice; found 'roles'",
        "name the slice itself: store[roles]; by names there is store.state",
    ),
    (
        lambda: made(roles_slice()).inject(wrong("roles")),
        "a store is made of slices and mappings of reducers; found 'roles'",
        'Store(roles, {"counter": counter}), or one root reducer alone',
    ),
    (
        lambda: made(lambda state, _: state).inject(roles_slice()),
        "a store with one root reducer takes no slices",
        "make it of its parts: Store(roles, ...), or Store({...})",
    ),
    (
        lambda: made(roles_slice(), roles_slice()),
        "two parts of the store are named 'roles'",
        "each has its own key in the state: rename one of them",
    ),
    (
        twice,
        "roles/select is declared twice",
        'rename one of the functions, or give one a name: @roles.reducer(name="...")',
    ),
    (
        lambda: Store(
            roles_slice(),
            middleware=[cast("Middleware", returning(3))],
        ),
        (
            "a middleware returned 3; it takes the api, then what comes after it, and "
            "returns a function of the action"
        ),
        "lambda api: lambda after: lambda action: after(action)",
    ),
    (
        lambda: patched({"todos": [1]}, {"op": "move", "path": ("todos", 0)}),
        "unknown operation 'move'; known: replace, add, remove",
        "to move or copy something, remove it and add it elsewhere",
    ),
    (
        lambda: patched({"a": 1}, {"op": "add", "path": ("b", "c"), "value": 1}),
        "cannot add b.c: this dict has no 'b'",
        "apply patches in order, to the state that they were made from",
    ),
    (
        lambda: patched({"a": 1}, {"op": "add", "path": "/b", "value": 1}),
        "the path of a patch is a tuple; found '/b'",
        "e.g. ('todos', 0, 'done')",
    ),
]


@pytest.mark.parametrize(("mistake", "message", "hint"), MISTAKES)
def test_a_mistake_is_told_with_what_was_found_and_what_to_do(
    mistake: Callable[[], object], message: str, hint: str
) -> None:
    with pytest.raises(StoreError) as caught:
        mistake()
    assert (str(caught.value), caught.value.hint) == (message, hint)


LARGE: list[Callable[[], object]] = [
    lambda: dispatched([LONG]),
    lambda: dispatched({"payload": LONG}),
    lambda: dispatched({"type": [LONG]}),
    lambda: dispatched({"type": "roles/describe", "payload": LONG}),
    lambda: made(roles_slice())[wrong(LONG)],
    lambda: combine(cast("Mapping[str, Slice[int]]", [LONG])),
    lambda: bind_action_creators(cast("Mapping[str, object]", [LONG]), print),
    lambda: Slice("a", cast("Callable[[], int]", LONG)),
    lambda: patched({}, LONG),
    lambda: patched({}, {"op": LONG, "path": ()}),
]


@pytest.mark.parametrize("mistake", LARGE)
def test_a_message_is_short_however_large_the_value_is(
    mistake: Callable[[], object],
) -> None:
    with pytest.raises(StoreError) as caught:
        mistake()
    assert len(str(caught.value)) < 400


def calls_without_a_hint(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        is_told = "hint" in {each.arg for each in node.keywords}
        if node.func.id in REFUSALS and not is_told:
            yield f"{path.name}:{node.lineno} {node.func.id}"


def test_every_refusal_of_the_core_says_what_to_do() -> None:
    files = [*CORE.glob("*.py"), *(CORE / "drafts").glob("*.py")]
    assert len(files) > 30
    assert [each for path in files for each in calls_without_a_hint(path)] == []


def test_an_error_has_the_path_to_the_place_where_it_has_one() -> None:
    paths = {each.code: cast("StoreError", each).path for each in examples()}
    assert {code: path for code, path in paths.items() if path} == {
        "STR-801": "roles.selected",
        "STR-802": "roles.note",
        "STR-805": "counter",
        "STR-806": "counter",
        "STR-807": "selected[1]",
        "STR-808": "todos[3]",
        "STR-814": "todos[0].done",
    }


def test_a_traceback_shows_what_to_do() -> None:
    store = Store(Slice("a", dict))
    with pytest.raises(InvalidAction) as caught:
        store.dispatch(5)  # type: ignore[call-overload] # what the test is about
    told = "".join(traceback.format_exception(caught.value))
    assert f"hint: {caught.value.hint}" in told
