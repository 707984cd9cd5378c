"""A counter and a text: what most tests of the store are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stateroom.store import (
    UNDEFINED,
    Slice,
    Store,
)

__all__ = (
    "Counter",
    "add",
    "both",
    "counter",
    "text",
    "value",
)


@dataclass(slots=True)
class Counter:
    value: int = 0
    seen: list[int] = field(default_factory=list)


counter = Slice("counter", Counter)


@counter.reducer
def add(state: Counter, n: int) -> None:
    state.value += n


@counter.selector
def value(state: Counter) -> int:
    return state.value


def text(state: object, action: Mapping[str, object]) -> object:
    if state is UNDEFINED:
        return ""
    return action["payload"] if action["type"] == "text" else state


def both() -> Store:
    return Store(counter, {"text": text})
