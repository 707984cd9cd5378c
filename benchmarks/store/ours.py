"""Stateroom's side: the same stores as the peers', and listeners of several kinds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import TypeVar

from benchmarks.store.models import Account, Board, Counter, Look, board_of, shown
from benchmarks.store.programs import Program, Programs
from benchmarks.store.proxies import toggle_in_place
from benchmarks.store.workload import Sizes, keys_of, plain_board
from stateroom.store import Action, Slice, Store, create_action

__all__ = ("counting", "listening", "storing", "toggle")

T = TypeVar("T")

counter = Slice("counter", Counter)
look = Slice("look", Look)
account = Slice("account", Account)

unknown = create_action("somebody/else")


@counter.reducer
def increment(state: Counter) -> None:
    state.count += state.step


@counter.reducer
def settle(state: Counter) -> None:
    if state.step == 0:
        state.count = 0


@look.reducer
def turn(state: Look, page: str) -> None:
    state.page = page


@look.selector
def page_shown(state: Look) -> str:
    return state.page


@account.reducer
def rename(state: Account, name: str) -> None:
    state.name = name


def toggle(state: Board, key: str) -> None:
    item = state.items[key]
    item.done = not item.done


def counting() -> Store:
    """Return a store of three slices."""
    return Store(counter, look, account)


def storing(sizes: Sizes) -> Programs:
    """Return the programs on stores of three slices and one listener."""
    board = Slice("board", partial(board_of, sizes.items))
    dicts = Slice("board", partial(plain_board, sizes.items))
    return {
        "ours_flat": _dispatching(_heard(counting()), increment, sizes),
        "ours_noop": _dispatching(_heard(counting()), settle, sizes),
        "ours_unknown": _dispatching(_heard(counting()), unknown, sizes),
        "ours_toggle": _toggling(board, board.reducer(toggle), sizes),
        "ours_toggle_dicts": _toggling(dicts, dicts.reducer(toggle_in_place), sizes),
    }


def listening(sizes: Sizes) -> Programs:
    """Return what listeners cost: many that do nothing, and a watcher of no change."""
    many, watched = _heard(counting()), _heard(counting())
    for _ in range(sizes.listeners):
        _heard(many)
    watched.watch(page_shown, _refuse)
    return {
        "ours_flat_many": _dispatching(many, increment, sizes),
        "ours_flat_watched": _dispatching(watched, increment, sizes),
    }


def _heard(store: Store) -> Store:
    """Give a store a listener as everyone has it: it counts."""
    calls = 0

    def listener() -> None:
        nonlocal calls
        calls += 1

    store.subscribe(listener)
    return store


def _refuse(page: str) -> None:
    raise AssertionError(page)


def _dispatching(store: Store, creator: Callable[[], Action], sizes: Sizes) -> Program:
    def run(count: int) -> None:
        dispatch = store.dispatch
        for _ in range(count):
            dispatch(creator())

    return Program(run, lambda: shown(store.state), sizes.flat)


def _toggling(
    part: Slice[T], creator: Callable[[str], Action], sizes: Sizes
) -> Program:
    store = _heard(Store(part, look, account))
    keys = keys_of(sizes.items)

    def run(count: int) -> None:
        dispatch = store.dispatch
        for key in islice(keys, count):
            dispatch(creator(key))

    return Program(run, lambda: shown(store.state), sizes.toggles)
