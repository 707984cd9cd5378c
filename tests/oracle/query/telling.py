"""What a trace says, of one thing and another; see ``programs``."""

from __future__ import annotations

from typing import cast

from tests.oracle.query.programs import Program, Trace
from tests.oracle.real import Json

__all__ = (
    "actions",
    "api",
    "config_of",
    "entry",
    "keys_of",
    "lives",
    "mutations_of",
    "provided",
    "requests",
    "settled",
    "subscribers",
    "types",
)

Row = list[Json]


def api(
    *steps: Json,
    draw: float = 0.5,
    options: Program | None = None,
    **endpoints: Program,
) -> Program:
    """A program: endpoints ``m`` and ``n`` are mutations, all others queries."""
    made = {
        name: {"kind": "mutation" if name in {"m", "n"} else "query", **given}
        for name, given in endpoints.items()
    }
    return {
        "draw": draw,
        "api": options or {},
        "endpoints": cast("Json", made),
        "steps": list(steps),
    }


def _rows(trace: Trace, lane: str, step: int | None) -> list[Row]:
    several = trace if step is None else [trace[step]]
    return [row for told in several for row in cast("list[Row]", told[lane])]


def actions(trace: Trace, step: int | None = None) -> list[Row]:
    """Of one step or of all: type, and what it is about."""
    return [row[1:] for row in _rows(trace, "actions", step)]


def types(trace: Trace, step: int | None = None) -> list[Json]:
    """The types of the actions."""
    return [row[0] for row in actions(trace, step)]


def requests(trace: Trace, step: int | None = None) -> list[Row]:
    """When, number, endpoint, argument, whether it is forced."""
    return _rows(trace, "requests", step)


def lives(trace: Trace, step: int | None = None) -> list[Row]:
    """What lifecycles told."""
    return [row[1:] for row in _rows(trace, "lives", step)]


def settled(trace: Trace) -> dict[str, Json]:
    """What the calls of the program gave, by their number."""
    return {
        number: outcome
        for told in trace
        for number, outcome in cast("Program", told["settled"]).items()
    }


def _state(trace: Trace, step: int) -> dict[str, list[tuple[str, Program]]]:
    return cast("dict[str, list[tuple[str, Program]]]", trace[step]["state"])


def entry(trace: Trace, key: str, step: int = -1) -> Program:
    """The entry of a cache key after a step; an empty one where there is none."""
    return dict(_state(trace, step)["queries"]).get(key, {})


def keys_of(trace: Trace, step: int = -1) -> list[str]:
    """The cache keys after a step."""
    return [key for key, _ in _state(trace, step)["queries"]]


def mutations_of(trace: Trace, step: int = -1) -> list[tuple[str, Program]]:
    """The mutations after a step, with their keys."""
    return _state(trace, step)["mutations"]


def provided(trace: Trace, step: int = -1) -> Json:
    """Kind, id and cache keys of the provided tags."""
    return cast("Program", trace[step]["state"])["provided"]


def subscribers(trace: Trace, key: str, step: int = -1) -> int:
    """How many subscribers a cache key has."""
    return len(dict(_state(trace, step)["subscribers"]).get(key, {}))


def config_of(trace: Trace, step: int = -1) -> Json:
    """Whether it has the focus, and whether there is a network."""
    return cast("Program", trace[step]["state"])["config"]
