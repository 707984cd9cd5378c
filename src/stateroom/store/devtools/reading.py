"""Reads a lifted state, or a list of actions, that comes from outside.

Whatever a file or a monitor sends is checked before it becomes a tape: a history that
does not fit together is refused with the place that is wrong, and nothing changes.
The states inside are taken as they are; ``reviving`` has made them live before.
"""

from __future__ import annotations

import reprlib
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.tape import Action, Entry, Recorded, Tape
from stateroom.store.undefined import UNDEFINED

__all__ = ("MOST_STEPS", "read_actions", "read_tape")

MOST_STEPS: Final[int] = 100_000
"""Actions that an imported history may have: each one is computed, under the lock."""


def read_actions(found: object, *, place: str = "actions") -> list[Action]:
    """Read a list of actions.

    Raises:
        DevtoolsError: it is no list, or something in it is no action.
    """
    return [
        _action(one, place=f"{place}[{index}]")
        for index, one in enumerate(_list(found, place=place))
    ]


def read_tape(lifted: Mapping[str, object], *, base: object, is_computed: bool) -> Tape:
    """Read a lifted state in the layout of the DevTools.

    Args:
        lifted: with ``actionsById``, ``stagedActionIds``, ``nextActionId`` and the
            rest; ``computedStates`` may be missing when they are to be computed.
        base: the state that RESET returns to.
        is_computed: the states are taken from ``computedStates``.

    Raises:
        DevtoolsError: some part is missing or does not fit the others.
    """
    actions = _actions_by_id(lifted.get("actionsById"))
    staged = _ids(lifted.get("stagedActionIds"), actions, place="stagedActionIds")
    if not staged or staged[0] != 0:
        raise _wrong("stagedActionIds", "a list that begins with 0", found=staged)
    skipped = _ids(
        lifted.get("skippedActionIds", ()), actions, place="skippedActionIds"
    )
    if 0 in skipped:
        raise _wrong(
            "skippedActionIds", "no 0: the first step cannot be skipped", found=0
        )
    return Tape(
        base=base,
        committed=lifted.get("committedState", UNDEFINED),
        actions=actions,
        staged=deque(staged),
        computed=_computed(lifted, len(staged)) if is_computed else deque(),
        skipped=dict.fromkeys(skipped),
        next_id=_whole(lifted, "nextActionId", low=max(actions) + 1),
        current=_whole(lifted, "currentStateIndex", low=0, high=len(staged) - 1),
        is_edited=True,
    )


def _actions_by_id(found: object) -> dict[int, Recorded]:
    if not isinstance(found, Mapping):
        raise _wrong("actionsById", "a mapping of ids", found=found)
    read: dict[int, Recorded] = {}
    for key, lifted in found.items():
        place = f"actionsById[{key!r}]"
        # JSON has text as keys only.
        if not str(key).isascii() or not str(key).isdigit():
            raise _wrong(place, "a whole number as the id", found=key)
        if not isinstance(lifted, Mapping):
            raise _wrong(place, "a lifted action", found=lifted)
        when = lifted.get("timestamp", 0)
        read[int(key)] = Recorded(
            _action(lifted.get("action"), place=f"{place}.action"),
            int(when) if isinstance(when, int | float) else 0,
        )
    return read


def _ids(found: object, actions: Mapping[int, Recorded], *, place: str) -> list[int]:
    ids: list[int] = []
    for index, one in enumerate(_list(found, place=place)):
        if not isinstance(one, int) or isinstance(one, bool) or one not in actions:
            raise _wrong(f"{place}[{index}]", "an id of actionsById", found=one)
        ids.append(one)
    if len(set(ids)) != len(ids):
        raise _wrong(place, "each id once", found=ids)
    return ids


def _computed(lifted: Mapping[str, object], count: int) -> deque[Entry]:
    states = _list(lifted.get("computedStates"), place="computedStates")
    if len(states) != count:
        raise _wrong("computedStates", f"{count} of them, as staged", found=len(states))
    return deque(
        _entry(one, place=f"computedStates[{index}]")
        for index, one in enumerate(states)
    )


def _entry(found: object, *, place: str) -> Entry:
    if not isinstance(found, Mapping):
        raise _wrong(place, "a mapping with a state", found=found)
    error = found.get("error")
    return Entry(found.get("state", UNDEFINED), None if error is None else str(error))


def _action(found: object, *, place: str) -> Action:
    if not isinstance(found, Mapping) or not isinstance(found.get("type"), str):
        raise _wrong(place, "an action with a type that is text", found=found)
    return found


def _list(found: object, *, place: str) -> Sequence[object]:
    if not isinstance(found, list | tuple):
        raise _wrong(place, "a list", found=found)
    if len(found) > MOST_STEPS:
        raise _wrong(place, f"at most {MOST_STEPS} long", found=len(found))
    return found


def _whole(
    lifted: Mapping[str, object], name: str, *, low: int, high: int | None = None
) -> int:
    found = lifted.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        is_inside = low <= found and (high is None or found <= high)
        if is_inside:
            return found
    bounds = f"at least {low}" if high is None else f"{low} to {high}"
    raise _wrong(name, f"a whole number, {bounds}", found=found)


def _wrong(place: str, wanted: str, *, found: object) -> DevtoolsError:
    shown = reprlib.repr(found)  # shortened: it may be a whole state
    return DevtoolsError(
        f"the history to import is not usable: {place} must be {wanted}, found {shown}",
        hint="import what .export() or the DevTools have written",
        path=place,
    )
