"""What was done to a store, step by step, and what each step made of its state.

A tape has one step per staged action; step 0 is the committed state that all others
stand on. Recording one more action changes the tape in place and costs the same for
30 steps and for 10,000; whatever edits the tape (``commands``) makes a new one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

__all__ = (
    "INIT",
    "INTERRUPTED",
    "Action",
    "Entry",
    "Recorded",
    "Reducer",
    "Tape",
    "blank",
    "commit_excess",
    "next_entry",
    "recompute",
)

Action: TypeAlias = Mapping[str, object]
"""What is dispatched: a mapping with a ``type``."""

Reducer: TypeAlias = Callable[[object, Action], object]
"""The whole store's reducer: state (or UNDEFINED) and action to state."""

INIT: Final[Action] = {"type": "@@INIT"}
"""The action of step 0. It is run again whenever the whole tape is."""

INTERRUPTED: Final[str] = "Interrupted by an error up the chain"
"""The error of every step after the one that failed; the monitors know this text."""


class Entry(NamedTuple):
    """What one step came to.

    Attributes:
        state: the state after the step; after a failed one, the state before it.
        error: why it failed, or None.
    """

    state: object
    error: str | None = None


class Recorded(NamedTuple):
    """An action, and when it was dispatched, in ms since the Unix epoch."""

    action: Action
    timestamp: int


@dataclass(slots=True)
class Tape:
    """All that is recorded, in the terms of the DevTools' lifted state.

    Attributes:
        base: the state when recording began; RESET returns to it.
        committed: the state that step 0 starts from.
        actions: by id. Ids of swept actions stay until the next commit.
        staged: the id of each step's action; the first is always 0.
        computed: what each step came to; as long as ``staged``.
        skipped: ids whose step does nothing, as keys in the order the monitors show.
        next_id: the id that the next action gets.
        current: index of the step whose state the store shows.
        is_locked: dispatched actions are ignored.
        is_paused: dispatched actions are carried out, not recorded.
        is_edited: some step was moved, imported or removed, so that even the last
            state is not what the application's own dispatches made.
    """

    base: object
    committed: object
    actions: dict[int, Recorded]
    staged: deque[int] = field(default_factory=lambda: deque((0,)))
    computed: deque[Entry] = field(default_factory=deque)
    skipped: dict[int, None] = field(default_factory=dict)
    next_id: int = 1
    current: int = 0
    is_locked: bool = False
    is_paused: bool = False
    is_edited: bool = False


def blank(committed: object, *, base: object, at: int) -> Tape:
    """Start a tape at ``committed``, with step 0 alone and not yet computed."""
    return Tape(base=base, committed=committed, actions={0: Recorded(INIT, at)})


def next_entry(
    reducer: Reducer, action: Action, *, previous: Entry, is_catching: bool
) -> Entry:
    """Carry out one step.

    Raises:
        Exception: whatever the reducer raises, unless ``is_catching``.
    """
    if not is_catching:
        return Entry(reducer(previous.state, action))
    if previous.error is not None:
        return Entry(previous.state, INTERRUPTED)
    try:
        return Entry(reducer(previous.state, action))
    except Exception as error:
        return Entry(previous.state, f"{type(error).__name__}: {error}")


def recompute(
    tape: Tape, reducer: Reducer, *, first: int, is_catching: bool
) -> deque[Entry]:
    """Compute every step from index ``first`` on; those before it are as they were.

    A skipped step repeats the entry before it, the very same object.
    """
    computed = deque(islice(tape.computed, first))
    previous = computed[-1] if computed else Entry(tape.committed)
    actions, skipped = tape.actions, tape.skipped
    for step in islice(tape.staged, first, None):
        if step not in skipped:
            action = actions[step].action
            previous = next_entry(
                reducer, action, previous=previous, is_catching=is_catching
            )
        computed.append(previous)
    return computed


def commit_excess(tape: Tape, excess: int) -> int:
    """Make the oldest ``excess`` actions part of the committed state, in place.

    It stops before an action that failed: what failed must stay to be seen.

    Returns:
        how many were committed.
    """
    count = 0
    while count < excess and tape.computed[1].error is None:
        tape.staged.popleft()
        tape.computed.popleft()
        gone, tape.staged[0] = tape.staged[0], 0
        del tape.actions[gone]
        if gone in tape.skipped:
            del tape.skipped[gone]
            tape.is_edited = True
        count += 1
    tape.committed = tape.computed[0].state
    tape.current = max(tape.current - count, 0)
    return count
