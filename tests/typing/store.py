"""Types survive from a reducer to its creator, and from a slice to its state.

Checked by mypy and pyright, never run. A line that must not pass is marked; strict mode
fails when its error is one no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_type

from stateroom.store import (
    NOTHING,
    UNDEFINED,
    Action,
    Nothing,
    Prepared,
    Slice,
    Store,
    Undefined,
    create_action,
    freeze,
    produce,
    produce_with_patches,
    thaw,
)


@dataclass(slots=True)
class Roles:
    selected: list[str] = field(default_factory=list)
    loading: bool = False


@dataclass(slots=True)
class Ui:
    theme: str = "dark"


roles = Slice("roles", Roles)
ui = Slice("ui", Ui)


@roles.reducer
def select(state: Roles, role: str, *, at: int = 0) -> None:
    state.selected.insert(at, role)


@roles.reducer
def clear(state: Roles) -> Roles:
    return Roles()


@roles.reducer(name="forget", meta={"source": "ui"})
def forget_all(state: Roles) -> Nothing:
    return NOTHING


def prepared(role: str) -> Prepared:
    return {"payload": len(role)}


@roles.reducer(prepare=prepared)
def count(state: Roles, length: int) -> None:
    state.loading = length > 0


@roles.selector
def first(state: Roles, default: str) -> str:
    return state.selected[0] if state.selected else default


@ui.extra(select, "signed-out")
def reset(state: Ui, action: Mapping[str, object]) -> Ui:
    return Ui()


def plain(state: int | Undefined, action: Mapping[str, object]) -> int:
    return 0 if state is UNDEFINED else state


store = Store(roles, ui)


def creators_are_typed_by_their_reducers() -> None:
    assert_type(select("x"), Action)
    assert_type(select("x", at=1), Action)
    assert_type(clear(), Action)
    assert_type(count("x"), Action)
    select(5)  # type: ignore[arg-type]
    select()  # type: ignore[call-arg]
    select("x", when=1)  # type: ignore[call-arg]
    clear(1)  # type: ignore[call-arg]
    count(5)  # type: ignore[arg-type]
    assert_type(select.reduce(Roles(), "x"), Roles)
    select.reduce(Ui(), "x")  # type: ignore[arg-type]
    assert_type(create_action("x")(5), Action)
    assert_type(create_action("x", prepared)("y"), Action)
    create_action("x", prepared)(5)  # type: ignore[arg-type]


def a_store_gives_the_type_of_a_slice() -> None:
    assert_type(store[roles], Roles)
    assert_type(store[ui].theme, str)
    assert_type(store.dispatch(select("x"))["type"], str)
    assert_type(store.dispatch(lambda api: 5), int)
    store.dispatch(5)  # type: ignore[call-overload]
    assert_type(first(store.state, "none"), str)
    first(store.state, 5)  # type: ignore[arg-type]
    store.watch(lambda root: first(root, "none"), print)


def a_draft_has_the_type_of_its_base() -> None:
    base = freeze({"a": [1]})
    assert_type(base, dict[str, list[int]])
    assert_type(produce(base, lambda draft: draft["a"].append(2)), dict[str, list[int]])
    assert_type(
        produce_with_patches(base, lambda draft: None).state, dict[str, list[int]]
    )
    assert_type(thaw(Roles()), Roles)
    produce(base, lambda draft: draft["a"].append("x"))  # type: ignore[arg-type]
