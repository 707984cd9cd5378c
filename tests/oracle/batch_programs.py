"""Family "batches": auto-batched actions, with a tick that the program decides on.

``js/effects.mjs`` runs the same with Redux Toolkit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from stateroom.store import UNDEFINED, Store
from tests.oracle.choosing import Choice
from tests.oracle.performing import perform
from tests.oracle.real import Json

__all__ = ("make_batches", "trace_batches")

Program = dict[str, Json]
NAMES = ("low", "high", "tick", "low", "subscribe", "unsubscribe")


def make_batches(choice: Choice) -> Program:
    """A random program."""
    steps: list[Json] = [["subscribe", []]]
    for _ in choice.times(2, 9):
        name = choice.one_of(NAMES)
        if name == "subscribe":
            nested: list[Json] = [choice.one_of(NAMES[:2]) for _ in choice.times(0, 2)]
            steps.append([name, nested])
        elif name == "unsubscribe":
            steps.append([name, choice.below(3)])
        else:
            steps.append([name])
    return {"steps": steps}


class Run:
    """One store, and what its listeners hear."""

    def __init__(self) -> None:
        self.log: list[Json] = []
        self.queued: list[Callable[[], None]] = []
        self.stops: list[Callable[[], None]] = []
        self.store = Store(count, queue=self.queued.append, checks=False)

    def state(self) -> int:
        return cast("int", self.store.state)

    def do_low(self) -> None:
        self.store.dispatch({"type": "a", "meta": {"RTK_autoBatch": True}})

    def do_high(self) -> None:
        self.store.dispatch({"type": "a", "meta": {"other": 1}})

    def do_tick(self) -> None:
        calls, self.queued[:] = list(self.queued), []
        for call in calls:
            call()

    def do_subscribe(self, nested: list[str]) -> None:
        index, left = len(self.stops), list(nested)

        def listen() -> None:
            self.log.append(["listener", index, self.state()])
            if left:
                perform(self, [left.pop(0)])

        self.stops.append(self.store.subscribe(listen))

    def do_unsubscribe(self, index: int) -> None:
        if index < len(self.stops):
            self.stops[index]()


def count(state: object, action: Mapping[str, object]) -> object:
    held = 0 if state is UNDEFINED else cast("int", state)
    return held if str(action["type"]).startswith("@") else held + 1


def trace_batches(program: Program) -> Json:
    """What the program does in Python."""
    run = Run()
    steps: list[Json] = []
    for step in cast("list[Json]", program["steps"]):
        perform(run, step)
        steps.append([run.state(), len(run.queued), list(run.log)])
        run.log.clear()
    return steps
