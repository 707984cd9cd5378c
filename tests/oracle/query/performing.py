"""Runs a program with our query layer; ``js/running.mjs`` does it with RTK Query."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Final, TypeVar, cast

from stateroom.testing.timers import ManualTimers, drained
from tests.oracle.performing import perform
from tests.oracle.persist.terms import build, plain
from tests.oracle.query.named import RECIPES, tag
from tests.oracle.query.programs import Boom, Program, Trace
from tests.oracle.query.showing import Names, renamed, shown_state
from tests.oracle.query.stages import Stage
from tests.oracle.real import Json

__all__ = ("trace_query",)

T = TypeVar("T")

KEEPING: Final = ("update", "undo", "select", "args", "invalidated")
"""All other steps may write data, after which an update cannot be undone there."""


class Run(Stage):
    """What a program does."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.names: Names = {}

    def do_subscribe(self, name: str, arg: Json, given: Program) -> None:
        asked = self.client.subscribe(
            self.query(name, arg),
            refetch_on_mount=cast("float | None", given.get("force")),
            polling=cast("float", given.get("pollingInterval", 0)) / 1000,
            skip_polling_if_unfocused=bool(given.get("skipPollingIfUnfocused")),
            refetch_on_focus=cast("bool | None", given.get("refetchOnFocus")),
            refetch_on_reconnect=cast("bool | None", given.get("refetchOnReconnect")),
        )
        self.subscriptions.append(self.watch(asked, data_of, abort=asked.abort))

    def do_unsubscribe(self, index: int) -> None:
        live = [each for each in self.subscriptions if not each.is_over]
        found = nth(live, index)
        if found is not None:
            found.unsubscribe()

    def do_refetch(self, index: int) -> None:
        found = nth(self.subscriptions, index)
        if found is not None:
            asked = found.refetch()
            _ = self.watch(asked, data_of, abort=asked.abort)

    def do_options(self, index: int, given: Program) -> None:
        found = nth(self.subscriptions, index)
        if found is not None:
            found.change(
                polling=cast("float", given.get("pollingInterval", 0)) / 1000,
                skip_polling_if_unfocused=bool(given.get("skipPollingIfUnfocused")),
                refetch_on_focus=cast("bool | None", given.get("refetchOnFocus")),
                refetch_on_reconnect=cast(
                    "bool | None", given.get("refetchOnReconnect")
                ),
            )

    def do_abort(self, index: int) -> None:
        found = nth(self.aborts, index)
        if found is not None:
            found()

    def do_mutate(self, name: str, arg: Json, given: Program) -> None:
        asked = self.client.mutate(
            self.declared.mutations[name](build(arg)),
            key=cast("str | None", given.get("key")),
            track=bool(given.get("track", True)),
        )
        self.mutations.append(self.watch(asked, data_of, abort=asked.abort))

    def do_resetMutation(self, index: int) -> None:  # noqa: N802 - as in programs
        found = nth(self.mutations, index)
        if found is not None:
            found.reset()

    def do_prefetch(self, name: str, arg: Json, given: Program) -> None:
        self.client.prefetch(
            self.query(name, arg),
            force=bool(given.get("force")),
            if_older_than=cast("float | None", given.get("ifOlderThan")),
        )

    def do_invalidate(self, several: list[Json]) -> None:
        self.client.invalidate(*map(tag, several))

    def do_reset(self) -> None:
        self.client.reset()

    def do_update(self, name: str, arg: Json, recipe: str) -> None:
        update = self.client.update(self.query(name, arg), RECIPES[recipe])
        self.note("lives", "update", bool(update.patches))
        if update.patches:
            self.updates.append(update)
        else:
            # On other data it may change something, which it cannot there.
            update.undo()

    def do_undo(self) -> None:
        if self.updates:
            self.updates.pop().undo()

    def do_upsert(self, name: str, arg: Json, value: Json) -> None:
        query = self.query(name, arg)
        client = self.client

        async def upserted(asked: Awaitable[object]) -> list[Json]:
            await asked
            return ["upserted", client.result(query).status]

        asked = client.upsert(query, build(value))
        _ = self.watch(asked, upserted, abort=asked.abort)

    def do_upsertMany(self, several: list[list[Json]]) -> None:  # noqa: N802 - as above
        self.client.upsert_many(
            [(self.query(str(name), arg), build(value)) for name, arg, value in several]
        )

    def do_focus(self) -> None:
        self.client.set_focused(True)

    def do_blur(self) -> None:
        self.client.set_focused(False)

    def do_online(self) -> None:
        self.client.set_online(True)

    def do_offline(self) -> None:
        self.client.set_online(False)

    def do_answer(self, index: int, *told: Json) -> None:
        waiting = [each for each in self.requests if each.is_open]
        self.give(nth(waiting, index), [*told])

    def do_args(self, name: str) -> None:
        found = self.client.cached_args(self.declared.queries[name])
        self.note("lives", "args", [plain(each) for each in found])

    def do_invalidated(self, several: list[Json]) -> None:
        found = self.client.entries_of(*map(tag, several))
        told: list[Json] = [
            [each.key, each.endpoint, plain(each.arg)] for each in found
        ]
        self.note("lives", "invalidated", told)

    def do_select(self, name: str, arg: Json) -> None:
        result = self.client.result(self.query(name, arg))
        flags: list[Json] = [
            result.is_uninitialized,
            result.is_loading,
            result.is_success,
            result.is_error,
        ]
        self.note("lives", "select", result.status, flags)

    def do_restart(self) -> None:
        """A new process: of the old one, nothing goes on."""
        stored = self.state
        for each in self.requests:
            each.is_open = False
        # Held, so that nothing of it ends by being forgotten.
        self.old += self.mutations
        self.timers = ManualTimers(self.timers.now_ms())
        self.open()
        self.client.rehydrate(stored)

    async def step(self, step: Json) -> dict[str, Json]:
        self.begin()
        name, *rest = cast("list[Json]", step)
        if name not in KEEPING:
            for each in self.updates:
                each.commit()
            self.updates.clear()
        before = None if name == "restart" else self.state
        try:
            if name == "advance":
                await self.timers.advance(cast("float", rest[0]))
            else:
                perform(self, step)
        except Boom as error:
            self.note("threw", name, str(error))
        await drained()
        told: Program = {
            **cast("Program", self.lanes),
            "settled": dict(
                sorted(self.settled.items(), key=lambda each: int(each[0]))
            ),
            "state": shown_state(self.state, self.current, before),
        }
        return cast("Program", renamed(told, self.names))


def nth(several: Sequence[T], index: int) -> T | None:
    """One of several; counting begins again at the first one, -1 is the last one."""
    if not several:
        return None
    return several[index if index < 0 else index % len(several)]


async def data_of(asked: Awaitable[object]) -> list[Json]:
    return ["data", plain(await asked)]


def trace_query(program: Program) -> Trace:
    """What a program does in Python."""
    return asyncio.run(_traced(program))


async def _traced(program: Program) -> Trace:
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    run = Run(program)
    told = [await run.step(step) for step in cast("list[Json]", program["steps"])]
    await run.close()
    return told
