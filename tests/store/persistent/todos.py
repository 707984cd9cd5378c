"""A map of todos that the tests of drafts share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from stateroom.store.drafts import freeze
from stateroom.store.persistent import PersistentMap

__all__ = ("Table", "Todo", "clear", "finish", "table")


@dataclass(slots=True)
class Todo:
    title: str
    done: bool = False
    tags: list[str] = field(default_factory=list)


Table = dict[str, Todo]
"""What a draft of the map looks like to a recipe."""


def table(size: int = 3) -> Table:
    made = PersistentMap({f"t{number}": Todo(f"{number}") for number in range(size)})
    return cast("Table", freeze(made))


def finish(todos: Table) -> None:
    todos["t1"].done = True


def clear(todos: Table) -> None:
    todos.clear()
