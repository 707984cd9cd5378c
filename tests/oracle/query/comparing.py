"""Compares two traces: they agree but for what the deviations allow.

Each allowance is named after its row in ``deviations``, and narrow: it looks at one
thing only, and only where it is as the row says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias, cast

from tests.oracle.query.ordering import in_order
from tests.oracle.query.programs import Program, Trace
from tests.oracle.real import Json
from tests.oracle.terms import text

__all__ = ("ALLOWED", "compared")

NONE: Final[Json] = {"u": 1}
Allowance: TypeAlias = Callable[[Program, Trace, Trace], None]


class Compared(NamedTuple):
    """Two traces without what may differ, and the names of what did."""

    real: Trace
    ours: Trace
    used: tuple[str, ...]


ENDS: Final = ("executeQuery/fulfilled", "executeQuery/rejected")


def rows(trace: Trace, lane: str) -> list[list[Json]]:
    """All rows of a lane."""
    return [row for step in trace for row in cast("list[list[Json]]", step[lane])]


def without_entry(_: Program, real: Trace, ours: Trace) -> None:
    """Who awaits an entry that is gone is given undefined there.

    Here it is told of the abort, or given what the request brought all the same.
    """
    for there, here in zip(real, ours, strict=True):
        told = cast("dict[str, list[Json]]", here["settled"])
        has_answer = any(
            row[1] in ENDS for row in cast("list[list[Json]]", there["actions"])
        )
        for number, outcome in cast("dict[str, list[Json]]", there["settled"]).items():
            is_told = told.get(number) == ["error", ["AbortError"]]
            if outcome == ["data", NONE] and (
                is_told or (has_answer and number in told)
            ):
                told[number] = outcome


def aborted(_: Program, real: Trace, ours: Trace) -> None:
    """An abort counts as an error that nobody expected there."""
    for row in rows(real, "lives"):
        if row[1] == "failed" and row[3] == ["AbortError"]:
            row[4] = False


def thrown(program: Program, real: Trace, ours: Trace) -> None:
    """What is thrown in the last attempt of several counts as an answer there."""
    endpoints = cast("dict[str, Program]", program["endpoints"])
    if not any("retry" in each for each in endpoints.values()):
        return
    for row in rows(real, "actions"):
        if (
            row[-1] == "rejectedWithValue"
            and cast("list[Json]", row[-2])[0] == "thrown"
        ):
            row.pop()
    for row in rows(real, "lives"):
        if row[1] == "failed" and cast("list[Json]", row[3])[0] == "thrown":
            row[4] = True


def dropped(_: Program, real: Trace, ours: Trace) -> None:
    """An answer that is dropped provides tags all the same there.

    What is invalidated from then on is another thing, so the comparison ends with it.
    """
    for at, (there, here) in enumerate(zip(real, ours, strict=True)):
        state, other = cast("Program", there["state"]), cast("Program", here["state"])
        if state["provided"] != other["provided"] and _has_dropped(there):
            state["provided"] = other["provided"]
            del real[at + 1 :], ours[at + 1 :]
            return


def _has_dropped(step: dict[str, Json]) -> bool:
    state = cast("dict[str, list[tuple[str, Program]]]", step["state"])
    requests = {key: entry["request"] for key, entry in state["queries"]}
    return any(
        requests.get(str(row[2])) != row[3]
        for row in cast("list[list[Json]]", step["actions"])
        if row[1] == "executeQuery/fulfilled" or row[-1] == "rejectedWithValue"
    )


ALLOWED: Final[dict[str, Allowance]] = {
    "entries-that-are-gone": without_entry,
    "aborts-are-expected": aborted,
    "exceptions-are-no-answers": thrown,
    "dropped-answers-provide-nothing": dropped,
}


def compared(program: Program, real: Trace, ours: Trace) -> Compared:
    """Return both without what the deviations allow, and the names of these."""
    used: list[str] = []
    real, ours = in_order(real), in_order(ours)
    for name, allow in ALLOWED.items():
        if text(cast("Json", real)) == text(cast("Json", ours)):
            break
        before = text(cast("Json", [real, ours]))
        allow(program, real, ours)
        if text(cast("Json", [real, ours])) != before:
            used.append(name)
    return Compared(real, ours, tuple(used))
