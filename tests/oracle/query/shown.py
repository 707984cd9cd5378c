"""What shows deviations: small programs, of which one thing is looked at.

What no program can show is in ``js/deviations.mjs`` and ``shown_here``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, cast

from stateroom.errors import InvalidQuery
from tests.oracle.query.keys import trace_keys
from tests.oracle.query.performing import trace_query
from tests.oracle.query.programs import Program, Trace
from tests.oracle.query.shown_here import HERE
from tests.oracle.query.telling import (
    actions,
    api,
    entry,
    keys_of,
    lives,
    mutations_of,
    provided,
    settled,
)
from tests.oracle.real import Json, Real

__all__ = ("shown_here", "shown_there")

FAMILY: Final = "query-mixed"
KEYS: Final[dict[str, Program]] = {
    "no-number-is-null": {"endpoint": "q", "arg": {"n": "nan"}},
    "every-key-counts": {"endpoint": "q", "arg": {"o": [["__proto__", 1]]}},
    "marks-are-refused": {"endpoint": "q", "arg": {"o": [["$bigint", "10"]]}},
}
"""Arguments whose keys differ."""
LOADED: Final[tuple[Json, ...]] = (
    ["subscribe", "q", 1, {}],
    ["answer", 0, "data", 5],
)


class Shown(NamedTuple):
    """A program, and what of its trace shows the deviation."""

    program: Program
    look: Callable[[Trace], Json]


def _args(trace: Trace) -> Json:
    return lives(trace)[-1][1]


def _words(trace: Trace) -> Json:
    return [row[0] for row in lives(trace)]


def _flags(trace: Trace) -> Json:
    return actions(trace)[-1][4:]


def _failure(trace: Trace) -> Json:
    return lives(trace)[-1][2:]


PROGRAMS: Final[dict[str, Shown]] = {
    "lists-among-arguments-stay": Shown(
        api(["subscribe", "q", {"a": [1, 2]}, {}], ["args", "q"], q={}), _args
    ),
    "entries-that-are-gone": Shown(
        api(["subscribe", "q", 1, {}], ["reset"], q={}),
        lambda trace: settled(trace)["0"],
    ),
    "dropped-answers-provide-nothing": Shown(
        api(
            ["prefetch", "q", 1, {}],
            ["answer", 0, "data", 1],
            ["prefetch", "q", 1, {"force": True}],
            ["invalidate", ["A"]],
            ["subscribe", "q", 1, {}],
            ["answer", 0, "data", 2],
            q={"provides": ["A"]},
            options={"invalidationBehavior": "immediately"},
        ),
        provided,
    ),
    "an-entry-is-added-once": Shown(
        api(
            ["upsertMany", [["q", 1, 5], ["q", 1, 6]]],
            ["select", "q", 1],
            q={"added": {"name": "waits"}},
        ),
        lambda trace: cast("list[Json]", _words(trace))[:-1],
    ),
    "broken-tags-are-none": Shown(
        api(*LOADED, q={"provides": "broken"}),
        lambda trace: [entry(trace, "q(1)")[name] for name in ("status", "data")],
    ),
    "changes-are-done": Shown(
        api(
            ["mutate", "m", 1, {}],
            ["answer", 0, "data", 5],
            m={"invalidates": "broken", "started": {"name": "log"}},
        ),
        lambda trace: [settled(trace)["0"], _words(trace)],
    ),
    "what-is-given-is-there": Shown(
        api(["upsertMany", [["q", 1, 5]]], q={"provides": "broken"}),
        lambda trace: [*keys_of(trace)],
    ),
    "broken-merges-are-errors": Shown(
        api(*LOADED, ["refetch", 0], ["answer", 0, "data", 5], q={"merge": "broken"}),
        lambda trace: entry(trace, "q(1)")["status"],
    ),
    "aborts-are-expected": Shown(
        api(["subscribe", "q", 1, {}], ["abort", 0], q={"started": {"name": "log"}}),
        _failure,
    ),
    "exceptions-are-no-answers": Shown(
        api(["subscribe", "q", 1, {}], ["answer", 0, "throw", "x"], q={"retry": 0}),
        _flags,
    ),
    "kinds-of-tags-are-known": Shown(api(*LOADED, q={"provides": ["C"]}), provided),
    "mutations-are-let-go": Shown(
        api(["mutate", "m", 1, {}], ["answer", 0, "data", 5], m={}),
        lambda trace: len(mutations_of(trace)),
    ),
}


def shown_there(name: str, real: Real) -> Json:
    """What the real package does."""
    if name in KEYS:
        return real.trace("query-keys", KEYS[name])
    if name in PROGRAMS:
        program, look = PROGRAMS[name]
        return look(cast("Trace", real.trace(FAMILY, program)))
    return real.trace("deviation", {"name": name})


def shown_here(name: str) -> Json:
    """What ours does."""
    if name in HERE:
        return HERE[name]()
    try:
        if name in KEYS:
            return trace_keys(KEYS[name])
        program, look = PROGRAMS[name]
        return look(trace_query(program))
    except InvalidQuery:
        return "refused"
