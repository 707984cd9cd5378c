"""Random programs about the query layer: endpoints, and what is done with them.

A program is about a few entries, tags and answers, so that its steps have to do with
each other; which these are is random.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, cast

from tests.oracle.choosing import Choice
from tests.oracle.query.pools import (
    ANSWERS,
    ARGS,
    CHOSEN,
    FORCES,
    POLLS,
    RECIPES,
    SHORT,
    SLOW_POLLS,
    TAGS,
    TOLD,
    WAITS,
)
from tests.oracle.query.programs import Program
from tests.oracle.real import Json

__all__ = ("MADE", "STEPS", "Kind", "make")

OWN: Final = ("own", "stream")
"""Lifecycles that change the data of the very entry."""
ANSWERING: Final = ("provides", "invalidates", "transformError")


class Kind(NamedTuple):
    """What programs of a family are made of.

    Attributes:
        verbs: of steps; one that stands there twice is done twice as often.
        query, mutation: by option: how many in a hundred have it.
        api: the same for the options of the api.
        args: arguments to choose from.
        failing: how many answers in a hundred are errors.
        listening: what subscribers choose: "force" and "poll".
        started: what ``on_started`` may be.
        waits: how long time passes at once, in milliseconds.
        length: of a program, in steps, at most.
    """

    verbs: Sequence[str]
    query: Mapping[str, int]
    mutation: Mapping[str, int] = {}
    api: Mapping[str, int] = {}
    args: Sequence[Json] = ARGS
    failing: int = 20
    listening: Sequence[str] = ("force",)
    started: Sequence[str] = ("log", "own", "pessimistic")
    waits: Sequence[int] = WAITS
    length: int = 24


def make(kind: Kind, choice: Choice) -> Program:
    """A random program of a family."""
    making = Making(kind, choice)
    endpoints = making.endpoints()
    return {
        "draw": choice.one_of((0.5, 0.0, 0.9)),
        "api": making.api(),
        "endpoints": cast("Json", endpoints),
        "steps": making.steps(),
    }


class Making:
    """One program in the making."""

    def __init__(self, kind: Kind, choice: Choice) -> None:
        self.kind = kind
        self.choice = choice
        self.queries = ["q", "p"][: 1 + choice.below(2)]
        count = 1 + choice.below(2) if kind.mutation else 0
        self.mutations = ["m", "n"][:count]
        self.known = [
            [choice.one_of(self.queries), choice.one_of(kind.args)]
            for _ in choice.times(1, 3)
        ]
        self.data = [choice.one_of(ANSWERS) for _ in choice.times(1, 3)]
        self.tagged = [choice.one_of(TAGS) for _ in choice.times(1, 3)]

    # ------------------------------------------------------------- endpoints

    def endpoints(self) -> dict[str, Program]:
        made: dict[str, Program] = {}
        for name in self.queries:
            made[name] = {"kind": "query", **self.options(self.kind.query)}
        for name in self.mutations:
            made[name] = {"kind": "mutation", **self.options(self.kind.mutation)}
            for option in ("started", "added"):
                # A mutation has no data of its own that could be changed.
                if cast("Program", made[name].get(option, {})).get("name") in OWN:
                    made[name][option] = {"name": "log"}
        return made

    def api(self) -> Program:
        made = self.options(self.kind.api)
        if "serialize" in made:
            made["serialize"] = "whole"
        return made

    def options(self, percents: Mapping[str, int]) -> Program:
        made: Program = {}
        for name, percent in percents.items():
            if self.choice.happens(percent):
                made[name] = self.option(name)
        if "retry" in made:
            # What is thrown at last is an answer there, with all that answers have.
            made = {name: each for name, each in made.items() if name not in ANSWERING}
        if "latency" in made:
            ways = ("fixed", "fixed", "counted", "odd", "fails")
            made["answer"] = self.choice.one_of(ways)
        return made

    def option(self, name: str) -> Json:
        if name in CHOSEN:
            return self.choice.one_of(CHOSEN[name])
        return MADE[name](self)

    def lifecycle(self, names: Sequence[str]) -> Json:
        name = self.choice.one_of(names)
        made: Program = {"name": name}
        if name in {"optimistic", "pessimistic"}:
            made["endpoint"], made["arg"] = self.entry()
        if name in {"optimistic", "pessimistic", *OWN}:
            made["recipe"] = self.choice.one_of(RECIPES)
        return made

    def telling(self) -> Json:
        """What an endpoint provides or invalidates."""
        return self.choice.one_of(TOLD) if self.choice.below(2) else self.tags()

    # ----------------------------------------------------------------- steps

    def entry(self) -> list[Json]:
        """An endpoint and an argument; those of the program, mostly."""
        if self.choice.happens(10):
            return [
                self.choice.one_of(self.queries),
                self.choice.one_of(self.kind.args),
            ]
        return self.choice.one_of(self.known)

    def tags(self) -> Json:
        return [self.choice.one_of(self.tagged) for _ in self.choice.times(1, 2)]

    def several(self) -> Json:
        """Entries and their data; each entry once: else it is added twice there."""
        entries = [self.entry() for _ in self.choice.times(1, 2)]
        if len(entries) > 1 and self.is_shared(*entries):
            entries.pop()
        return [[*entry, self.answer()] for entry in entries]

    def is_shared(self, one: list[Json], other: list[Json]) -> bool:
        """Whether two entries may be one."""
        return one[0] == other[0] and (one == other or "serialize" in self.kind.query)

    def answer(self) -> Json:
        return self.choice.one_of(self.data)

    def number(self) -> Json:
        return self.choice.below(4)

    def steps(self) -> list[Json]:
        made: list[Json] = []
        for entry in self.known:
            made.append(["subscribe", *entry, self.listening()])
            if self.choice.below(4):
                made.append(["answer", -1, "data", self.answer()])
        for _ in self.choice.times(2, self.kind.length - len(made)):
            made += self.step()
        return made

    def step(self) -> list[Json]:
        """What is done at once: several steps, when it is "optimistically"."""
        verb = self.choice.one_of(self.kind.verbs)
        if verb != "optimistically":
            return [[verb, *STEPS[verb](self)]]
        between: list[Json] = (
            [["select", *self.entry()]] if self.choice.below(2) else []
        )
        answer: Json = ["answer", -1, *self.answering()[1:]]
        return [["mutate", *self.mutating()], *between, answer]

    def listening(self) -> Program:
        """The options of a subscriber."""
        given: Program = {}
        if "force" in self.kind.listening and self.choice.happens(30):
            given["force"] = self.choice.one_of(FORCES)
        if "poll" in self.kind.listening:
            given |= self.watching()
        return given

    def watching(self) -> Program:
        given: Program = {}
        if self.choice.happens(60):
            polls = POLLS if self.kind.waits is SHORT else SLOW_POLLS
            given["pollingInterval"] = self.choice.one_of(polls)
        names = ("skipPollingIfUnfocused", "refetchOnFocus", "refetchOnReconnect")
        for name in names:
            if self.choice.happens(30):
                given[name] = self.choice.below(3) > 0
        return given

    def mutating(self) -> list[Json]:
        given: Program = {}
        if self.choice.happens(30):
            given["key"] = self.choice.one_of(("k", "l"))
        if self.choice.happens(10):
            given["track"] = False
        return [self.choice.one_of(self.mutations), self.entry()[1], given]

    def answering(self) -> list[Json]:
        if not self.choice.happens(self.kind.failing):
            return [self.number(), "data", self.answer()]
        kinds = ["error", "error", "throw"]
        if "retry" in self.kind.query:
            kinds += ["error", "give up"]
        kind = self.choice.one_of(kinds)
        if kind == "throw":
            return [self.number(), kind, "boom"]
        status = self.choice.one_of((404, 500))
        return [self.number(), kind, status, self.choice.one_of(("no", None))]

    def prefetching(self) -> list[Json]:
        ways: tuple[Program, ...] = ({}, {"force": True}, {"ifOlderThan": 1})
        return [*self.entry(), self.choice.one_of(ways)]


MADE: Final[dict[str, Callable[[Making], Json]]] = {
    "provides": Making.telling,
    "invalidates": Making.telling,
    "started": lambda making: making.lifecycle(making.kind.started),
    "added": lambda making: making.lifecycle(("log", "patient", "stream")),
}
STEPS: Final[dict[str, Callable[[Making], list[Json]]]] = {
    "subscribe": lambda making: [*making.entry(), making.listening()],
    "unsubscribe": lambda making: [making.number()],
    "refetch": lambda making: [making.number()],
    "options": lambda making: [making.number(), making.watching()],
    "answer": Making.answering,
    "advance": lambda making: [making.choice.one_of(making.kind.waits)],
    "abort": lambda making: [making.number()],
    "mutate": Making.mutating,
    "resetMutation": lambda making: [making.number()],
    "prefetch": Making.prefetching,
    "invalidate": lambda making: [making.tags()],
    "update": lambda making: [*making.entry(), making.choice.one_of(RECIPES)],
    "undo": lambda _: [],
    "upsert": lambda making: [*making.entry(), making.answer()],
    "upsertMany": lambda making: [making.several()],
    "focus": lambda _: [],
    "blur": lambda _: [],
    "online": lambda _: [],
    "offline": lambda _: [],
    "reset": lambda _: [],
    "restart": lambda _: [],
    "select": lambda making: making.entry(),
    "args": lambda making: [making.choice.one_of(making.queries)],
    "invalidated": lambda making: [making.tags()],
}
