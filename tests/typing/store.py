"""Types survive from a reducer to its creator, and from a slice to its state.

Checked by mypy and pyright, never run. A line that must not pass is marked; strict mode
fails when its error is one no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, assert_type

from stateroom.store import (
    NOTHING,
    UNDEFINED,
    Action,
    Nothing,
    PayloadAction,
    Prepared,
    Slice,
    Store,
    StoreApi,
    Undefined,
    create_action,
    create_structured_selector,
    freeze,
    from_plain,
    is_any_of,
    produce,
    produce_with_patches,
    thaw,
)
from stateroom.testing import RecordedStore


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


@ui.reducer()
def darken(state: Ui) -> None:
    state.theme = "dark"


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


@ui.selector
def theme(state: Ui) -> str:
    return state.theme


@roles.selector
def selected(state: Roles) -> list[str]:
    return state.selected


@ui.extra(select, "signed-out")
def reset(state: Ui, action: Mapping[str, object]) -> Ui:
    return Ui()


@ui.extra(select)
def chosen(state: Ui, action: PayloadAction[str]) -> None:
    assert_type(action["payload"], str)


@ui.extra("signed-in")
def named(state: Ui, action: Action) -> None:
    state.theme = action["type"]


@ui.matcher(is_any_of(select, clear))
def matched(state: Ui, action: Action) -> None:
    state.theme = action["type"]


@ui.matcher(lambda action: action["type"] == "x")
def judged(state: Ui, action: PayloadAction[list[str]]) -> None:
    state.theme = action["payload"][0]


@ui.default
def rest(state: Ui, action: Action) -> None: ...


@ui.extra(clear)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType, reportCallIssue]
def of_another(state: Roles, action: Action) -> None: ...


@ui.extra("y")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType, reportCallIssue]
def of_a_number(state: Ui, action: int) -> None: ...


def plain(state: int | Undefined, action: Mapping[str, object]) -> int:
    return 0 if state is UNDEFINED else state


store = Store(roles, ui)


def creators_are_typed_by_their_reducers() -> None:
    assert_type(select("x"), Action)
    assert_type(select("x", at=1), Action)
    assert_type(clear(), Action)
    assert_type(darken(), Action)
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
    store.watch(roles.select_slice, lambda state: state.selected)
    assert_type(ui.select_slice(store.state), Ui)
    assert_type(from_plain(roles.kind, {}), Roles)


def a_thunk_reads_slices_with_their_types(api: StoreApi) -> None:
    assert_type(api[roles], Roles)
    assert_type(api[ui].theme, str)


def a_match_says_that_it_is_an_action(thing: object) -> None:
    if select.match(thing):
        assert_type(thing, Action)
    if not is_any_of(select, clear)(thing):
        return
    assert_type(thing, Action)


class Page(NamedTuple):
    theme: str
    selected: list[str]


def a_structure_of_selectors_of_slices_takes_any_root() -> None:
    shape = create_structured_selector(
        {"theme": theme, "selected": selected}, into=Page
    )
    assert_type(shape(store.state), Page)
    assert_type(
        create_structured_selector({"theme": theme}, into=Page)(store.state), Page
    )


def a_store_for_tests_takes_slices_of_any_states() -> None:
    assert_type(RecordedStore(roles, ui)[ui], Ui)


def a_draft_has_the_type_of_its_base() -> None:
    base = freeze({"a": [1]})
    assert_type(base, dict[str, list[int]])
    assert_type(produce(base, lambda draft: draft["a"].append(2)), dict[str, list[int]])
    assert_type(
        produce_with_patches(base, lambda draft: None).state, dict[str, list[int]]
    )
    assert_type(thaw(Roles()), Roles)
    produce(base, lambda draft: draft["a"].append("x"))  # type: ignore[arg-type]
