"""Family "listeners": effects that wait, take, fork and stop each other.

Time passes when the program says so. ``js/listeners.mjs`` runs the same with Redux
Toolkit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from stateroom.store import UNDEFINED, Store
from stateroom.store.actions import Action
from stateroom.store.listeners import ListenerApi, Stop, TaskApi, create_listeners
from tests.oracle.choosing import Choice
from tests.oracle.performing import perform
from tests.oracle.real import Json
from tests.oracle.recipes import Boom
from tests.oracle.thunk_programs import settled

__all__ = ("make_listeners", "trace_listeners")

Program = dict[str, Json]
TYPES = ("a", "b", "c", "go")
DELAYS: tuple[Json, ...] = (10, 20, 30)
WAITS = ("take", "delay", "condition", "fork")
NAMES = (
    *WAITS,
    "say",
    "state",
    "cancelActive",
    "original",
    "unsubscribe",
    "subscribe",
    "cancel",
    "throw",
)


# ------------------------------------------------------------------- making


def make_listeners(choice: Choice) -> Program:
    """A random program."""
    several = [choice.one_of(("a", "changed", "b", "c")) for _ in choice.times(1, 3)]
    listeners: list[Json] = [
        {"on": each, "steps": make_effect(choice)} for each in several
    ]
    # What somebody listens for happens often: one run is to meet the next.
    heard = ["a" if each == "changed" else each for each in several]
    steps: list[Json] = [["start", index] for index in range(len(listeners))]
    steps.extend(make_event(choice, heard) for _ in choice.times(1, 8))
    return {"listeners": listeners, "steps": steps}


def make_effect(choice: Choice) -> Json:
    """What an effect does.

    It stops others before it waits only: when one action ends two waits, the loop says
    which goes on first, and whether that stops the other.
    """
    steps: list[Json] = [["cancelActive"]] if choice.happens(35) else []
    names: tuple[str, ...] = NAMES
    for _ in choice.times(0, 4):
        name = choice.one_of(names)
        if name in WAITS:
            names = tuple(each for each in NAMES if each != "cancelActive")
        steps.append(make_step(choice, name))
    return steps


def make_step(choice: Choice, name: str) -> Json:
    """One step of an effect."""
    match name:
        case "take" | "condition":
            limit = choice.one_of((None, *DELAYS))
            return [name, choice.one_of(TYPES), limit]
        case "delay":
            return [name, choice.one_of(DELAYS)]
        case "fork":
            word = choice.one_of(("done", "throw"))
            return [name, word, choice.one_of((0, *DELAYS)), choice.happens(25)]
        case "say":
            return [name, "word"]
        case _:
            return [name]


def make_event(choice: Choice, heard: list[str]) -> Json:
    """What happens next in the program."""
    names = ("dispatch", "time", "dispatch", "time", "dispatch", "stop", "start")
    name = choice.one_of(names)
    match name:
        case "dispatch":
            return [name, choice.one_of(heard if choice.happens(60) else TYPES)]
        case "time":
            return [name, choice.one_of((*DELAYS, 15))]
        case "stop":
            if choice.happens(15):
                return ["clear"]
            return [name, choice.below(3), choice.below(2) == 1]
        case _:
            return [name, choice.below(3)]


# ------------------------------------------------------------------ running


class Timer:
    """A call in the future of a clock."""

    def __init__(self, at: float, call: Callable[[], object]) -> None:
        self.at = at
        self.call = call
        self.is_due = True

    def cancel(self) -> None:
        self.is_due = False


class Clock:
    """Timers that wait until the program lets time pass; in milliseconds."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        self.timers.append(Timer(self.now + round(delay * 1000), callback))
        return self.timers[-1]

    async def elapse(self, delay: float) -> None:
        end = self.now + delay
        while due := [each for each in self.timers if each.is_due and each.at <= end]:
            first = min(due, key=lambda each: each.at)
            first.cancel()
            self.now = first.at
            first.call()
            await settled()
        self.now = end


