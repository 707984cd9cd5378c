"""Small reducers, for the statements about Redux."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stateroom.store import UNDEFINED
from tests.oracle.recipes import Boom
from tests.oracle.told import raised

__all__ = ("ADD", "Action", "Q", "Reducer", "boom", "count", "part", "refused_as")

Action = Mapping[str, object]
Reducer = Callable[[object, Action], object]
ADD = {"type": "add"}
Q = {"type": "q"}


def count(state: object, action: Action) -> object:
    held = 0 if state is UNDEFINED else state
    assert isinstance(held, int)
    return held + 1 if action["type"] == "add" else held


def part(value: object) -> Callable[[object, Action], object]:
    return lambda state, _: value if state is UNDEFINED else state


def refused_as(run: Callable[[], object], error: type[Exception]) -> str:
    """What the errors about arguments are called there."""
    return "argument" if isinstance(raised(run), error) else "no error"


def boom() -> None:
    raise Boom
