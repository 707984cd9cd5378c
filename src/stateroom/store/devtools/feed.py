"""What the monitors are still to be told.

A dispatch puts in a note, which costs as much as a list's append and waits for nobody;
the devtools' own loop takes the notes out and encodes them. When it cannot keep up, the
notes give way to a single one that says all: the whole history as it is then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from stateroom.store.devtools.lifted import Change, History
from stateroom.store.devtools.relay import Client
from stateroom.store.devtools.tape import Entry, Recorded, Tape

__all__ = ("Feed", "Jump", "Note", "Step", "Trouble", "Whole", "snapshot")

_LIMIT: Final = 512  # notes; some hundred bytes each, and the states they hold


@dataclass(frozen=True, slots=True)
class Whole:
    """All of the history, for one client or for every monitor."""

    tape: Tape
    client: Client | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One more action."""

    entry: Entry
    recorded: Recorded
    next_id: int
    is_excess: bool


@dataclass(frozen=True, slots=True)
class Jump:
    """Another step is the current one."""

    index: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a monitor asked for was refused."""

    text: str
    client: Client


Note: TypeAlias = Whole | Step | Jump | Trouble


def snapshot(tape: Tape) -> Tape:
    """Copy a tape, so that it can be read while the store goes on."""
    return replace(
        tape,
        actions=dict(tape.actions),
        staged=tape.staged.copy(),
        computed=tape.computed.copy(),
        skipped=dict(tape.skipped),
    )


class Feed:
    """Notes in the order in which things happened. Put in under the dispatch lock."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """Begin empty.

        Args:
            wake: called from the thread that put something in.
        """
        self._notes: deque[Note] = deque()
        self._wake = wake

    def put(self, note: Note, history: History) -> None:
        """Add a note; if there are too many, one for all of them."""
        if len(self._notes) >= _LIMIT:
            self._notes.clear()
            note = Whole(snapshot(history.tape))
        self._notes.append(note)
        self._wake()

    def put_change(self, change: Change, history: History) -> None:
        """Add what became of the history."""
        tape = history.tape
        note: Note
        if change is Change.JUMPED and not tape.is_paused:
            note = Jump(tape.current)
        elif change in {Change.JUMPED, Change.REWRITTEN}:
            # While paused the monitors are not told what each action came to.
            note = Whole(snapshot(tape))
        else:
            note = Step(
                entry=tape.computed[-1],
                recorded=tape.actions[tape.staged[-1]],
                next_id=tape.next_id,
                is_excess=change is Change.SLID,
            )
        self.put(note, history)

    def take(self) -> Note | None:
        """Remove the oldest note; None when there is none."""
        try:
            return self._notes.popleft()
        except IndexError:  # another thread may just have cleared it
            return None
