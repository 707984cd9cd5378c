"""What the plain form of a store's states is directed by: the classes of its slices."""

from __future__ import annotations

from stateroom.store.devtools.tape import Reducer
from stateroom.store.slices import Slice

__all__ = ("kind_of",)


def kind_of(reducer: Reducer, name: str) -> object:
    """The type of the state under ``name``, in both directions.

    It is ``object``, so that the form itself says what it holds, where there is no
    slice and where a slice begins as a value of Python's own (a list, None): then its
    class tells nothing of what will be in it.
    """
    part_of = getattr(reducer, "part", None)
    part = part_of(name) if callable(part_of) else None
    if not isinstance(part, Slice):
        return object
    kind = part.kind if isinstance(part.kind, type) else part.initial().__class__
    return object if kind.__module__ == "builtins" else kind
