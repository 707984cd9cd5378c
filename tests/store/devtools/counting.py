"""The reducers that the tests of the history use, and the history as JSON has it.

The same reducers are in ``tests/tools/devtools/history.mjs``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, cast

from stateroom.store.devtools.lifted import Change, History
from stateroom.store.devtools.tape import Action, Entry, Reducer, Tape
from stateroom.store.undefined import UNDEFINED

__all__ = (
    "REDUCERS",
    "Count",
    "Error",
    "add",
    "adding",
    "apply",
    "counts",
    "doubling",
    "history",
    "lifted_of",
    "shown",
)


class Count(TypedDict):
    n: int
    last: str


class Error(Exception):
    """Named as JavaScript names its own."""


def add(amount: int) -> Action:
    return {"type": "add", "payload": amount}


def adding(found: object, action: Action) -> Count:
    state = cast("Count", {"n": 0, "last": ""} if found is UNDEFINED else found)
    amount = cast("int", action.get("payload", 0))
    match action["type"]:
        case "add":
            return {"n": state["n"] + amount, "last": "add"}
        case "set":
            return {"n": amount, "last": "set"}
        case "fail":
            raise Error("always")
        case "limit":
            if state["n"] > amount:
                raise Error(f"above {amount}")
            return {**state, "last": "limit"}
        case _:
            return state


def doubling(found: object, action: Action) -> Count:
    state = cast("Count", {"n": 1, "last": ""} if found is UNDEFINED else found)
    if action["type"] == "add":
        return {"n": state["n"] * 2, "last": "double"}
    return state


REDUCERS: Mapping[str, Reducer] = {"adding": adding, "doubling": doubling}


def lifted_of(tape: Tape) -> dict[str, object]:
    """The tape as the instrument has it, but for times and the monitor's own state."""
    lifted: dict[str, object] = {
        "actionsById": {str(i): dict(one.action) for i, one in tape.actions.items()},
        "stagedActionIds": list(tape.staged),
        "skippedActionIds": list(tape.skipped),
        "nextActionId": tape.next_id,
        "currentStateIndex": tape.current,
        "computedStates": [_entry(entry) for entry in tape.computed],
        "isLocked": tape.is_locked,
        "isPaused": tape.is_paused,
    }
    if tape.committed is not UNDEFINED:
        lifted["committedState"] = tape.committed
    return lifted


def _entry(entry: Entry) -> dict[str, object]:
    if entry.error is None:
        return {"state": entry.state}
    return {"state": entry.state, "error": entry.error}


def history(*amounts: int, max_age: int | None = 30, catch: bool = False) -> History:
    """A history that starts at 0 and has added each amount."""
    made = History(
        adding, {"n": 0, "last": ""}, at=0, max_age=max_age, catch_errors=catch
    )
    for at, amount in enumerate(amounts, 1):
        made.perform(add(amount), at=at)
    return made


def counts(made: History) -> list[int]:
    """The number in each computed state."""
    return [cast("Count", entry.state)["n"] for entry in made.tape.computed]


def shown(made: History) -> int:
    return cast("Count", made.state)["n"]


def apply(made: History, kind: str, **arguments: object) -> Change:
    return made.apply({"type": kind, **arguments}, at=99)
