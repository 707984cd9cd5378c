"""The slices that are kept: shelves, and results in both of their forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from benchmarks.persist.workload import (
    ResultDict,
    ShelfDict,
    name_of,
    shelf_of,
)
from stateroom.store import Action, Slice

__all__ = (
    "Change",
    "Place",
    "PlainResults",
    "Result",
    "Results",
    "Searched",
    "Shelf",
    "Shelved",
    "plain_results",
    "shelves",
    "typed_results",
)

S = TypeVar("S")

Change: TypeAlias = Callable[[], Action]
"""Makes the action that changes a shelf."""
PlainResults: TypeAlias = dict[str, ResultDict]


@dataclass(slots=True)
class Shelf:
    count: int
    books: dict[str, str]


@dataclass(slots=True)
class Place:
    town: str
    distance: float


@dataclass(slots=True)
class Result:
    id: int
    title: str
    company: str
    summary: str
    salary: list[int]
    is_remote: bool
    score: float
    skills: list[str]
    places: list[Place]
    note: str | None


@dataclass(slots=True)
class Results:
    found: dict[str, Result] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A slice that is a shelf.

    Attributes:
        part: the slice.
        change: makes the action that adds one to its count.
    """

    part: Slice[Shelf]
    change: Change


@dataclass(frozen=True, slots=True)
class Searched(Generic[S]):
    """A slice of results.

    Attributes:
        part: the slice; empty at first.
        fill: makes the action that puts plain results into it.
    """

    part: Slice[S]
    fill: Callable[[PlainResults], Action]


def shelves(*sizes: int) -> list[Shelved]:
    """Return shelves that have so many bytes of JSON each."""
    return [
        _shelf(name_of(number), shelf_of(size)) for number, size in enumerate(sizes)
    ]


def plain_results(slices: int) -> list[Searched[dict[str, object]]]:
    """Return slices whose state is a dict of dicts."""
    return [_plain(name_of(number)) for number in range(slices)]


def typed_results(slices: int) -> list[Searched[Results]]:
    """Return slices whose state is made of dataclasses."""
    return [_typed(name_of(number)) for number in range(slices)]


def add_one(state: Shelf) -> None:
    state.count += 1


def put_plain(state: dict[str, object], results: PlainResults) -> None:
    state.update(results)


def put_typed(state: Results, results: dict[str, Result]) -> None:
    state.found = results


def _shelf(name: str, plain: ShelfDict) -> Shelved:
    part = Slice(name, partial(_shelf_with, plain))
    return Shelved(part, part.reducer(add_one))


def _shelf_with(plain: ShelfDict) -> Shelf:
    return Shelf(count=plain["count"], books=dict(plain["books"]))


def _plain(name: str) -> Searched[dict[str, object]]:
    part: Slice[dict[str, object]] = Slice(name, dict)
    return Searched(part, part.reducer(put_plain))


def _typed(name: str) -> Searched[Results]:
    part = Slice(name, Results)
    put = part.reducer(put_typed)

    def fill(results: PlainResults) -> Action:
        return put({key: _result(each) for key, each in results.items()})

    return Searched(part, fill)


def _result(plain: ResultDict) -> Result:
    return Result(
        id=plain["id"],
        title=plain["title"],
        company=plain["company"],
        summary=plain["summary"],
        salary=plain["salary"],
        is_remote=plain["is_remote"],
        score=plain["score"],
        skills=plain["skills"],
        places=[Place(**each) for each in plain["places"]],
        note=plain["note"],
    )
