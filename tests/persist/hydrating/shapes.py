"""Slices of every shape that a state can have, each with a change that it keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, NotRequired, TypedDict, cast

import msgspec

from stateroom.persist import persist
from stateroom.persist.persisted import Persisted
from stateroom.store import PersistentMap, Slice
from stateroom.store.entities import EntityAdapter, EntityState

__all__ = ("CASES", "Case")


@dataclass(slots=True)
class Job:
    id: str
    since: dt.date
    tags: set[str] = field(default_factory=set)


COOK = Job("cook", dt.date(2026, 7, 25), {"a"})


@dataclass
class Plain:
    jobs: list[Job] = field(default_factory=list)


@dataclass(frozen=True)
class Frozen:
    job: Job | None = None


class Struct(msgspec.Struct):
    jobs: list[Job] = []


class Options(TypedDict):
    size: int
    job: NotRequired[Job]


class Pair(NamedTuple):
    left: int
    right: Job | None


class Case(NamedTuple):
    """A slice that is kept, an action that changes it, and the state after that."""

    part: Persisted[object]
    change: dict[str, object]
    after: object


def case(
    initial: Callable[[], object], change: Callable[[object], object], after: object
) -> Callable[[], Case]:
    """Return what makes a case: a slice is of one store, and each test has its own."""

    def make() -> Case:
        part: Slice[object] = Slice("shape", initial)

        @part.reducer
        def go(state: object) -> object:
            return change(state)

        return Case(persist(part), dict(go()), after)

    return make


def add_job(state: object) -> None:
    cast("Plain", state).jobs.append(COOK)


def put_job(state: object) -> None:
    cast("dict[str, Job]", state)["cook"] = COOK


def append(state: object) -> None:
    cast("list[Job]", state).append(COOK)


def options() -> Options:
    return {"size": 1}


def set_option(state: object) -> None:
    cast("dict[str, Job]", state)["job"] = COOK


def jobs_by_number() -> dict[int, Job]:
    return {}


def put_number(state: object) -> None:
    cast("dict[int, Job]", state)[7] = COOK


def perhaps() -> Job | None:
    return None


def nothing_but_text() -> str:
    return ""


def jobs() -> list[Job]:
    return []


def table(state: object) -> None:
    EntityAdapter[Job, str]().add_one(cast("EntityState[Job, str]", state), COOK)


def persistent() -> PersistentMap[str, Job]:
    return PersistentMap()


CASES: dict[str, Callable[[], Case]] = {
    "dataclass": case(Plain, add_job, Plain([COOK])),
    "slots": case(lambda: COOK, lambda _: Job("x", COOK.since), Job("x", COOK.since)),
    "frozen": case(Frozen, lambda _: Frozen(COOK), Frozen(COOK)),
    "struct": case(Struct, add_job, Struct([COOK])),
    "typed dict": case(options, set_option, {"size": 1, "job": COOK}),
    "dict": case(dict, put_job, {"cook": COOK}),
    "dict of jobs": case(dict[str, Job], put_job, {"cook": COOK}),
    "dict by number": case(jobs_by_number, put_number, {7: COOK}),
    "lambda": case(lambda: {"a": 1}, put_job, {"a": 1, "cook": COOK}),
    "list": case(list, append, [COOK]),
    "list of jobs": case(jobs, append, [COOK]),
    "number": case(int, lambda _: 7, 7),
    "text": case(nothing_but_text, lambda _: "x", "x"),
    "optional": case(perhaps, lambda _: COOK, COOK),
    "pair": case(lambda: Pair(1, None), lambda _: Pair(2, COOK), Pair(2, COOK)),
    "set": case(set[int], lambda _: {1, 2}, {1, 2}),
    "entities": case(
        EntityState[Job, str], table, EntityState(["cook"], {"cook": COOK})
    ),
    "map": case(persistent, put_job, PersistentMap({"cook": COOK})),
}
