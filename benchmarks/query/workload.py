"""What both sides ask for, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ("Job", "Sizes", "job_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much work a round is.

    Attributes:
        queries: that are fulfilled in a new store, one after another.
        reads: of one cached entry.
        entries: that have the tag which is invalidated.
        few: of them on Node, where each takes some milliseconds.
    """

    queries: int = 200
    reads: int = 5000
    entries: int = 10_000
    few: int = 200


@dataclass(frozen=True, slots=True)
class Job:
    """What an endpoint returns where results are of a class."""

    id: int
    title: str
    salary: int
    tags: list[str] = field(default_factory=list)


def job_of(number: int) -> dict[str, object]:
    """Return what the endpoint of both sides returns."""
    return {
        "id": number,
        "title": f"Engineer {number}",
        "salary": 50_000 + number,
        "tags": ["a", "b"],
    }
