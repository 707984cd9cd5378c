"""One error of each class of the store, caught from the mistake that it is about."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from stateroom.cli.bundling import bundle
from stateroom.errors import StateroomError, StoreError
from stateroom.store import UNDEFINED, Action, Slice, Store
from stateroom.store.aborting import AbortSignal
from stateroom.store.patches import apply_patches
from stateroom.store.plain import from_plain
from stateroom.store.thunks import Api

__all__ = ("examples",)


@dataclass(slots=True)
class Roles:
    selected: list[str] = field(default_factory=list)
    note: str = ""


def roles_slice() -> Slice[Roles]:
    return Slice("roles", Roles)


def counter_slice() -> Slice[int]:
    return Slice("counter", lambda: 0)


class Tail:
    def __init__(self, store: Store, action: Action) -> None:
        self._store = store
        self._action = action

    def chase(self, _: int) -> None:
        self._store.dispatch(self._action)


def change_frozen_state() -> None:
    roles = roles_slice()
    Store(roles)[roles].selected.append("Nurse")  # what the error is about


def use_a_draft_twice() -> None:
    roles = roles_slice()

    @roles.reducer
    def describe(state: Roles, note: str) -> Roles:
        state.note = note
        return Roles(note=note)

    Store(roles).dispatch(describe("on call"))


def dispatch_a_text() -> None:
    Store(roles_slice()).dispatch("roles/clear")  # type: ignore[call-overload] # as said


def dispatch_in_a_reducer() -> None:
    roles = roles_slice()

    @roles.reducer
    def clear(state: Roles) -> None:
        state.selected.clear()

    @roles.reducer
    def leave(_: Roles) -> None:
        store.dispatch(clear())

    store = Store(roles)
    store.dispatch(leave())


def return_nothing() -> None:
    counter = counter_slice()

    @counter.reducer
    def add(count: int, by: int) -> None:
        count += by

    Store(counter).dispatch(add(1))


def ask_for_another_slice() -> None:
    Store(roles_slice())[counter_slice()]


def read_what_does_not_fit() -> None:
    from_plain(Roles, {"selected": ["Nurse", 3]})


def apply_a_patch_elsewhere() -> None:
    patch = {"op": "replace", "path": ("todos", 3), "value": "call back"}
    apply_patches({"todos": ["call", "write"]}, [patch])


def watch_without_end() -> None:
    counter = counter_slice()

    @counter.reducer
    def increment(count: int) -> int:
        return count + 1

    store = Store(counter)
    tail = Tail(store, increment())
    store.watch(lambda _: store[counter], tail.chase)
    store.dispatch(increment())


def unwrap_a_failure() -> None:
    roles = roles_slice()

    @roles.thunk
    async def load(_: Api[Roles], user: int) -> list[str]:
        raise LookupError(f"there is no user {user}")

    async def ask() -> None:
        await Store(roles).dispatch(load(7)).unwrap()

    asyncio.run(ask())


def go_on_after_an_abort() -> None:
    signal = AbortSignal()
    signal.abort("the page was left")
    signal.throw_if_aborted()


def start_devtools_twice() -> None:
    store = Store(roles_slice())
    with store.devtools():
        store.devtools()


def bundle_what_no_browser_has() -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("report.py").write_text("import numpy\n", "utf-8")
        bundle(["report.py"], check=True)


def change_state_in_place() -> None:
    def todos(state: object, action: Mapping[str, object]) -> object:
        if state is UNDEFINED:
            return [{"title": "call", "done": False}]
        if action["type"] == "todos/finish":
            cast("list[dict[str, bool]]", state)[0]["done"] = True
        return state

    store = Store({"todos": todos}, checks=True)
    store.dispatch({"type": "todos/show"})
    store.dispatch({"type": "todos/finish"})


MISTAKES: tuple[Callable[[], None], ...] = (
    change_frozen_state,
    use_a_draft_twice,
    dispatch_a_text,
    dispatch_in_a_reducer,
    return_nothing,
    ask_for_another_slice,
    read_what_does_not_fit,
    apply_a_patch_elsewhere,
    watch_without_end,
    unwrap_a_failure,
    go_on_after_an_abort,
    start_devtools_twice,
    bundle_what_no_browser_has,
    change_state_in_place,
)
"""In the order of their codes, from STR-801 on."""


def caught_from(mistake: Callable[[], None]) -> StateroomError:
    with pytest.raises(StoreError) as caught:
        mistake()
    return caught.value


def examples() -> list[StateroomError]:
    """Return one error of each class; that of the base class is raised by nothing."""
    base = StoreError("the store could not do its work")
    return [base, *map(caught_from, MISTAKES)]
