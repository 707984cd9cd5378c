"""Which listeners there are, and which of them an action may be for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeAlias, TypeVar, cast

from stateroom.errors import UsageError
from stateroom.store.actions import Action
from stateroom.store.thunks.matching import HasMatch, Matchable

__all__ = ("Entries", "Entry", "Pattern", "Predicate", "Run", "Sought", "sought")

E = TypeVar("E")

Predicate: TypeAlias = Callable[[Action, object, object], bool]
"""Judges an action, the root state after it and the root state before it."""

Pattern: TypeAlias = str | HasMatch | Predicate
"""A type, an action creator or another matcher, or a predicate."""


class Run(Protocol):
    """One run of an effect, seen from outside."""

    @property
    def is_started(self) -> bool:
        """Whether the effect has begun."""
        ...

    def cancel(self) -> None:
        """Stop it, because its listener is to stop."""
        ...


@dataclass(frozen=True, slots=True)
class Sought:
    """Which actions are meant, in a form that two listeners can be compared by.

    Attributes:
        key: equal for two that mean the same.
        judge: says whether an action is meant.
        type: the only type that can match; empty when any can.
    """

    key: object
    judge: Predicate
    type: str = ""


@dataclass(eq=False, slots=True)
class Entry(Generic[E]):
    """One listener: what it waits for, what it does, and what it is doing now."""

    sought: Sought
    effect: E
    runs: dict[Run, None] = field(default_factory=dict)

    def cancel_runs(self) -> None:
        """Stop whatever the listener is doing, begun or about to begin."""
        for run in tuple(self.runs):
            run.cancel()

    def cancel_others(self, own: Run) -> None:
        """Stop every other run that has begun."""
        for run in tuple(self.runs):
            if run is not own and run.is_started:
                self.runs.pop(run, None)
                run.cancel()


class Entries(Generic[E]):
    """The listeners, in the order in which they were added."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: tuple[Entry[E], ...] = ()

    def current(self) -> tuple[Entry[E], ...]:
        """Return those that are there now; it does not change with them."""
        return self._entries

    def find(self, sought: Sought, effect: E) -> Entry[E] | None:
        """Return the listener that does this for the same actions, if there is one."""
        return next(
            (
                each
                for each in self._entries
                if each.sought.key == sought.key and each.effect == effect
            ),
            None,
        )

    def add(self, entry: Entry[E]) -> None:
        """Add a listener at the end, unless it is there."""
        with self._lock:
            if entry not in self._entries:
                self._entries = (*self._entries, entry)

    def remove(self, entry: Entry[E]) -> None:
        """Take a listener away; what it is doing goes on."""
        with self._lock:
            kept = (each for each in self._entries if each is not entry)
            self._entries = tuple(kept)

    def clear(self) -> None:
        """Take every listener away."""
        with self._lock:
            self._entries = ()


def sought(pattern: Pattern) -> Sought:
    """Return what a type, a creator, a matcher or a predicate looks for.

    Raises:
        UsageError: it is none of them.
    """
    if isinstance(pattern, str):
        return Sought(pattern, _any, type=pattern)
    match: Callable[[Action], bool] | None = getattr(pattern, "match", None)
    if match is not None:
        kind = getattr(pattern, "type", None)
        if isinstance(kind, str):
            return Sought(kind, _by_action(match), type=kind)
        return Sought(pattern, _by_action(match))
    if callable(pattern):
        return Sought(pattern, pattern)
    raise UsageError(
        f"a listener waits for a creator, a type, a matcher or a predicate; "
        f"found {pattern!r}",
        hint="for example listeners.on(creator), or predicate=lambda action, *_: ...",
    )


def sought_by(
    *,
    action: HasMatch | None,
    type: str | None,  # noqa: A002 - the name that users of Redux know
    matcher: Matchable | None,
    predicate: Predicate | None,
) -> Sought:
    """Return what the one keyword that is given looks for.

    Raises:
        UsageError: none is given, or more than one.
    """
    given = [each for each in (action, type, matcher, predicate) if each is not None]
    if len(given) != 1:
        raise UsageError(
            f"a listener waits for one of action, type, matcher and predicate; "
            f"{len(given)} are given",
            hint="for several actions use matcher=is_any_of(first, second)",
        )
    if callable(matcher) and not hasattr(matcher, "match"):
        return Sought(matcher, _by_action(matcher))
    return sought(cast("Pattern", given[0]))


def _any(*_: object) -> bool:
    return True


def _by_action(judge: Callable[[Action], bool]) -> Predicate:
    return lambda action, *_: judge(action)