class Run:
    """A store with listeners, and what they do."""

    def __init__(self, program: Program) -> None:
        self.clock = Clock()
        self.log: list[list[Json]] = []
        self.runs = 0
        self.stops: list[Stop] = []
        self.made = create_listeners(
            on_error=lambda error, _: self.log.append([-1, error_word(error)]),
            timer=self.clock,
        )
        self.store = Store(count, middleware=[self.made.middleware], checks=False)
        given = cast("list[Program]", program["listeners"])
        self.effects = [(cast("str", e["on"]), self.effect_of(e)) for e in given]

    def effect_of(
        self, given: Program
    ) -> Callable[[Action, ListenerApi], Awaitable[None]]:
        steps = cast("list[list[Json]]", given["steps"])

        async def effect(action: Action, api: ListenerApi) -> None:
            run = self.runs
            self.runs += 1
            state = cast("Json", api.get_state())
            self.log.append([run, "begins", action["type"], state])
            for name, *rest in steps:
                said = await self.within(api, cast("str", name), rest)
                if said is not UNDEFINED:
                    self.log.append([run, name, cast("Json", said)])
            self.log.append([run, "ends", api.signal.aborted])

        return effect

    async def within(self, api: ListenerApi, name: str, rest: list[Json]) -> object:
        match name:
            case "take":
                taken = await api.take(cast("str", rest[0]), timeout=seconds(rest[1]))
                return taken and [taken.action["type"], taken.state, taken.original]
            case "condition":
                kind = cast("str", rest[0])
                return await api.condition(kind, timeout=seconds(rest[1]))
            case "delay":
                await api.delay(seconds(rest[0]) or 0)
                return UNDEFINED
            case "fork":
                return await self.fork(api, *rest)
            case _:
                return at_once(api, name, rest)

    async def fork(
        self, api: ListenerApi, word: Json, delay: Json, is_cancelled: Json
    ) -> object:
        async def executor(own: TaskApi) -> Json:
            if delay:
                await own.delay(seconds(delay) or 0)
            if word == "throw":
                raise Boom("boom")
            return word

        task = api.fork(executor)
        if is_cancelled:
            task.cancel()
        outcome = await task.result
        value = outcome.result if outcome.status == "ok" else None
        return [outcome.status, value]

    def do_start(self, index: int) -> None:
        on, effect = self.effects[index % len(self.effects)]
        if on == "changed":
            stop = self.made.start(effect, predicate=has_changed)
        else:
            stop = self.made.start(effect, type=on)
        self.stops.append(stop)

    def do_stop(self, index: int, cancel_active: bool) -> None:  # noqa: FBT001 - from JSON
        if index < len(self.stops):
            self.stops[index](cancel_active=cancel_active)

    def do_clear(self) -> None:
        self.made.clear()

    def do_dispatch(self, kind: str) -> None:
        self.store.dispatch({"type": kind})


def at_once(api: ListenerApi, name: str, rest: list[Json]) -> object:
    """What does not wait."""
    match name:
        case "say":
            return rest[0]
        case "state":
            return api.get_state()
        case "original":
            return api.get_original_state()
        case "cancelActive":
            api.cancel_active_listeners()
        case "cancel":
            api.cancel()
        case "unsubscribe":
            api.unsubscribe()
        case "subscribe":
            api.subscribe()
        case "throw":
            raise Boom("boom")
    return UNDEFINED


def seconds(delay: Json) -> float | None:
    """Milliseconds of the program, as our listeners count."""
    return None if delay is None else cast("int", delay) / 1000


def error_word(error: Exception) -> str:
    """What both say of an error: that of the program, or the only other one."""
    return "boom" if isinstance(error, Boom) else "original"


def has_changed(_: Action, now: object, before: object) -> bool:
    return now != before


def count(state: object, action: Mapping[str, object]) -> object:
    held = 0 if state is UNDEFINED else cast("int", state)
    return held + 1 if action["type"] in {"a", "b"} else held


def trace_listeners(program: Program) -> Json:
    """What the program does in Python."""
    return asyncio.run(_traced(program))


async def _traced(program: Program) -> Json:
    run = Run(program)
    steps: list[Json] = []
    for step in cast("list[list[Json]]", program["steps"]):
        if step[0] == "time":
            await run.clock.elapse(cast("float", step[1]))
        else:
            perform(run, step)
        await settled()
        log = sorted(run.log, key=lambda each: cast("int", each[0]))
        steps.append([cast("Json", run.store.state), [*log]])
        run.log.clear()
    run.made.clear()
    await settled()
    return steps
