"""python-redux: its store, with the same three slices and one listener as all stores.

Its reducers are written by hand, with copies that name every field, as that is quicker
than ``replace``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from immutable import Immutable
from redux import (
    BaseAction,
    BaseCombineReducerState,
    ReducerType,
    Store,
    StoreOptions,
    combine_reducers,
)

from benchmarks.store.models import shown
from benchmarks.store.programs import Program, Programs
from benchmarks.store.workload import (
    Sizes,
    keys_of,
    plain_board,
)

__all__ = ("python_redux",)


class Counter(Immutable):
    count: int = 0
    step: int = 1
    label: str = "visits"


class Look(Immutable):
    theme: str = "dark"
    page: str = "home"
    is_open: bool = True


class Account(Immutable):
    name: str = "Ada"
    city: str = "London"
    visits: int = 3


class Item(Immutable):
    id: str
    title: str
    company: str
    salary: int
    note: str
    done: bool


class Board(Immutable):
    shown: str
    items: Mapping[str, Item]


class Increment(BaseAction): ...


class Toggle(BaseAction):
    key: str


class Turn(BaseAction):
    page: str


class Rename(BaseAction):
    name: str


class CounterRoot(BaseCombineReducerState):
    counter: Counter
    look: Look
    account: Account


class BoardRoot(BaseCombineReducerState):
    board: Board
    look: Look
    account: Account


def count_up(state: Counter | None, action: BaseAction) -> Counter:
    if state is None:
        return Counter()
    if isinstance(action, Increment):
        count = state.count + state.step
        return Counter(count=count, step=state.step, label=state.label)
    return state


def look(state: Look | None, action: BaseAction) -> Look:
    if state is None:
        return Look()
    if isinstance(action, Turn):
        return Look(theme=state.theme, page=action.page, is_open=state.is_open)
    return state


def account(state: Account | None, action: BaseAction) -> Account:
    if state is None:
        return Account()
    if isinstance(action, Rename):
        return Account(name=action.name, city=state.city, visits=state.visits)
    return state


def boarding(items: int) -> Callable[[Board | None, BaseAction], Board]:
    """Return the reducer of a board of so many items."""

    def board(state: Board | None, action: BaseAction) -> Board:
        if state is None:
            return Board(shown="all", items=_items(items))
        if isinstance(action, Toggle):
            old = state.items[action.key]
            new = Item(
                id=old.id,
                title=old.title,
                company=old.company,
                salary=old.salary,
                note=old.note,
                done=not old.done,
            )
            return Board(shown=state.shown, items={**state.items, action.key: new})
        return state

    return board


def python_redux(sizes: Sizes) -> Programs:
    """Return its programs, each on a store of its own."""
    counting = _store(
        combine_reducers(CounterRoot, counter=count_up, look=look, account=account)[0]
    )
    toggling = _store(
        combine_reducers(
            BoardRoot, board=boarding(sizes.items), look=look, account=account
        )[0]
    )
    keys = keys_of(sizes.items)

    def count_often(count: int) -> None:
        dispatch = counting.dispatch
        for _ in range(count):
            dispatch(Increment())

    def toggle(count: int) -> None:
        dispatch = toggling.dispatch
        for key in islice(keys, count):
            dispatch(Toggle(key=key))

    return {
        "python_redux_flat": Program(count_often, lambda: _shown(counting), sizes.flat),
        "python_redux_toggle": Program(toggle, lambda: _shown(toggling), sizes.toggles),
    }


def _store(reducer: ReducerType) -> Store:
    # Without threads: no reducer here asks for a side effect.
    store = Store(reducer, StoreOptions(auto_init=True, side_effect_threads=0))
    calls = 0

    def listener(_: object) -> None:
        nonlocal calls
        calls += 1

    # What it calls for every state has no public name; the public ways cost more.
    store._subscribe(listener)  # noqa: SLF001 - as said above
    return store


def _items(items: int) -> dict[str, Item]:
    return {key: Item(**item) for key, item in plain_board(items)["items"].items()}


def _shown(store: Store) -> object:
    root = shown(store._state)  # noqa: SLF001 - no public name either
    assert isinstance(root, dict)
    del root["combine_reducers_id"]
    return root
