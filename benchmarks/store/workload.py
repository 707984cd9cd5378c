"""What every side does, and how much of it: the same states, actions and keys.

The states are written here as plain values. Each side holds them in its own form, and
shows them in this one again, so that a test sees that all of them did the same work.
The programs of ``js/programs.mjs`` are the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import TypedDict

__all__ = (
    "BoardDict",
    "CounterDict",
    "ItemDict",
    "Sizes",
    "fields_of",
    "key_of",
    "keys_of",
    "plain_board",
    "plain_counter",
    "plain_root",
)

STRIDE = 7
"""Between two keys that are toggled one after the other: none is a neighbour."""


class CounterDict(TypedDict):
    count: int
    step: int
    label: str


class ItemDict(TypedDict):
    id: str
    title: str
    company: str
    salary: int
    note: str
    done: bool


class BoardDict(TypedDict):
    shown: str
    items: dict[str, ItemDict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much work a round is.

    Attributes:
        items: entities of the board that is toggled.
        crowds: entities of the collections that the entity adapter updates, by name.
        copied: elements of the lists and dicts of which one is set, by name.
        actions: whose first one the devtools toggle.
        listeners: of the store that has many.
        flat: operations between two looks at the clock, where one takes microseconds;
            ``toggles`` of them where one may take more, ``reads`` where less.
        span: seconds for which each program runs in a round, at least once.
        warmup: the same before the first round in Node, whose compiler learns then.
    """

    items: int = 1000
    crowds: Mapping[str, int] = field(
        default_factory=lambda: {
            "1k": 1000,
            "10k": 10_000,
            "100k": 100_000,
            "1m": 1_000_000,
        }
    )
    copied: Mapping[str, int] = field(
        default_factory=lambda: {"1k": 1000, "10k": 10_000, "100k": 100_000}
    )
    actions: int = 10_000
    listeners: int = 100
    flat: int = 100
    toggles: int = 5
    reads: int = 2000
    span: float = 0.05
    warmup: float = 0.5


def key_of(number: int) -> str:
    return f"item-{number}"


def keys_of(items: int) -> Iterator[str]:
    """Yield the keys of all items in the order in which they are toggled, endlessly."""
    return cycle([key_of(number * STRIDE % items) for number in range(items)])


def fields_of(number: int) -> tuple[str, str, str, int, str, bool]:
    """Return what an item holds at first, in the order of its fields."""
    title = f"Engineer {number}"
    return key_of(number), title, "Example and Sons", 50_000 + number, "", False


def plain_counter(count: int = 0) -> CounterDict:
    return {"count": count, "step": 1, "label": "visits"}


def plain_board(items: int) -> BoardDict:
    """Return the board before anything is toggled."""
    return {"shown": "all", "items": {key_of(n): _plain_item(n) for n in range(items)}}


def plain_root(name: str, state: object) -> dict[str, object]:
    """Return the root state whose first slice is this one."""
    return {
        name: state,
        "look": {"theme": "dark", "page": "home", "is_open": True},
        "account": {"name": "Ada", "city": "London", "visits": 3},
    }


def _plain_item(number: int) -> ItemDict:
    key, title, company, salary, note, done = fields_of(number)
    return {
        "id": key,
        "title": title,
        "company": company,
        "salary": salary,
        "note": note,
        "done": done,
    }
