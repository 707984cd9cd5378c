"""What every side keeps, and how much of it.

Two kinds of state. Shelves count: what one dispatch changes is one number, whatever
else is on them. Results are what a search found: many small objects with lists in them.
Both are written here as plain values; Node gets the very same ones as JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypedDict

__all__ = (
    "KIB",
    "PlaceDict",
    "ResultDict",
    "ShelfDict",
    "Sizes",
    "compact",
    "name_of",
    "results_of",
    "shelf_of",
)

KIB = 1024
TOWNS = ("Leeds", "York", "Łódź", "Oslo", "Gent")
SUMMARY = "You keep pipelines running that nobody else understands, and write it down."
SKILLS = ("python", "sql", "etl", "spark", "airflow")


class PlaceDict(TypedDict):
    town: str
    distance: float


class ResultDict(TypedDict):
    id: int
    title: str
    company: str
    summary: str
    salary: list[int]
    is_remote: bool
    score: float
    skills: list[str]
    places: list[PlaceDict]
    note: str | None


class ShelfDict(TypedDict):
    count: int
    books: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much work a round is. Times in seconds.

    Attributes:
        slices: that are read, written, or changed all the time.
        slice_bytes: of each that is read, as JSON.
        hydrations: how often they are read, in each form.
        changed: bytes of the slices of which one field is changed.
        flat: dispatches between two looks at the clock.
        span: for how long dispatches are timed.
        alone: dispatches that are timed one by one, each making a slice dirty.
        churn: for how long slices change all the time.
        churned: bytes of each of them.
        max_delay: milliseconds from a change to its write, then.
        pause: between two changes, where they come in a steady pace.
        warmup: for which Node dispatches before the first round.
        writes: durable ones that are counted.
        written: bytes of each.
        flushes: that are timed.
        starts: of a process, to see what an import takes.
    """

    slices: int = 10
    slice_bytes: int = 100 * KIB
    hydrations: int = 5
    changed: tuple[int, ...] = tuple(
        size * KIB for size in (1, 2, 4, 8, 12, 16, 24, 32, 64, 100)
    )
    flat: int = 100
    span: float = 0.3
    alone: int = 300
    churn: float = 3.0
    churned: int = 4 * KIB
    max_delay: float = 100.0
    pause: float = 0.001
    warmup: float = 0.3
    writes: int = 40
    written: int = 4 * KIB
    flushes: int = 10
    starts: int = 5


def name_of(number: int) -> str:
    """Return the name of a slice."""
    return f"slice{number}"


def compact(plain: object) -> bytes:
    """Return plain data as the shortest JSON, as redux-persist and we store it."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def results_of(size: int, *, first: int = 0) -> dict[str, ResultDict]:
    """Return results that are so many bytes of JSON, or one result more.

    Args:
        size: in bytes.
        first: number of the first result.
    """
    made: dict[str, ResultDict] = {}
    missing = size - len("{}")
    number = first
    while missing > 0:
        key, result = f"job-{number}", _result(number)
        made[key] = result
        missing -= len(compact(key)) + len(compact(result)) + len(":,")
        number += 1
    return made


def shelf_of(size: int) -> ShelfDict:
    """Return a shelf that has so many bytes of JSON, or a book more."""
    books: dict[str, str] = {}
    missing = size - len(compact({"count": 0, "books": {}}))
    number = 0
    while missing > 0:
        key, text = f"book-{number}", f"The {number}th book, and what is in it"
        books[key] = text
        missing -= len(compact(key)) + len(compact(text)) + len(":,")
        number += 1
    return {"count": 0, "books": books}


def _result(number: int) -> ResultDict:
    return {
        "id": number,
        "title": f"Data engineer {number}",
        "company": "Example and Sons",
        "summary": f"{SUMMARY} {number % 17 + 1} colleagues wait for you.",
        "salary": [40_000 + number % 977, 60_000 + number % 991],
        "is_remote": number % 3 == 0,
        "score": number % 1000 / 1000,
        "skills": list(SKILLS[: number % 4]),
        "places": [
            {"town": TOWNS[each % len(TOWNS)], "distance": each % 300 / 10}
            for each in range(number, number + 1 + number % 2)
        ],
        "note": None,
    }
