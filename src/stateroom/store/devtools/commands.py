"""The lifted commands: what each makes of a tape, and from which step it is computed.

Each is a function from tape to tape and never changes the one it was given, so that a
command whose computation fails has changed nothing. The names, the arguments and the
results are those of the Redux DevTools instrument.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.reading import read_actions, read_tape
from stateroom.store.devtools.tape import Action, Recorded, Tape, blank
from stateroom.store.undefined import UNDEFINED

__all__ = ("COMMANDS", "Command", "Edit", "flag", "number")


class Edit(NamedTuple):
    """A command's result.

    Attributes:
        tape: the new tape.
        first: the first step to compute; None when no step has changed.
    """

    tape: Tape
    first: int | None = None


Command: TypeAlias = Callable[[Tape, Action], Edit]
"""Tape and lifted action to the edited tape. The action has a ``timestamp`` in ms."""


def number(command: Action, name: str) -> int:
    """Read a whole number of a lifted action.

    Raises:
        DevtoolsError: it is missing, or is something else.
    """
    found = command.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    raise DevtoolsError(
        f"{command['type']} needs a whole number as {name!r}, found {found!r}",
        hint="ids and indexes are in the tools' .actions",
    )


def flag(command: Action, name: str) -> bool:
    """Read a yes or no of a lifted action.

    Raises:
        DevtoolsError: it is missing, or is something else.
    """
    found = command.get(name)
    if isinstance(found, bool):
        return found
    raise DevtoolsError(
        f"{command['type']} needs true or false as {name!r}, found {found!r}"
    )


def _place(tape: Tape, step: int, command: Action) -> int:
    """Index of the action with the id ``step``, which is not the first one's."""
    if step != 0 and step in tape.staged:
        return tape.staged.index(step)
    raise DevtoolsError(
        f"{command['type']}: no recorded action has the id {step}",
        hint="it may have been committed meanwhile; ids are in the tools' .actions",
    )


def _restart(tape: Tape, command: Action, *, committed: object) -> Edit:
    fresh = blank(committed, base=tape.base, at=number(command, "timestamp"))
    fresh.is_locked, fresh.is_paused = tape.is_locked, tape.is_paused
    return Edit(fresh, 0)


def _reset(tape: Tape, command: Action) -> Edit:
    return _restart(tape, command, committed=tape.base)


def _commit(tape: Tape, command: Action) -> Edit:
    return _restart(tape, command, committed=tape.computed[tape.current].state)


def _rollback(tape: Tape, command: Action) -> Edit:
    return _restart(tape, command, committed=tape.committed)


def _sweep(tape: Tape, _command: Action) -> Edit:
    # A skipped step repeats the entry before it: without it, all others stay right.
    steps = zip(tape.staged, tape.computed, strict=True)
    kept = [(step, entry) for step, entry in steps if step not in tape.skipped]
    swept = replace(
        tape,
        staged=deque(step for step, _ in kept),
        computed=deque(entry for _, entry in kept),
        skipped={},
        current=min(tape.current, len(kept) - 1),
        is_edited=tape.is_edited or bool(tape.skipped),
    )
    return Edit(swept)


def _toggle(tape: Tape, command: Action) -> Edit:
    step = number(command, "id")
    first = _place(tape, step, command)
    if step in tape.skipped:
        skipped = {other: None for other in tape.skipped if other != step}
    else:
        skipped = {step: None, **tape.skipped}
    return Edit(replace(tape, skipped=skipped), first)


def _set_active(tape: Tape, command: Action) -> Edit:
    # Only ids that are staged: a monitor may name billions that are not.
    start, end = number(command, "start"), number(command, "end")
    named = {step for step in tape.staged if step and start <= step < end}
    first = next((i for i, step in enumerate(tape.staged) if step in named), None)
    if flag({"active": True, **command}, "active"):
        skipped = {step: None for step in tape.skipped if step not in named}
    else:
        skipped = {**tape.skipped, **dict.fromkeys(sorted(named))}
    return Edit(replace(tape, skipped=skipped), first)


def _jump_to_state(tape: Tape, command: Action) -> Edit:
    index, step = number(command, "index"), command.get("actionId")
    if not 0 <= index < len(tape.staged):
        raise DevtoolsError(
            f"{command['type']}: there is no step {index}",
            hint=f"steps go from 0 to {len(tape.staged) - 1}",
        )
    # A monitor counts from what it saw last; the id says which action it meant.
    if isinstance(step, int) and step in tape.staged:
        index = tape.staged.index(step)
    return Edit(replace(tape, current=index))


def _jump_to_action(tape: Tape, command: Action) -> Edit:
    step = number(command, "actionId")
    index = 0 if step == 0 else _place(tape, step, command)
    return Edit(replace(tape, current=index))


def _reorder(tape: Tape, command: Action) -> Edit:
    step, before = number(command, "actionId"), number(command, "beforeActionId")
    old = _place(tape, step, command)
    staged = list(tape.staged)
    new = staged.index(before) if before in tape.staged else 0
    if new < 1:  # not among the movable ones: to the end, or to the beginning
        new = len(staged) if before > staged[-1] else 1
    if new == old:
        return Edit(tape)
    staged.insert(new, step)
    del staged[old if new > old else old + 1]
    return Edit(
        replace(tape, staged=deque(staged), is_edited=True),
        min(old, new),
    )


def _import(tape: Tape, command: Action) -> Edit:
    lifted = command.get("nextLiftedState")
    if isinstance(lifted, Mapping):
        is_kept = command.get("noRecompute") is True
        read = read_tape(lifted, base=tape.base, is_computed=is_kept)
        read.is_locked, read.is_paused = tape.is_locked, tape.is_paused
        return Edit(read, None if is_kept else 0)
    preloaded = command.get("preloadedState", UNDEFINED)
    fresh = _restart(tape, command, committed=preloaded).tape
    return _record(fresh, read_actions(lifted), at=number(command, "timestamp"))


def _record(fresh: Tape, actions: Iterable[Action], *, at: int) -> Edit:
    for action in actions:
        fresh.actions[fresh.next_id] = Recorded(action, at)
        fresh.staged.append(fresh.next_id)
        fresh.next_id += 1
    fresh.current = len(fresh.staged) - 1
    fresh.is_edited = True
    return Edit(fresh, 0)


def _lock(tape: Tape, command: Action) -> Edit:
    return Edit(replace(tape, is_locked=flag(command, "status")))


COMMANDS: Final[Mapping[str, Command]] = {
    "COMMIT": _commit,
    "IMPORT_STATE": _import,
    "JUMP_TO_ACTION": _jump_to_action,
    "JUMP_TO_STATE": _jump_to_state,
    "LOCK_CHANGES": _lock,
    "REORDER_ACTION": _reorder,
    "RESET": _reset,
    "ROLLBACK": _rollback,
    "SET_ACTIONS_ACTIVE": _set_active,
    "SWEEP": _sweep,
    "TOGGLE_ACTION": _toggle,
}
"""All but PERFORM_ACTION and PAUSE_RECORDING, which need the reducer's own step."""
