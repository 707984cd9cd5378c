"""Keeps drafts out of what a selector remembers.

A draft is one object for as long as its recipe runs, and changes meanwhile. A result
that was remembered for its identity would be stale after the next line. So a selector
looks at what a draft is now, at a plain copy of it, and does not keep the arguments.

Only selections inside recipes and reducers pay for this: whether there is a draft is
asked where the arguments are not known yet, and a draft never is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from stateroom.store.drafts import current, is_draft
from stateroom.store.drafts.settling import NODES

__all__ = ("SIGHTINGS", "Passing", "settled", "settled_names")

R = TypeVar("R")


class Passing(Exception, Generic[R]):
    """Carries a result past a memo that must not keep it. Never leaves a selector.

    A memo keeps no errors, whoever wrote it. So this is the one way to pass by any.
    """

    def __init__(self, result: R) -> None:
        super().__init__()
        self.result: R = result


class Sightings:
    """Notes that a selector came across a draft.

    If ``latest`` is another object after a selector's inputs have run, one of them was
    given a draft, be it deep inside, as in ``{"todos": draft}``. Or another thread was,
    at that moment: the result is right nevertheless, and merely not kept.
    """

    __slots__ = ("latest",)

    def __init__(self) -> None:
        self.latest: object = object()


SIGHTINGS = Sightings()


def settled(values: tuple[object, ...]) -> tuple[object, ...]:
    """Return ``values`` with what each draft is now; itself when there is none."""
    for value in values:
        # Asks first what costs least: is this of a class that drafts have?
        kind = type(value)
        if (kind in NODES or issubclass(kind, tuple)) and _has_draft(value):
            SIGHTINGS.latest = object()
            return tuple(map(_now, values))
    return values


def settled_names(named: Mapping[str, object]) -> dict[str, object]:
    """Return named arguments with what each draft is now."""
    return dict(zip(named, settled(tuple(named.values())), strict=True))


def _has_draft(value: object) -> bool:
    # What is read from a tuple in a draft is a tuple of drafts.
    return is_draft(value) or (isinstance(value, tuple) and any(map(_has_draft, value)))


def _now(value: object) -> object:
    if is_draft(value):
        return current(value)
    if isinstance(value, tuple) and _has_draft(value):
        return tuple.__new__(type(value), map(_now, value))
    return value
