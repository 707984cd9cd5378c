"""The lifted reducer: a store's history, and what the DevTools may do with it.

It has no clock, no lock and no store: the time is an argument, and ``instrument`` puts
it between a store and its reducer. Recording an action costs the same however long the
history is; jumping computes nothing; every other command computes from the first step
that it changed. A command that fails, or whose computation raises, changes nothing.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.commands import COMMANDS, flag
from stateroom.store.devtools.reading import read_actions
from stateroom.store.devtools.tape import (
    Action,
    Entry,
    Recorded,
    Reducer,
    Tape,
    blank,
    commit_excess,
    next_entry,
    recompute,
)

__all__ = ("PAUSED", "Change", "History")

PAUSED = "@@PAUSED"
"""Type of the one action that stands for all that happened while paused."""

_LEAST_AGE = 2  # the committed state and one action


class Change(enum.Enum):
    """What became of the history; a monitor is told accordingly."""

    NOTHING = "nothing"
    APPENDED = "appended"
    """One action was added."""
    SLID = "slid"
    """One action was added, and the oldest one became part of the committed state."""
    JUMPED = "jumped"
    """Another step is the current one."""
    REWRITTEN = "rewritten"
    """Anything else: look at all of it."""


class History:
    """The actions of a store, the state after each, and which of these is shown."""

    __slots__ = ("_is_catching", "_max_age", "_pause_type", "reducer", "tape")

    def __init__(
        self,
        reducer: Reducer,
        committed: object,
        *,
        at: int,
        max_age: int | None = 30,
        catch_errors: bool = False,
        pause_type: str | None = PAUSED,
    ) -> None:
        """Begin at ``committed``.

        Args:
            reducer: the whole store's.
            committed: the state so far; UNDEFINED lets the reducer give the first one.
            at: now, in ms since the Unix epoch.
            max_age: with more actions than this less one, the oldest are committed.
                None keeps all.
            catch_errors: an action that the reducer fails at is recorded with its
                error, and the later ones are interrupted, as in the DevTools'
                ``shouldCatchErrors``. Otherwise the error reaches whoever dispatched,
                and the action is not recorded.
            pause_type: stands for what happens while paused; None commits it instead.

        Raises:
            DevtoolsError: ``max_age`` is less than 2.
        """
        if max_age is not None and max_age < _LEAST_AGE:
            raise DevtoolsError(
                f"max_age must be at least {_LEAST_AGE}, got {max_age}",
                hint="None keeps every action",
            )
        self.reducer: Reducer = reducer
        self.tape: Tape = blank(committed, base=committed, at=at)
        self._is_catching: bool = catch_errors
        self._max_age: int | None = max_age
        self._pause_type: str | None = pause_type
        self.tape.computed = self._compute(self.tape, first=0)

    @property
    def state(self) -> object:
        """The state that the store shows."""
        return self.tape.computed[self.tape.current].state

    @property
    def is_time_travelling(self) -> bool:
        """Whether the state shown is another than the application's dispatches made.

        Then it must not be written anywhere. COMMIT, ROLLBACK and RESET end it: they
        say which state is the true one from now on.
        """
        tape = self.tape
        is_last = tape.current == len(tape.staged) - 1
        return not is_last or bool(tape.skipped) or tape.is_edited

    def perform(self, action: Action, *, at: int) -> Change:
        """Carry out a dispatched action and record it.

        Raises:
            Exception: what the reducer raises, unless errors are caught. Nothing has
                changed then.
        """
        tape = self.tape
        if tape.is_locked:
            return Change.NOTHING
        if tape.is_paused:
            return self._perform_paused(action, at=at)
        entry = next_entry(
            self.reducer,
            action,
            previous=tape.computed[-1],
            is_catching=self._is_catching,
        )
        was_newest = tape.current == len(tape.staged) - 1
        committed = 0
        if self._max_age is not None and len(tape.staged) >= self._max_age:
            committed = commit_excess(tape, len(tape.staged) - self._max_age + 1)
        is_newest = tape.current == len(tape.staged) - 1
        tape.current += is_newest
        tape.actions[tape.next_id] = Recorded(action, at)
        tape.staged.append(tape.next_id)
        tape.computed.append(entry)
        tape.next_id += 1
        # A monitor that repeats this by itself comes to another result in these cases.
        if entry.error is not None or committed > 1 or was_newest is not is_newest:
            return Change.REWRITTEN
        return Change.SLID if committed else Change.APPENDED

    def apply(self, command: Action, *, at: int) -> Change:
        """Carry out a lifted action, such as ``{"type": "TOGGLE_ACTION", "id": 3}``.

        Raises:
            DevtoolsError: there is no such command, or its arguments do not fit.
            Exception: what the reducer raises, unless errors are caught.
        """
        kind = command.get("type")
        if kind == "PERFORM_ACTION":
            performed = read_actions([command.get("action")], place="PERFORM_ACTION")
            return self.perform(performed[0], at=at)
        if kind == "PAUSE_RECORDING":
            return self._pause(is_pausing=flag(command, "status"), at=at)
        if kind not in COMMANDS or not isinstance(kind, str):
            raise DevtoolsError(
                f"there is no lifted action {kind!r}",
                hint=f"known: PAUSE_RECORDING, PERFORM_ACTION, {', '.join(COMMANDS)}",
            )
        tape, first = COMMANDS[kind](self.tape, {**command, "timestamp": at})
        if first is not None:
            tape.computed = self._compute(tape, first=first)
        self.tape = tape
        is_jump = kind in {"JUMP_TO_ACTION", "JUMP_TO_STATE"}
        return Change.JUMPED if is_jump else Change.REWRITTEN

    def replace_reducer(self, reducer: Reducer) -> Change:
        """Compute everything again with another reducer.

        Raises:
            Exception: what the new reducer raises, unless errors are caught. The old
                one stays then.
        """
        old, self.reducer = self.reducer, reducer
        try:
            computed = self._compute(self.tape, first=0)
        except BaseException:
            self.reducer = old
            raise
        self.tape.computed = computed
        if self._max_age is not None and len(computed) > self._max_age:
            commit_excess(self.tape, len(computed) - self._max_age)
        return Change.REWRITTEN

    def _compute(self, tape: Tape, *, first: int) -> deque[Entry]:
        return recompute(tape, self.reducer, first=first, is_catching=self._is_catching)

    def _perform_paused(self, action: Action, *, at: int) -> Change:
        state = self.reducer(self.state, action)
        self._put_paused(Entry(state), at)
        return Change.NOTHING

    def _pause(self, *, is_pausing: bool, at: int) -> Change:
        if is_pausing:
            self._begin_pause(at)
        else:
            self.apply({"type": "COMMIT"}, at=at)
        self.tape.is_paused = is_pausing
        return Change.REWRITTEN

    def _begin_pause(self, at: int) -> None:
        tape = self.tape
        entry = tape.computed[tape.current]
        if self._pause_type is not None and tape.next_id > 1:
            if tape.current == len(tape.staged) - 1:
                tape.current += 1
            tape.staged.append(tape.next_id)
            tape.computed.append(entry)
            tape.next_id += 1
        self._put_paused(entry, at)

    def _put_paused(self, entry: Entry, at: int) -> None:
        """Let the last step stand for all that happened since the pause began."""
        tape = self.tape
        if self._pause_type is None or tape.next_id == 1:
            self.tape = replace(
                blank(entry.state, base=tape.base, at=at),
                computed=deque((entry,)),
                is_locked=tape.is_locked,
                is_paused=True,
            )
            return
        paused: Mapping[str, object] = {"type": self._pause_type}
        tape.actions[tape.next_id - 1] = Recorded(paused, at)
        tape.computed[-1] = entry
