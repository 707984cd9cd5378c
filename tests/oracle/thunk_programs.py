"""Family "thunks": async thunks whose waits end when the program says so.

``js/effects.mjs`` runs the same with Redux Toolkit. What one step sets off is settled
before the next step begins, so that two event loops can be compared.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TypeAlias, cast

from stateroom.errors import Rejected
from stateroom.store import UNDEFINED, Store
from stateroom.store.thunks import Api, AsyncThunk, ThunkRun, create_async_thunk
from tests.oracle.choosing import Choice
from tests.oracle.performing import perform
from tests.oracle.real import Json
from tests.oracle.recipes import Boom

__all__ = ("make_thunks", "settled", "trace_thunks")

Program = dict[str, Json]
Verdict: TypeAlias = "bool | asyncio.Future[bool | None] | None"
BODIES = (
    "now",
    "wait",
    "wait throw",
    "throw",
    "reject",
    "wait reject",
    "fulfil",
    "wait fulfil",
    "wait dispatch",
    "dispatch",
    "abort",
    "wait abort",
)
CONDITIONS = ("none", "true", "false", "none", "throw", "wait true", "wait false")


def make_thunks(choice: Choice) -> Program:
    """A random program."""
    steps: list[Json] = []
    count = 0
    for _ in choice.times(1, 7):
        name = choice.one_of(("start", "open", "open", "abort")) if count else "start"
        which = choice.below(count) if count else 0
        if name == "start":
            body, condition = choice.one_of(BODIES), choice.one_of(CONDITIONS)
            steps.append([name, body, condition, choice.below(2) == 1])
            count += 1
        elif name == "open":
            steps.append([name, f"{choice.one_of(('body', 'condition'))} {which}"])
        else:
            # One reason only: of two, the last one counts there, and here the first.
            steps.append([name, which, "why"])
    return {"steps": steps}


class Run:
    """A store, thunks, and what happens."""

    def __init__(self) -> None:
        self.log: list[Json] = []
        self.gates: dict[str, asyncio.Future[None]] = {}
        self.runs: list[ThunkRun[str]] = []
        self.watching: list[asyncio.Task[None]] = []
        self.store = Store(self.reduce, checks=False)

    def reduce(self, state: object, action: Mapping[str, object]) -> object:
        if not str(action["type"]).startswith("@"):
            self.log.append(shown(action))
        return 0 if state is UNDEFINED else state

    def thunk(self, *, is_loud: bool) -> AsyncThunk[[Program], str]:
        async def body(api: Api[object], arg: Program) -> str:
            return await self.body(api, arg)

        def condition(_: Api[object], arg: Program) -> Verdict:
            return self.condition(arg)

        return create_async_thunk(
            "t",
            body,
            condition=condition,
            dispatch_condition_rejection=is_loud,
            id_generator=lambda arg: f"run {cast('Program', arg)['n']}",
        )

    def gate(self, name: str) -> asyncio.Future[None]:
        self.gates[name] = asyncio.get_running_loop().create_future()
        return self.gates[name]

    def condition(self, arg: Program) -> Verdict:
        name = f"condition {arg['n']}"

        async def later(*, verdict: bool) -> bool:
            await gate
            return verdict

        match arg["condition"]:
            case "throw":
                raise Boom("boom")
            case "wait true" | "wait false" as kind:
                gate = self.gate(name)
                waits = later(verdict=kind == "wait true")
                return asyncio.ensure_future(waits)
            case kind:
                return {"true": True, "false": False}.get(cast("str", kind))

    async def body(self, api: Api[object], arg: Program) -> str:
        n, kind = cast("int", arg["n"]), cast("str", arg["body"])
        self.log.append(["begins", n])
        if kind.startswith("wait"):
            await self.gate(f"body {n}")
            self.log.append(["goes on", n, api.signal.aborted])
        match kind.split()[-1]:
            case "throw":
                raise Boom("boom")
            case "reject":
                api.reject(f"no {n}", meta={"more": n})
            case "fulfil":
                return api.fulfil(f"yes {n}", meta={"more": n})
            case "dispatch":
                api.dispatch({"type": "other"})
            case "abort":
                api.abort("from within")
        return f"result {n}"

    def do_start(self, body: str, condition: str, is_loud: bool) -> None:  # noqa: FBT001 - from JSON
        n = len(self.runs)
        arg: Program = {"n": n, "body": body, "condition": condition}
        run = self.store.dispatch(self.thunk(is_loud=is_loud)(arg))
        self.log.append(["started", n, run.request_id])
        self.runs.append(run)
        self.watching.append(asyncio.ensure_future(self.watch(n, run)))

    async def watch(self, n: int, run: ThunkRun[str]) -> None:
        self.log.append(["ended", n, shown(await run)])
        try:
            self.log.append(["unwrapped", n, await run.unwrap()])
        except Rejected:
            self.log.append(["unwrap failed", n])

    def do_open(self, name: str) -> None:
        gate = self.gates.get(name)
        if gate is not None and not gate.done():
            gate.set_result(None)

    def do_abort(self, n: int, reason: str) -> None:
        self.runs[n].abort(reason)


def shown(action: Mapping[str, object]) -> Json:
    """What is the same in every language: an error's own name and stack are not."""
    meta = cast("Program", action.get("meta", {}))
    error = cast("dict[str, str] | None", action.get("error"))
    name = "" if error is None else error.get("name", "")
    is_ours = name in {"AbortError", "ConditionError"}
    about: list[Json] = [
        meta.get(key)
        for key in (
            "requestId",
            "requestStatus",
            "aborted",
            "condition",
            "rejectedWithValue",
            "more",
        )
    ]
    return [
        cast("str", action["type"]),
        cast("Json", action.get("payload")),
        cast("Program", meta.get("arg", {})).get("n"),
        *about,
        None if error is None else name if is_ours else error["message"],
        error["message"] if error and name == "AbortError" else None,
    ]


async def settled() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


def trace_thunks(program: Program) -> Json:
    """What the program does in Python."""
    return asyncio.run(_traced(program))


async def _traced(program: Program) -> Json:
    run = Run()
    steps: list[Json] = []
    for step in cast("list[Json]", program["steps"]):
        perform(run, step)
        at_once = list(run.log)
        run.log.clear()
        await settled()
        steps.append([[*at_once], list(run.log)])
        run.log.clear()
    for each in run.watching:
        each.cancel()
    return steps
