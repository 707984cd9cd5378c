"""Types survive ``selector``. Checked by mypy and pyright, never run.

A line that must not pass is marked; strict mode fails when its error is one no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypedDict, assert_type

from stateroom.store import Slice, Store
from stateroom.store.selectors import (
    Selector,
    SelectorCreator,
    SelectorDecorator,
    create_selector,
    create_structured_selector,
    lru_memo,
    selector,
)


@dataclass
class Todo:
    text: str
    owner: int


class Root(TypedDict):
    todos: list[Todo]
    shown: str


class Page(NamedTuple):
    todos: list[Todo]
    shown: str


def todos(state: Root) -> list[Todo]:
    return state["todos"]


def shown(root: Root) -> str:  # the name of its parameter does not matter
    return root["shown"]


def owned(state: Root, owner: int) -> list[Todo]:
    return [each for each in state["todos"] if each.owner == owner]


def counted(state: Root, owner: int) -> int:
    return len(owned(state, owner))


def is_alike(one: list[Todo], other: list[Todo]) -> bool:
    return len(one) == len(other)


@selector(todos, shown, size=4, result_equal=is_alike)
def visible(items: list[Todo], text: str) -> list[Todo]:
    return [each for each in items if text in each.text]


@selector(todos)
def matching(items: list[Todo], text: str, *, limit: int = 9) -> list[Todo]:
    return [each for each in items if text in each.text][:limit]


@selector(owned, counted)
def summary(items: list[Todo], count: int) -> tuple[list[Todo], int]:
    return (items, count)


@selector(todos, owned)
def share(every: list[Todo], some: list[Todo]) -> float:
    return len(some) / len(every)


@selector(visible, shown)
def title(items: list[Todo], text: str) -> str:
    return f"{len(items)} of {text}"


@selector(todos, todos, todos, shown, shown, shown)
def six(*values: list[Todo] | str) -> dict[str, list[Todo] | str]:
    return dict(zip("abcdef", values, strict=True))


notes = Slice("notes", list[str])


@notes.selector
def every_note(state: list[str]) -> list[str]:
    return state


@selector(every_note)
def note_count(state: list[str]) -> int:
    return len(state)


def is_typed(state: Root, store: Store) -> None:
    held: Selector[[Root], list[Todo]] = visible
    assert_type(held(state), list[Todo])
    assert_type(visible(state), list[Todo])
    assert_type(matching(state, "a"), list[Todo])
    assert_type(matching(state, text="a", limit=1), list[Todo])
    assert_type(summary(state, 7), tuple[list[Todo], int])
    assert_type(share(state, 7), float)
    assert_type(title(state), str)
    assert_type(six(state), dict[str, list[Todo] | str])
    assert_type(note_count(store.state), int)
    assert_type(visible.result_function(1, 2), list[Todo])
    assert_type(visible.memoized_result_function([], ""), list[Todo])
    assert_type(visible.recomputations, int)
    store.watch(note_count, print)


def is_created(state: Root) -> None:
    assert_type(create_selector((todos, shown), Page)(state), Page)
    assert_type(create_selector((todos,), len)(state), int)
    assert_type(
        create_selector((owned, counted), lambda a, b: len(a) + b)(state, 1), int
    )
    assert_type(create_selector([todos, owned], Page)(state, 1), Page)
    assert_type(selector(todos, shown)(Page)(state), Page)
    small = SelectorDecorator(size=1, checks="never")
    assert_type(small(todos)(len)(state), int)
    lru = SelectorCreator(memoize=lru_memo(), args_memoize=lru_memo())
    assert_type(lru((todos,), len)(state), int)


def is_structured(state: Root) -> None:
    both = {"todos": todos, "again": todos}
    assert_type(create_structured_selector(both)(state), Mapping[str, list[Todo]])
    page = create_structured_selector({"todos": todos, "shown": shown}, into=Page)
    assert_type(page(state), Page)


def is_refused(state: Root) -> None:
    visible(7)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    visible()  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    visible(state, 7)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    matching(state)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    matching(state, 7)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    matching(state, "a", size=7)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    summary(state, "a")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    visible.recompute()  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
    selector(todos, sise=4)  # type: ignore[call-overload] # pyright: ignore[reportCallIssue]


@selector(todos, shown)  # type: ignore[arg-type]
def of_other_values(  # pyright: ignore[reportArgumentType]
    items: list[str], text: str
) -> int:
    return len(items) + len(text)
