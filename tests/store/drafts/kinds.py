"""Classes of state for the tests of drafts: one of each kind that is supported."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import msgspec

__all__ = (
    "Base",
    "Box",
    "Derived",
    "Frozen",
    "FrozenSlots",
    "Methods",
    "Open",
    "Pair",
    "Slots",
    "Struct",
    "WithProperty",
    "only",
    "unpickled",
)

T = TypeVar("T")


def only(change: Callable[[T], object]) -> Callable[[T], None]:
    """Return a recipe that makes a change, whatever the call of it returns."""

    def recipe(draft: T) -> None:
        change(draft)

    return recipe


def unpickled(value: object) -> object:
    """Return what comes back from pickle."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes


@dataclass
class Open:
    """With a ``__dict__``."""

    title: str = "a"
    tags: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Slots:
    title: str = "a"
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Frozen:
    title: str = "a"
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FrozenSlots:
    title: str = "a"
    tags: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Base:
    title: str = "a"


@dataclass(slots=True)
class Derived(Base):
    tags: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Box(Generic[T]):
    held: T
    title: str = "a"


@dataclass(slots=True)
class Methods:
    title: str = "a"
    tags: list[str] = field(default_factory=list)

    def tag(self, name: str) -> None:
        self.tags.append(name)
        self.title += f" {name}"

    @property
    def count(self) -> int:
        return len(self.tags)


@dataclass(slots=True, kw_only=True)
class WithProperty:
    title: str = "a"
    tags: list[str] = field(default_factory=list)
    never_set: int = field(init=False)


class Pair(NamedTuple):
    left: dict[str, int]
    right: int


class Struct(msgspec.Struct):
    title: str = "a"
    tags: list[str] = msgspec.field(default_factory=list)
