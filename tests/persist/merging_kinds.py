"""Classes of state for the tests of merging, and what they are compared by."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn, TypeVar

import msgspec

from stateroom.persist.merging import Conflict, Merge, three_way
from stateroom.store import freeze

__all__ = (
    "Colour",
    "Fussy",
    "Mute",
    "Point",
    "Roles",
    "Struct",
    "Todo",
    "Vague",
    "lost",
    "merged",
)

T = TypeVar("T")


@dataclass(slots=True)
class Todo:
    id: int = 0
    title: str = "a"
    done: bool = False


@dataclass(slots=True)
class Roles:
    selected: list[str] = field(default_factory=list)
    query: str = ""
    visits: int = 0
    seen: set[str] = field(default_factory=set)
    todos: Mapping[str, Todo] = field(default_factory=dict)
    hidden: int = field(default=0, compare=False)


class Struct(msgspec.Struct):
    title: str = "a"
    tags: list[str] = []


class Point(NamedTuple):
    x: int = 0
    y: int = 0


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Vague:
    """Compared with anything, it answers with a list, as an array would."""

    def __eq__(self, other: object) -> list[bool]:  # type: ignore[override] # the point
        return [True]

    def __hash__(self) -> int:
        return 1


class Fussy:
    """Compared with anything, it raises."""

    def __eq__(self, other: object) -> NoReturn:
        raise ValueError("compared")

    __hash__ = None  # type: ignore[assignment] # as of a class with __eq__ alone


@dataclass(slots=True, eq=False)
class Mute:
    """A dataclass that is equal to itself alone."""

    title: str = "a"


def merged(
    base: T, stored: T, current: T, merges: Mapping[str, Merge] | Merge | None = None
) -> tuple[T, list[Conflict]]:
    """Freeze three values, merge them, and return all that came of it."""
    found = three_way(freeze(base), freeze(stored), freeze(current), merges=merges)
    return found.value, list(found.conflicts)


def lost(conflicts: Iterable[Conflict]) -> list[tuple[str, object, object, str]]:
    """Return conflicts in a form that is short to write."""
    return [(each.path, each.kept, each.lost, each.kind) for each in conflicts]
