"""The slice that several processes of the crash tests count in, side by side."""

from __future__ import annotations

from stateroom.persist import Persisted, persist
from stateroom.store import Slice

__all__ = ("mark", "marks")

Marks = dict[str, int]


def mark(name: str) -> dict[str, str]:
    """Return the action that raises the counter of one of them."""
    return {"type": "marks/mark", "payload": name}


def marks(max_delay: float = 3) -> Persisted[Marks]:
    """Return the slice, kept: name -> how often it counted."""
    part = Slice("marks", _none)

    def reduce(state: Marks, payload: str) -> None:
        state[payload] = state.get(payload, 0) + 1

    part.reducer(name="mark")(reduce)
    return persist(part, max_delay=max_delay)


def _none() -> Marks:
    return {}
