"""The states as a user's slots dataclasses, for ours and for copies by hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, is_dataclass

from benchmarks.store.workload import fields_of, key_of

__all__ = ("Account", "Board", "Counter", "Item", "Look", "board_of", "shown")


@dataclass(slots=True)
class Counter:
    count: int = 0
    step: int = 1
    label: str = "visits"


@dataclass(slots=True)
class Look:
    theme: str = "dark"
    page: str = "home"
    is_open: bool = True


@dataclass(slots=True)
class Account:
    name: str = "Ada"
    city: str = "London"
    visits: int = 3


@dataclass(slots=True)
class Item:
    id: str
    title: str
    company: str
    salary: int
    note: str
    done: bool


@dataclass(slots=True)
class Board:
    shown: str = "all"
    items: dict[str, Item] = field(default_factory=dict)


def board_of(items: int) -> Board:
    """Return the board before anything is toggled."""
    return Board(items={key_of(n): Item(*fields_of(n)) for n in range(items)})


def shown(state: object) -> object:
    """Return a state, or a mapping of states by name, as plain values."""
    if isinstance(state, dict):
        return {name: shown(each) for name, each in state.items()}
    if is_dataclass(state) and not isinstance(state, type):
        return asdict(state)
    return state
