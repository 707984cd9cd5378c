"""What a trace of the real application says, of one thing and another."""

from __future__ import annotations

import json
from typing import Final, cast

from tests.oracle.real import Json, Real

__all__ = (
    "ADD",
    "SETTLE",
    "Trace",
    "fields_in",
    "logged",
    "rehydrated_in",
    "run",
    "stored_in",
    "times",
    "values_of",
    "written_in",
)

Trace = dict[str, Json]

ADD: Final[Json] = ["dispatch", "a"]
"""What the slices of ``application`` count."""
SETTLE: Final[Json] = ["settle"]


def run(real: Real, program: dict[str, Json]) -> Trace:
    """What an application does."""
    return cast("Trace", real.trace("persisted", program))


def logged(trace: Trace, kind: str) -> list[list[Json]]:
    """What the log has of a kind: the time, and what was noted."""
    log = cast("list[list[Json]]", trace["log"])
    return [entry[1:] for entry in log if entry[0] == kind]


def fields_in(trace: Trace, index: int = -1) -> dict[str, Json]:
    """The state after a step."""
    state = cast("list[dict[str, list[tuple[str, Json]]]]", trace["states"])[index]
    return dict(state["o"])


def rehydrated_in(trace: Trace) -> list[list[Json]]:
    """Payload and error of what was read."""
    actions = logged(trace, "action")
    return [each[2:] for each in actions if each[1] == "persist/REHYDRATE"]


def stored_in(trace: Trace, key: str = "persist:k") -> dict[str, Json]:
    """The fields of the document at the end, ``_persist`` among them."""
    text = cast("dict[str, str]", trace["stored"]).get(key, "{}")
    return values_of(text)


def values_of(text: str) -> dict[str, Json]:
    """The fields of a document."""
    fields = cast("dict[str, str]", json.loads(text))
    return {name: cast("Json", json.loads(each)) for name, each in fields.items()}


def written_in(trace: Trace, field: str) -> list[Json]:
    """What each write had of a field, in order."""
    texts = [str(each[2]) for each in logged(trace, "write")]
    return [values_of(each).get(field) for each in texts]


def times(trace: Trace, kind: str) -> list[Json]:
    """When something happened, in milliseconds since the start."""
    return [each[0] for each in logged(trace, kind)]
