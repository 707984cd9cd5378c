"""What random programs about the query layer choose from."""

from __future__ import annotations

from typing import Final

from tests.oracle.real import Json

__all__ = (
    "ANSWERS",
    "ARGS",
    "CHOSEN",
    "FORCES",
    "OBJECTS",
    "POLLS",
    "RECIPES",
    "SHORT",
    "SLOW_POLLS",
    "TAGS",
    "TOLD",
    "WAITS",
)

ARGS: Final[tuple[Json, ...]] = (1, 2, "x", {"u": 1}, None)
OBJECTS: Final[tuple[Json, ...]] = (
    {"o": [["page", 1]]},
    {"o": [["page", 2]]},
    {"o": [["page", 2], ["city", "b"]]},
    {"o": [["city", "b"], ["page", 2]]},
    {"o": [["page", {"u": 1}]]},
)
ANSWERS: Final[tuple[Json, ...]] = (
    {"o": [["ids", {"a": [1, 2]}], ["in", {"o": [["x", 1]]}]]},
    {"o": [["ids", {"a": [2]}], ["in", {"o": [["x", 1]]}]]},
    {"a": [1]},
    {"a": [1, 2, 2]},
    {"a": []},
    {"o": []},
    "text",
    5,
    0,
    None,
)
TAGS: Final[tuple[Json, ...]] = (
    "A",
    ["A", 1],
    ["A", 2],
    "B",
    ["A", "x"],
    ["B", 1],
    ["A", 0],
    ["A", ""],
    ["A", "other"],
    None,
)
TOLD: Final = ("arg", "result", "ids", "either", "nothing")
SHORT: Final = (100, 20, 130, 500, 0, 1000, 240)
WAITS: Final = (1000, 20, 100, 500, 0, 5000, 60_000, 130)
RECIPES: Final = ("push", "deep", "replace", "same")
POLLS: Final = (100, 130, 1000, 0)
SLOW_POLLS: Final = (5000, 7000, 0)
FORCES: Final[tuple[Json, ...]] = (True, 1, 5, False)

CHOSEN: Final[dict[str, tuple[Json, ...]]] = {
    "keepUnusedDataFor": (1, 0, 5, "Infinity"),
    "refetchOnMountOrArgChange": (True, 1, False),
    "refetchOnFocus": (True, False),
    "refetchOnReconnect": (True, False),
    "invalidationBehavior": ("immediately", "delayed"),
    "latency": (20, 150, 0),
    "keep": (1, 0, 5, "Infinity"),
    "merge": ("join", "fresh", "held", "told"),
    "sharing": (False,),
    "transform": ("wrap", "count", "later", "broken"),
    "transformError": ("hide", "broken"),
    "serialize": ("one", "part", "kind"),
    "force": ("changed", "always", "never", "rejected"),
    "retry": (1, 0, 2, 5, "server", "never"),
}
"""Options that are one of several values."""
